"""Whether people get what they came for: goals in time, first-contact resolution, hold-ups."""

from vivencia.house.report.reading import Reading, Row, present, rounded

#: What can become of a journey; columns of `goal_rates`.
FATES = ("reached", "abandoned", "lost")


def goals(reading: Reading) -> list[Row]:
    """Each goal with the share that has ended each way by each day, the goal of most journeys first."""
    found: dict[str, Row] = {}
    for row in reading.rows("goal_rates"):
        shares = {fate: reading.estimate(row, fate, n="n", people="customers") for fate in FATES}
        if None in shares.values():
            continue
        one = {"goal": row["goal"], "journeys": row["n"], "customers": row["customers"], "rates": []}
        one = found.setdefault(row["goal"], one)
        one["rates"].append({"days": rounded(row["days"]), **shares, "waiting": row["waiting"]})
    return sorted(found.values(), key=lambda one: (-one["journeys"], one["goal"]))


def hold_ups(reading: Reading) -> list[Row]:
    """Where journeys are held up, most costly first; nothing waited or nobody left is no hold-up.

    `part` is `weight` with its interval by customer.
    """
    people = {row["key"]: row["customers"] for row in reading.rows("summaries", dimension="touchpoint")}
    found = [
        present(
            touchpoint=row["touchpoint"],
            visits=row["visits"],
            waited_s=rounded(row["waited_s"]),
            wait_share=rounded(row["wait_share"]),
            leaving=leaving,
            weight=rounded(row["weight"]),
            part=part,
        )
        for row in reading.rows("hold_ups")
        if row["weight"] > 0
        and (
            leaving := reading.of(
                row["leaving"],
                row["leaving_low"],
                row["leaving_high"],
                row["visits"],
                people=people.get(row["touchpoint"]),
            )
        )
        and (part := reading.estimate(row, "weight", n="visits", people="customers"))
    ]
    return sorted(found, key=lambda one: (-one["weight"], one["touchpoint"]))


def resolutions(reading: Reading) -> list[Row]:
    """First-contact resolution by touchpoint and window, most contacts first.

    `paired` is ticked − resolved over the contacts with a tick or a cross only, so it is not
    the difference of the two shares; `difference` is its value alone.
    """
    found = [
        {"touchpoint": row["touchpoint"], **one}
        for row in reading.rows("resolutions")
        if row["touchpoint"] and (one := _resolution(reading, row))
    ]
    most = {one["touchpoint"]: 0 for one in found}
    for one in found:
        most[one["touchpoint"]] = max(most[one["touchpoint"]], one["contacts"])
    return sorted(found, key=lambda one: (-most[one["touchpoint"]], one["touchpoint"], one["days"]))


def resolutions_all(reading: Reading) -> list[Row]:
    """The same over the first contacts of all touchpoints together, by window."""
    rows = [row for row in reading.rows("resolutions") if not row["touchpoint"]]
    return [one for row in rows if (one := _resolution(reading, row))]


def _resolution(reading: Reading, row: Row) -> Row | None:
    resolved = reading.estimate(row, "resolved", n="contacts", people="customers")
    if resolved is None:
        return None
    ticked = reading.estimate(row, "ticked", n="marked", people="marking")
    paired = reading.estimate(row, "difference", n="marked", people="marking") if ticked else None
    return present(
        days=row["days"],
        contacts=row["contacts"],
        customers=row["customers"],
        resolved=resolved,
        marked=row["marked"],
        ticked=ticked,
        difference=paired["value"] if paired else None,
        paired=paired,
    )
