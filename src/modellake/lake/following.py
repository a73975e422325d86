"""Following: the view catches up beside the next batch, while the gate looks at it.

The engine works outside of Python, so both go on at once. The view is never more than one batch behind what is being
committed, and is up to date when the last batch is done. A series that has written as much as there was before leaves
the files of the engine laid out anew (`modellake.store.tidying`).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

from modellake.core.errors import UnavailableError
from modellake.lake.views import View
from modellake.store.embedded import EmbeddedEngine

_WORTH = 4_000_000  # bytes of files that are worth the work


class Following:
    """Lets a view follow a series of commits; use it as a context manager around the series."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="view")
        self._underway: Future[int] | None = None
        self._before = 0

    def follow(self) -> None:
        """Begin to catch up; first wait for what is under way.

        Raises:
            UnavailableError: the engine could not take in what came before.
        """
        self.wait()
        self._underway = self._thread.submit(self._view.follow)

    def wait(self) -> None:
        """Wait until the view shows what it was last told to follow.

        Raises:
            UnavailableError: the engine could not take it in.
        """
        underway, self._underway = self._underway, None
        if underway is not None:
            underway.result()

    def _tidy(self) -> None:
        engine = self._view.engine
        if isinstance(engine, EmbeddedEngine) and engine.on_disk > max(_WORTH, 2 * self._before):
            # All is committed and shown; whoever asks or writes next is told what is wrong.
            with suppress(UnavailableError):
                engine.tidy()

    def __enter__(self) -> Self:
        engine = self._view.engine
        self._before = engine.on_disk if isinstance(engine, EmbeddedEngine) else 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also after an error: who closes the engine next must not take it from under the thread.
        self._thread.shutdown(wait=True)
        if error is None:
            self.wait()
            self._tidy()
