"""Nesting: which runs are going on, so that a run can find the one that it is a step of.

The innermost run is a context variable (https://docs.python.org/3/library/contextvars.html): each thread and each
asynchronous task has its own. A thread that was started inside a run does not see it; there, say
``outer.run("inner")``.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modellake.lake.lake import Lake
    from modellake.lake.recording.run import Run

_GOING_ON: ContextVar[tuple[Run, ...]] = ContextVar("modellake_runs", default=())


def enter(run: Run) -> None:
    """The run is going on from here."""
    _GOING_ON.set((*_GOING_ON.get(), run))


def leave(run: Run) -> None:
    """The run is going on no more, whatever else is."""
    _GOING_ON.set(tuple(item for item in _GOING_ON.get() if item is not run))


def innermost(lake: Lake) -> Run | None:
    """The run of a lake that was entered last and not yet left; None outside of any."""
    return next((run for run in reversed(_GOING_ON.get()) if run.lake is lake), None)
