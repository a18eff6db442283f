"""What the actions room gives: findings, as codes and values."""

from vivencia.words.tables import Column, TableShape

FINDINGS = TableShape(
    "findings",
    "What is worth knowing or doing, ranked; faces turn the code and the values into words.",
    (
        Column("rank", "int", "1 is first", required=True),
        Column("code", "text", "one of the codes of vivencia.words.findings", required=True),
        Column("touchpoint", "text", "where; null for findings about the whole company"),
        Column("measure", "text", "which measure or instrument, where there is one"),
        Column("value", "float", "the effect that was found", required=True),
        Column("low", "float", "95 %", required=True),
        Column("high", "float", "95 %", required=True),
        Column("n", "int", "answers or events it stands on", required=True),
        Column("customers", "int", "customers concerned", required=True),
        Column("weight", "float", "weight on perception (share), 0 where unknown", required=True),
        Column("certainty", "text", "sure, likely or hint", required=True),
        Column("priority", "float", "size × reach × weight, what the ranking sorts by", required=True),
        Column("threshold", "float", "what it is compared with, where there is one"),
        Column("department", "text", "who owns it"),
    ),
    key=("rank",),
    order=("rank",),
)
