"""Following: the view catches up beside the next batch, while the gate looks at it.

The engine works outside of Python, so both go on at once. The view is never more than one batch behind what is being
committed, and is up to date when the last batch is done.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from modellake.lake.views import View


class Following:
    """Lets a view follow a series of commits; use it as a context manager around the series."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="view")
        self._underway: Future[int] | None = None

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also after an error: who closes the engine next must not take it from under the thread.
        self._thread.shutdown(wait=True)
        if error is None:
            self.wait()
