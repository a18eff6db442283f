"""Analyses beside each other: each begins when what it reads is written, some at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from vivencia.house.way import Stage, tables_between


def run_beside(
    stages: Sequence[Stage], run: Callable[[Stage], None], done: Callable[[Stage], None], at_once: int
) -> None:
    """Run the stages, in order of the way where there is a choice; `done` is called in this thread.

    A stage waits for those of `stages` whose tables it reads, and for one that uses the
    same names for tables of its own. When one fails no other begins, and its error is raised.
    """
    waiting, running = list(stages), dict[Future[None], Stage]()
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        while waiting or running:
            for stage in _ready(waiting, list(running.values()), at_once):
                waiting.remove(stage)
                running[pool.submit(run, stage)] = stage
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for one in finished:
                stage = running.pop(one)
                one.result()
                done(stage)


def _ready(waiting: Sequence[Stage], running: Sequence[Stage], at_once: int) -> list[Stage]:
    """The first stages that may begin now."""
    chosen: list[Stage] = []
    for number, stage in enumerate(waiting):
        if len(running) + len(chosen) >= at_once:
            break
        before = (*running, *waiting[:number])
        if not any(_needs(stage, other) for other in before):
            chosen.append(stage)
    return chosen


def _needs(stage: Stage, other: Stage) -> bool:
    """Whether a stage must wait for an earlier one."""
    plan, earlier = stage.analysis.plan, other.analysis.plan
    written = {*earlier.gives, *tables_between(earlier)}
    return bool(written & {*plan.inputs, *tables_between(plan), *plan.gives})
