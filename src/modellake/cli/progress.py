"""Progress bars: on stderr, only on a terminal, gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Meter = Callable[[int, int], None]
Tally = Callable[[int, str], None]


def is_watched() -> bool:
    """Does a person watch?"""
    return sys.stderr.isatty()


def _unwatched(_done: int, _rest: object) -> None:
    """Nobody watches."""


@contextmanager
def measured(title: str) -> Iterator[Meter]:
    """A bar for work that tells how much there is: call it with (done, in all)."""
    if not is_watched():
        yield _unwatched
        return
    with _bar() as bar:
        task = bar.add_task(title, total=None, outcome="")
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def tallied(title: str, total: int | None) -> Iterator[Tally]:
    """A bar for a stream of documents: call it with (done, a few words on how it goes)."""
    if not is_watched():
        yield _unwatched
        return
    with _bar() as bar:
        task = bar.add_task(title, total=total, outcome="")
        yield lambda done, outcome: bar.update(task, completed=done, outcome=outcome)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """A spinner for work that cannot tell how far it is."""
    if not is_watched():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(title):
        yield


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        Rate(),
        TextColumn("{task.fields[outcome]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
