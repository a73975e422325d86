"""Each reader of bytes under fuzzing that coverage guides: nothing but a `ModelLakeError` comes out of it.

What failed once is kept in ``found/``, one file each, called by its target, two hyphens and what it shows.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import run
from run import Order

HERE = Path(__file__).resolve().parent
FOUND = sorted(path for path in (HERE / "found").iterdir() if not path.name.startswith("."))
# Of each target, in a bounded run; seeds are counted among them.
RUNS = 400
SECONDS_LONG = 60
needs_atheris = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: it has no build for this platform or this Python",
)

run.prepare(watch=False)
import targets  # noqa: E402  it imports what prepare has made importable

NAMES = sorted(targets.TARGETS)
Carry = Callable[[Order], int]


class _Runner:
    """A process that forks for each order, so that what takes long, importing under watch, is done once."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.log = folder / "runner-log"
        command = [sys.executable, str(HERE / "run.py"), *options]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )

    def carry_out(self, order: Order) -> int:
        """The exit status of an order."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(asdict(order)), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, self.log.read_text(errors="replace")[-3000:]
        return int(json.loads(answer)["status"])

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


@pytest.fixture(scope="module")
def carry_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carry]:
    runner = _Runner(tmp_path_factory.mktemp("fuzz"), "--faulty")
    yield runner.carry_out
    runner.close()


@pytest.fixture(scope="module")
def read_again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carry]:
    runner = _Runner(tmp_path_factory.mktemp("found"), "--unwatched")
    yield runner.carry_out
    runner.close()


def told(order: Order) -> str:
    """What a failed order leaves behind, and how it is repeated."""
    left = [path for path in Path(order.folder).iterdir() if path.name.partition("-")[0] in ("crash", "timeout", "oom")]
    log = Path(order.folder, "log").read_text(errors="replace")[-3000:]
    again = [f"python tests/fuzz/run.py {order.target} --input {path}" for path in left]
    return "\n".join([log, *again])


def fuzzed(carry_out: Carry, order: Order) -> None:
    status = carry_out(order)
    assert status == 0, told(order)
    done = [line for line in Path(order.folder, "log").read_text(errors="replace").splitlines() if "DONE" in line]
    assert len(done) == 1, told(order)


@needs_atheris
@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_errors_of_ours_comes_out(carry_out: Carry, name: str, tmp_path: Path) -> None:
    fuzzed(carry_out, Order(name, str(tmp_path), runs=RUNS))


@needs_atheris
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nothing_comes_out_in_a_long_run(carry_out: Carry, name: str, tmp_path: Path) -> None:
    """With the inputs of the shared corpus, where it is."""
    shared = Path(os.environ.get("MODELLAKE_SHARED", HERE.parents[2] / "shared"))
    order = Order(name, str(tmp_path), seconds=SECONDS_LONG, shared=str(shared) if shared.is_dir() else "")
    fuzzed(carry_out, order)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_failed_once_is_read(read_again: Carry, path: Path, tmp_path: Path) -> None:
    name = path.name.partition("--")[0]
    order = Order(name, str(tmp_path), input=str(path))
    assert read_again(order) == 0, told(order)


@pytest.mark.parametrize("name", NAMES)
def test_some_seed_of_each_target_is_read(name: str) -> None:
    """Else fuzzing would never get behind the first check."""
    seeds = list(targets.seeds(name, None, run.LARGEST))
    outcomes = [targets.run(name, content) for content in seeds]
    assert not seeds or None in outcomes, outcomes


# That these tests can fail


@needs_atheris
@pytest.mark.parametrize("fault", ["raise", "grow", "unpickle", "abort"])
def test_faults_are_noticed_and_leave_their_input(carry_out: Carry, fault: str, tmp_path: Path) -> None:
    """A reader that fails at the byte ``!`` is caught, and its input can be run again."""
    order = Order(f"faulty-{fault}", str(tmp_path), runs=100_000)
    assert carry_out(order) != 0
    kept = [path for path in tmp_path.iterdir() if path.name.startswith("crash-")]
    assert len(kept) == 1
    assert kept[0].read_bytes().startswith(b"!")
    assert f"--input {kept[0]}" in told(order)
