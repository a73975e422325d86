"""Processes that die at a chosen point: a zygote forks them, and another process keeps what they have acknowledged.

Run as a program it is the zygote: it imports everything once and opens nothing, so that each of its children starts in
milliseconds with connections and stores of its own. A child counts the points that it passes (SQL statements, calls of
the engine, of the file system and of the parts of a lake) and kills itself at the one that it was told.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Order:
    """What a child is to do.

    Attributes:
        workload: a function of `killed_workloads`.
        place: the lake.
        phase: whose points count.
        deadly: the number of the point to die at, from 0; None for none.
        delay: seconds to go on after that point, in whatever it is before; it dies at the end of that at the latest.
    """

    workload: str
    place: str
    phase: str = ""
    deadly: int | None = None
    delay: float = 0.0


@dataclass
class Died:
    """What the log of a child says.

    Attributes:
        acknowledged: sequence and hash of each commit whose receipt came back.
        points: the names of the points that it passed, where it was told to die at none.
        at: the point that it died at.
        status: as `os.waitpid` says.
        errors: what it said instead of dying.
    """

    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    at: str = ""
    status: int = 0
    errors: list[str] = field(default_factory=list)

    def hear(self, word: str, value: Any) -> None:
        """One line of the log."""
        if word == "acknowledged":
            self.acknowledged.append((value[0], value[1]))
        elif word == "error":
            self.errors.append(value)
        elif word in ("points", "at", "status"):
            setattr(self, word, value)


def say(word: str, value: object) -> None:
    """Write one line to the log, at once: what has been written to a pipe outlives its writer."""
    os.write(1, f"{json.dumps([word, value])}\n".encode())


class Points:
    """The points of one child, and in which phase each of its threads is.

    Args:
        order: at which point to die.
        lasting: phases that do not end where another one begins inside of them.
    """

    def __init__(self, order: Order, lasting: Collection[str] = ()) -> None:
        self._order = order
        self._lasting = lasting
        self._passed: list[str] = []
        self._here = threading.local()

    @property
    def phase(self) -> str:
        """The phase of this thread, empty for none."""
        return getattr(self._here, "phase", "")

    @phase.setter
    def phase(self, phase: str) -> None:
        if self.phase not in self._lasting:
            self._here.phase = phase

    @contextmanager
    def inside(self, phase: str) -> Iterator[None]:
        """For the time of a ``with``, this thread is in a phase."""
        before = self.phase
        self.phase = phase
        try:
            yield
        finally:
            self._here.phase = before

    def reach(self, name: str) -> bool:
        """Pass a point, or die at it; True when death comes a little later."""
        if self.phase != self._order.phase:
            return False
        self._passed.append(name)
        if len(self._passed) - 1 != self._order.deadly:
            return False
        say("at", name)
        if not self._order.delay:
            die()
        say("soon", self._order.delay)
        return True

    def end(self) -> None:
        """Say which points there are."""
        say("points", self._passed)


def die() -> None:
    """Nothing of this process runs any more after this line."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill(child: int) -> None:
    """Kill a process that may have died by itself."""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def run(order: Order) -> None:
    """Be the child."""
    import killed_workloads

    points = Points(order, killed_workloads.LASTING)
    killed_workloads.watch(points)
    try:
        with points.inside(killed_workloads.WHOLE.get(order.workload, "")):
            getattr(killed_workloads, order.workload)(Path(order.place))
    except BaseException:
        say("error", traceback.format_exc())
    points.end()


def main() -> None:
    """Be the zygote."""
    import killed_workloads

    killed_workloads.warm_up()
    say("ready", None)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run(Order(**json.loads(line)))
            finally:
                os._exit(0)
        say("pid", child)
        _, status = os.waitpid(child, 0)
        say("status", status)


class Zygote:
    """The zygote as another process sees it, and the one who keeps the log."""

    def __init__(self) -> None:
        import subprocess

        here = Path(__file__)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parent.parent)])}
        self._process = subprocess.Popen(
            [sys.executable, str(here)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._heard("ready")

    def child(self, order: Order, hear: Callable[[int, str], None] | None = None) -> Died:
        """Let a child work until it dies or ends; ``hear`` gets its process number and each word of its log."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(asdict(order))}\n")
        self._process.stdin.flush()
        died, child = Died(), 0
        for word, value in self._lines():
            child = value if word == "pid" else child
            if hear and word != "status":
                hear(child, word)
            died.hear(word, value)
            if word == "soon":
                time.sleep(value)
                kill(child)
            if word == "status":
                break
        return died

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _lines(self) -> Iterator[tuple[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, value = json.loads(line)
            yield word, value
        raise AssertionError(f"the zygote has ended: {self._process.wait()}")

    def _heard(self, expected: str) -> None:
        assert next(self._lines())[0] == expected


@contextmanager
def zygote() -> Iterator[Zygote]:
    """A zygote for a ``with``."""
    started = Zygote()
    try:
        yield started
    finally:
        started.close()


if __name__ == "__main__":
    main()
