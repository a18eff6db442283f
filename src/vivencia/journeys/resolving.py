"""First-contact resolution: contacts with no further contact about the same, beside what the agent ticked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, said, times, truths
from vivencia.journeys.gathering import table_of
from vivencia.measure.rates import clustered_share, paired_difference
from vivencia.plans import Fold
from vivencia.words.shapes.journeys import RESOLUTIONS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

#: Kinds that are contacts with the company about something; an interaction is one where it is a service.
CONTACT_KINDS = ("call", "ticket")
#: Days without a further contact after which the first one counts as a resolution.
WINDOWS = (7, 30)
_DAY = 86_400.0


def resolutions_fold() -> Fold:
    """The fold over `events`, beside `episode_clock`, that gives `resolutions`."""
    return Fold(
        RESOLUTIONS.name,
        start=start_contacts,
        add=add_contacts,
        merge=merge_contacts,
        finish=finish_contacts,
        reads="events",
        columns=("customer", "at", "touchpoint", "goal", "stage", "reached", "contact", "kind", "form"),
        writes=RESOLUTIONS,
        beside=("episode_clock",),
        coded=True,
    )


@dataclass(frozen=True, slots=True)
class Resolved:
    """The state of the fold: sums over customers, by touchpoint ("" for all) and window.

    The columns of each entry: contacts, resolved, their squares and product, customers; the
    same for the agent's ticks (contacts with a mark, ticked …); of the marked those ticked
    and not resolved, those resolved and not ticked, and the square of a customer's
    difference d of the two, and its product with the customer's marks.
    """

    until: int
    sums: dict[tuple[str, int], Floats]


def start_contacts(side: Mapping[str, Any]) -> Resolved:
    """No contacts yet, and the end of the data."""
    clock = times(side["episode_clock"].column("ends").drop_null())
    return Resolved(int(clock[0]) if clock.size else 0, {})


def add_contacts(state: Resolved, table: Any, _side: Mapping[str, Any]) -> Resolved:
    """The sums with these customers' contacts."""
    rows = np.flatnonzero(_asked(table))
    at, ticked = times(table.column("at"))[rows], truths(table.column("reached"))[rows]
    person = np.cumsum(changes(table.column("customer")))[rows]
    touch, words = coded(table.column("touchpoint"))
    intent, intents = _intents(table)
    first = np.append(np.ones(min(rows.size, 1), np.bool_), np.diff(person) > 0)
    sums = dict(state.sums)
    for window in WINDOWS:
        span = int(window * _DAY * 1e6)
        opening, resolved = _opened(first, at, intent[rows], intents, span)
        counted = opening & (at + span <= state.until)
        found = _sums(first, touch[rows], counted, resolved, ticked, len(words))
        for word, entry in zip((*words.to_pylist(), ""), found, strict=True):
            if entry[0]:
                sums[word, window] = sums.get((word, window), np.zeros(entry.size)) + entry
    return replace(state, sums=sums)


def _asked(table: Any) -> NDArray[np.bool_]:
    """Which signals are contacts with the company about something."""
    of_kind = said(table.column("kind"), lambda kind: kind in CONTACT_KINDS)
    served = said(table.column("kind"), lambda kind: kind == "interaction")
    served &= said(table.column("form"), lambda form: form == "service")
    return said(table.column("contact"), lambda contact: contact == "direct") & (of_kind | served)


def _intents(table: Any) -> tuple[Codes, int]:
    """What each contact is for, as a code: the goal it states, or its stage; and how many codes there are."""
    (goal, goals), (stage, stages) = coded(table.column("goal")), coded(table.column("stage"))
    words = pc.unique(pa.concat_arrays([goals, stages]))
    of_goal, of_stage = (
        pc.index_in(each, value_set=words).to_numpy(zero_copy_only=False) for each in (goals, stages)
    )
    of_stage = np.append(of_stage, len(words)).astype(np.int32)  # what says nothing is for one thing
    codes: Codes = np.where(goal >= 0, np.append(of_goal, -1).astype(np.int32)[goal], of_stage[stage])
    return codes, len(words) + 1


@numba.njit(cache=True, nogil=True)
def _sums(
    first: NDArray[np.bool_],
    touch: Codes,
    counted: NDArray[np.bool_],
    resolved: NDArray[np.bool_],
    ticked: NDArray[np.int8],
    touchpoints: int,
) -> Floats:
    """What the contacts counted add to the state: a row for each touchpoint, the last for all of them."""
    sums, own = np.zeros((touchpoints + 1, 16)), np.zeros((touchpoints + 1, 6))
    seen, many = np.empty(touchpoints + 1, np.int64), 0
    for row in range(touch.size + 1):
        if row == touch.size or first[row]:
            for place in range(many):
                _add_customer(sums[seen[place]], own[seen[place]])
                own[seen[place]] = 0.0
            many = 0
        if row == touch.size or not counted[row]:
            continue
        marked = ticked[row] >= 0
        solved = ticked[row] == 1
        for here in (np.int64(touch[row]), np.int64(touchpoints)):
            if own[here, 0] == 0.0:
                seen[many] = here
                many += 1
            own[here, 0] += 1
            own[here, 1] += resolved[row]
            own[here, 2] += marked
            own[here, 3] += solved
            own[here, 4] += solved and not resolved[row]
            own[here, 5] += marked and not solved and resolved[row]
    return sums


@numba.njit(cache=True, nogil=True)
def _add_customer(sums: Floats, own: Floats) -> None:
    n, k, m, t, ticks, crosses = own
    d = ticks - crosses
    more = (
        n,
        k,
        n * n,
        k * k,
        n * k,
        1.0,
        m,
        t,
        m * m,
        t * t,
        m * t,
        1.0 if m > 0 else 0.0,
        ticks,
        crosses,
        d * d,
        d * m,
    )
    for place in range(len(more)):
        sums[place] += more[place]


def merge_contacts(one: Resolved, other: Resolved) -> Resolved:
    """The sums over two sets of customers."""
    sums = dict(one.sums)
    for key, entry in other.sums.items():
        sums[key] = sums.get(key, np.zeros(entry.size)) + entry
    return replace(one, sums=sums)


def finish_contacts(state: Resolved, _side: Mapping[str, Any]) -> Any:
    """One row a touchpoint and window, and of all together."""
    rows = []
    for (touchpoint, window), entry in sorted(state.sums.items()):
        n, k, nn, kk, kn, people, m, t, mm, tt, mt, marking, more, fewer, dd, dm = map(float, entry)
        resolved = clustered_share(k, n, kk=kk, nn=nn, kn=kn, clusters=people)
        row: dict[str, Any] = {"touchpoint": touchpoint, "days": window}
        row |= dict(zip(("resolved", "resolved_low", "resolved_high"), resolved, strict=True))
        if m:
            ticked = clustered_share(t, m, kk=tt, nn=mm, kn=mt, clusters=marking)
            row |= dict(zip(("ticked", "ticked_low", "ticked_high"), ticked, strict=True))
            apart = paired_difference(more, fewer, m, dd=dd, nn=mm, dn=dm, clusters=marking)
            row |= dict(zip(("difference", "difference_low", "difference_high"), apart, strict=True))
        row |= {"marking": int(marking)}
        rows.append(row | {"contacts": int(n), "marked": int(m), "customers": int(people)})
    return table_of(RESOLUTIONS, rows)


@numba.njit(cache=True, nogil=True)
def _opened(
    first: NDArray[np.bool_], at: Ints, intent: NDArray[np.int32], intents: int, span: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which contacts open an episode, and whether no same-intent contact followed within `span`.

    A contact opens one when none with its intent came within `span` before it.
    """
    opening, resolved = np.zeros(at.size, np.bool_), np.ones(at.size, np.bool_)
    latest, opened = np.full(intents, -1, np.int64), np.full(intents, -1, np.int64)
    begun = 0
    for row in range(at.size):
        if first[row]:
            begun = row
        here = intent[row]
        if latest[here] >= begun and at[row] - at[latest[here]] <= span:
            if at[row] - at[opened[here]] <= span:
                resolved[opened[here]] = False
        else:
            opening[row] = True
            opened[here] = row
        latest[here] = row
    return opening, resolved
