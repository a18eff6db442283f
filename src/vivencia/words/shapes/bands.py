"""What the answers do as a measure worsens: one table of the perceptions room."""

from vivencia.words.tables import Column, TableShape

MEASURE_BANDS = TableShape(
    "measure_bands",
    "Mean answer, as asked, by how well a promised measure was met: early, on time, a little late, very late.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("measure", "text", "name of the promised measure", required=True),
        Column("instrument", "text", "instrument key", required=True),
        Column("band", "int", "position of the band, from 0", required=True),
        Column("above", "float", "the measure is greater than this; null for the first band"),
        Column("up_to", "float", "the measure is at most this; null for the last band"),
        Column("kept", "bool", "whether every value of the band keeps the promise", required=True),
        Column("value", "float", "mean answer on the instrument's own scale", required=True),
        Column("low", "float", "95 %, clustered by customer; null where it cannot be told"),
        Column("high", "float", "95 %, clustered by customer; null where it cannot be told"),
        Column("n", "int", "answers", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("touchpoint", "measure", "instrument", "band"),
    order=("touchpoint", "measure", "instrument", "band"),
)
