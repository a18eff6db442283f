"""The weight on progression by chains that remember more, by value, and every ending."""

from vivencia.house.report.reading import Reading, Row, present, rounded


def chains(reading: Reading) -> dict[str, Row]:
    """By touchpoint: removal effects of each order, shares by set Shapley, and how journeys end from here."""
    found: dict[str, Row] = {}
    for row in reading.rows("chain_weights"):
        if row["customers"] < reading.threshold:
            continue
        one = found.setdefault(
            row["touchpoint"],
            present(shapley=rounded(row["shapley"]), worth_shapley=rounded(row["worth_shapley"]))
            | {"chains": []},
        )
        one["chains"].append(
            present(
                order=row["order"],
                removal=reading.estimate(row, "removal", n="journeys", people="customers"),
                share=rounded(row["share"]),
                worth_removal=reading.estimate(row, "worth_removal", n="journeys", people="customers"),
                worth_share=rounded(row["worth_share"]),
                reason=row["reason"],
            )
        )
    for row in reading.rows("chain_ends"):
        told = reading.of(row["value"], row["low"], row["high"], row["journeys"], people=row["customers"])
        if told is not None:
            found.setdefault(row["touchpoint"], {}).setdefault("ends", {})[row["ending"]] = told
    return found
