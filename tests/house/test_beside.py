"""Analyses beside each other: nothing begins before what it reads is written."""

import threading

import pytest

from vivencia.house.beside import run_beside
from vivencia.house.way import Analysis, Stage
from vivencia.plans import Plan, Step


def stage(name: str, *reads: str, between: str = "") -> Stage:
    """An analysis that writes the table of its name, by way of a table of its own where one is named."""
    own = (Step(between, "SELECT 1 AS one", ()),) if between else ()
    nodes = (*own, Step(name, "SELECT 1 AS one", (*reads, *([between] if between else []))))
    return Stage(Analysis(name, "signals", Plan(name, nodes, (name,))), name)


def test_each_begins_when_what_it_reads_is_done() -> None:
    done: list[str] = []
    stages = [stage("a"), stage("b", "a"), stage("c", "a"), stage("d", "b", "c")]

    def run(one: Stage) -> None:
        assert set(one.analysis.plan.inputs) <= set(done)

    run_beside(stages, run, lambda one: done.append(one.analysis.name), 2)
    assert done[0] == "a"
    assert done[3] == "d"
    assert sorted(done) == ["a", "b", "c", "d"]


def test_two_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=10)
    run_beside([stage("a"), stage("b")], lambda one: void(meeting.wait()), void, 2)
    assert not meeting.broken


def test_the_same_name_for_a_table_between_keeps_two_apart() -> None:
    running: list[str] = []

    def run(one: Stage) -> None:
        running.append(one.analysis.name)
        assert running == [one.analysis.name]
        running.remove(one.analysis.name)

    run_beside([stage("a", between="clock"), stage("b", between="clock")], run, void, 2)


def test_after_a_failure_nothing_begins_and_the_error_is_raised() -> None:
    begun: list[str] = []

    def run(one: Stage) -> None:
        begun.append(one.analysis.name)
        raise ValueError(one.analysis.name)

    with pytest.raises(ValueError, match="a"):
        run_beside([stage("a"), stage("b", "a"), stage("c", "b")], run, void, 2)
    assert begun == ["a"]


def void(result: object) -> None:
    """Nothing is done with what comes back."""
