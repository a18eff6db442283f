"""A first mapping for a file nobody has mapped yet: commented, to be read and mended by a person.

What is guessed says so; what cannot be told from the sample (day or month first, which
zone) is marked CHECK. The proposal reads its own sample.
"""

import json
from dataclasses import dataclass, field
from pathlib import PurePath

import pyarrow as pa

from vivencia.signals.proposing.guesses import best, instrument_of, is_code, measure_of, named, slug
from vivencia.signals.proposing.profile import DAY_FIRST, Profile, profile
from vivencia.words.instruments import Instrument
from vivencia.words.signal import may_be_negative

#: The sample is cut to so many rows, and the properties to so many columns.
MOST_ROWS, MOST_PROPERTIES = 20_000, 40

#: A customer's key that stands for at least this share of the rows is nobody's.
STAND_IN_SHARE = 0.05
STAND_INS = ("0", "-1", "unknown", "anonymous", "guest", "desconhecido", "desconocido", "sconosciuto")


@dataclass
class _Proposal:
    columns: list[Profile]
    taken: dict[str, str] = field(default_factory=dict)
    settings: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def free(self, *looks: str) -> list[Profile]:
        return [one for one in self.columns if one.name not in self.taken and one.looks in looks]

    def take(self, one: Profile, use: str) -> str:
        self.taken[one.name] = use
        return f"{{{one.name}}}"


def propose(name: str, sample: pa.Table, *, zone: str = "") -> str:
    """The text of a first mapping for the file `name`, from a sample of its rows.

    `sample` is as the connectors give it; `zone` is the company's, for times that name
    none. The text parses, and converts the sample.
    """
    table = sample.slice(0, MOST_ROWS)
    usable = [one for one in table.column_names if one.strip() and one[0] != "_" and not set("{}") & set(one)]
    columns = [profile(one, _one(table, one)) for one in usable]
    found = _Proposal([one for one in columns if one.looks != "empty"])
    _times(found)
    _keys(found, table.num_rows)
    ratings = _ratings(found)
    measures = _measures(found)
    texts = _texts(found)
    _kind(found, ratings)
    body = [*found.lines, *texts, *ratings, *measures, *_properties(found)]
    empty = [one.name for one in columns if one.looks == "empty"]
    return "\n".join([*_head(name, zone, found, empty), *_columns(found), *_signal(name, body)]) + "\n"


def _one(table: pa.Table, name: str) -> pa.Array:
    found = table.column(name).combine_chunks()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _head(name: str, zone: str, found: _Proposal, empty: list[str]) -> list[str]:
    path = PurePath(name)
    stem = slug(path.name.split(".")[0])
    lines = [
        f"# A first mapping for {path.name}, proposed by looking at it. Read every line: what is",
        "# guessed says so, and CHECK marks what the file alone cannot tell. Then try it:",
        f"#   vivencia import WORKSPACE {path.name} --mapping THIS_FILE --dry-run",
        "",
        "[mapping]",
        f"name = {json.dumps(stem)}",
        f"source = {json.dumps(stem)}",
    ]
    if any(one.looks == "time" and one.zoneless for one in found.columns):
        said = zone or "UTC"
        why = "the company's zone" if zone else "CHECK: nobody said which zone"
        lines += [f"zone = {json.dumps(said)}   # the times name no zone; {why}"]
    if empty:
        lines += ["", f"# Columns without any value in the sample: {', '.join(empty)}"]
    ending = "".join(path.suffixes) if len(path.suffixes) <= 2 else path.suffix
    pattern = json.dumps(f"{path.name.removesuffix(ending)}*{ending}", ensure_ascii=False)
    return [*lines, "", "[files.file]", f"pattern = {pattern}"]


def _columns(found: _Proposal) -> list[str]:
    lines: list[str] = []
    for name, said in found.settings.items():
        if name in found.notes:
            lines += [f"# {found.notes[name]}"]
        inner = ", ".join(f"{key} = {value}" for key, value in said.items())
        lines.append(f"columns.{_quoted(name)} = {{ {inner} }}")
    return lines


def _signal(name: str, body: list[str]) -> list[str]:
    return ["", "[[signals]]", f"name = {json.dumps(slug(PurePath(name).name.split('.')[0]))}", *body]


def _times(found: _Proposal) -> None:
    """Declare every column of dates, and choose the time of the signal."""
    for one in found.free("time"):
        said = {"type": '"time"'}
        if one.formats != ("iso",):
            shown = [json.dumps(form) for form in one.formats]
            said["format"] = shown[0] if len(shown) == 1 else f"[{', '.join(shown)}]"
        if one.nothing:
            said["not_applicable"] = _list(one.nothing)
        found.settings[one.name] = said
        if one.swapped:
            order = "day" if one.formats[0] in DAY_FIRST else "month"
            found.notes[one.name] = (
                f"CHECK: every value reads with the day first and with the month first; {order} first is "
                f"taken. The other way: {json.dumps(one.swapped[0])}"
            )
    moments = found.free("time")
    chosen = best(moments, "at") or (moments[0] if moments else None)
    if chosen is None:
        found.lines += [
            "# CHECK: no column of dates was found; put the day the file stands for.",
            'at = "2000-01-01T00:00:00Z"',
        ]
        return
    others = [one.name for one in moments if one is not chosen]
    if others:
        found.lines.append(
            f"# Guessed; other times: {', '.join(others)}. Two of them give a measure, such as"
        )
        found.lines.append(f'#   measures.delay_days = "calendar_days({{{others[0]}}}, {{{chosen.name}}})"')
    found.lines.append(f"at = {_text(found.take(chosen, 'at'))}")


def _keys(found: _Proposal, rows: int) -> None:
    """The id of the record and the key of the customer."""
    candidates = [one for one in found.free("text", "number") if _may_be_key(one)]
    unique = [one for one in candidates if one.distinct == rows]
    person = best(candidates, "customer")
    key = best([one for one in unique if one is not person], "id")
    if key is not None:
        found.lines.append(f"id = {_text(found.take(key, 'id'))}   # guessed: each value stands once")
    elif person is not None:
        found.lines.append("# No id: it follows from the content, so the same record is the same signal.")
    if person is None:
        found.lines += [] if key else ['id = "{_file}:{_line}"   # CHECK: no column tells the records apart']
        found.lines += ["# CHECK: no column of customers; each line is taken for a person of its own."]
        found.lines += ['customer = "{_file}:{_line}"']
        return
    found.lines += _person(found, person)
    account = best(found.free("text"), "account")
    if account is not None:
        found.lines.append(f"account = {_text(found.take(account, 'account'))}")


def _may_be_key(one: Profile) -> bool:
    if one.looks == "number":
        return one.whole and one.decimal == "." and not one.thousands and not one.nothing
    return one.words <= 1.5


def _person(found: _Proposal, person: Profile) -> list[str]:
    value, share = person.often
    said = _text(found.take(person, "customer"))
    if value.casefold() not in STAND_INS or share < STAND_IN_SHARE or person.distinct <= 2:
        return [f"customer = {said}"]
    return [
        f"# {_text(value)} is the customer of {share:.0%} of the rows: a stand-in, so nobody.",
        f'customer = {{ from = {said}, unknown = [{_text(value)}], when_unknown = "anonymous" }}',
    ]


def _ratings(found: _Proposal) -> list[str]:
    lines: list[str] = []
    used: set[str] = set()
    for one in found.free("number"):
        instrument = instrument_of(one)
        if instrument is None or one.name in found.taken:
            continue
        if instrument.key in used:
            lines.append(
                f"# {one.name} looks like {instrument.key} too: give it a signal or an instrument of its own."
            )
            continue
        used.add(instrument.key)
        said = f"{instrument.low:g} to {instrument.high:g}"
        _settle_numbers(found, one, instrument)
        lines.append(f"ratings.{instrument.key} = {_text(found.take(one, 'rating'))}   # guessed: {said}")
    return lines


def _settle_numbers(found: _Proposal, one: Profile, instrument: Instrument | None = None) -> None:
    """Declare how a column of numbers is written, and which of them are no answers."""
    said: dict[str, str] = {}
    if one.decimal != ".":
        said["decimal"] = json.dumps(one.decimal)
    if one.thousands:
        said["thousands"] = json.dumps(one.thousands)
    codes = list(one.nothing)
    if instrument is not None:
        codes += [f"{value:g}" for value in one.values if not instrument.allows(value) and is_code(value)]
    if codes:
        said["not_applicable"] = _list(codes)
    if said:
        found.settings[one.name] = {"type": '"number"', **said}


def _measures(found: _Proposal) -> list[str]:
    lines: list[str] = []
    used: set[str] = set()
    money = best(found.free("number"), "value")
    if money is not None:
        _settle_numbers(found, money)
        lines.append(f"value = {_text(found.take(money, 'value'))}   # guessed: an amount of money")
        currency = best(found.free("text"), "currency")
        if currency is not None:
            lines.append(f"currency = {_text(found.take(currency, 'currency'))}")
    for one in found.free("number"):
        measure = measure_of(one)
        if measure is None or measure in used:
            continue
        used.add(measure)
        if (one.low or 0.0) < 0 and not may_be_negative(measure):
            lines.append(
                f"# {one.name} has negative values, which no {measure} can have; kept as a property."
            )
            continue
        _settle_numbers(found, one)
        note = (
            "   # guessed"
            if "_" in measure
            else "   # guessed; put the unit in the name: _s, _min, _h, _days"
        )
        lines.append(f"measures.{measure} = {_text(found.take(one, 'measure'))}{note}")
    return lines


def _texts(found: _Proposal) -> list[str]:
    """Verbatim, language, touchpoint, place, agent."""
    lines: list[str] = []
    long = sorted((one for one in found.free("text") if one.words > 3), key=lambda one: -one.words)
    verbatim = best(long, "text") or (long[0] if long else None)
    if verbatim is not None:
        lines.append(f"text = {_text(found.take(verbatim, 'text'))}   # guessed: the customer's own words")
    short = [one for one in found.free("text") if one.words <= 4]
    language = best([one for one in short if len(one.often[0]) <= 5], "lang")
    if language is not None:
        lines.append(f"lang = {_text(found.take(language, 'lang'))}")
    for role in ("place", "actor"):
        one = best([column for column in short if column.name not in found.taken], role)
        if one is not None:
            lines.append(f"{role} = {_text(found.take(one, role))}   # guessed")
    kinds = [one for one in short if one.name not in found.taken and 1 < one.distinct <= 60]
    touchpoint = best(kinds, "touchpoint")
    if touchpoint is not None and named(touchpoint, "touchpoint"):
        said = f"=slug({{{touchpoint.name}}})"
        found.take(touchpoint, "touchpoint")
        lines.append(f"touchpoint = {_text(said)}   # guessed: {touchpoint.distinct} kinds of contact")
    else:
        lines.append(
            'touchpoint = "contact"   # CHECK: which touchpoint of your catalogue is this file about?'
        )
    return lines


def _kind(found: _Proposal, ratings: list[str]) -> None:
    uses = set(found.taken.values())
    rated = any(line.startswith("ratings.") for line in ratings)
    if rated and "text" in uses:
        kind = (
            "review"
            if any(named(one, "text") and "review" in one.name for one in found.columns)
            else "survey"
        )
    elif rated:
        kind = "survey"
    else:
        kind = "purchase" if "value" in uses else "interaction"
    found.lines.append(f'kind = "{kind}"   # guessed')


def _properties(found: _Proposal) -> list[str]:
    lines: list[str] = []
    for role in ("segment", "country", "role"):
        one = best([column for column in found.free("text") if column.distinct <= 200], role)
        if one is not None:
            lines.append(f"properties.{role} = {_text(found.take(one, role))}   # guessed")
    rest = found.free("text", "number", "time")
    used: set[str] = set()
    for one in rest[:MOST_PROPERTIES]:
        key = slug(one.name)
        if key not in used and f"properties.{key} " not in "".join(lines):
            used.add(key)
            lines.append(f"properties.{_quoted(key)} = {_text(found.take(one, 'property'))}")
    left = [one.name for one in rest if one.name not in found.taken]
    if left:
        lines.append(f"# Not taken: {', '.join(left)}")
    return lines


def _text(said: str) -> str:
    return json.dumps(said, ensure_ascii=False)


def _quoted(key: str) -> str:
    bare = all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in key)
    return key if key and bare else _text(key)


def _list(codes: list[str] | tuple[str, ...]) -> str:
    return f"[{', '.join(_text(code) for code in codes)}]"
