"""Fuzzing guided by coverage: each target in a process of its own, with bounds on time and memory.

A target for as long as wanted, with its corpus kept in a folder::

    python tests/fuzz/run.py gguf --seconds 600 --folder /tmp/gguf

An input again, such as one at which a target failed (this needs no atheris)::

    python tests/fuzz/run.py gguf --input crash-0123

Without a target it reads orders from its standard input, one a line as JSON, and answers each with a line.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
LARGEST = 16_384
# A second is long for 16 KiB; a loaded machine is given a minute.
SECONDS_EACH = 60
MIB = 1024 * 1024
# What one input may add to the memory that the process ever needed, and all that it may need.
GROWTH = 512 * MIB
ADDRESS_SPACE = 8192 * MIB
# What no reader of bytes ever does.
FORBIDDEN = frozenset(
    ["pickle.find_class", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "socket.connect"]
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run.

    Attributes:
        target: its name.
        folder: where the corpus, the log and what it fails at are kept.
        runs: how often; 0 for no bound.
        seconds: how long; 0 for no bound.
        input: one file to read instead.
        shared: the folder of the shared corpus; empty for none.
    """

    target: str
    folder: str
    runs: int = 0
    seconds: int = 0
    input: str = ""
    shared: str = ""


class MemoryGrowth(Exception):  # noqa: N818  libFuzzer prints the name: it says what happened
    """An input needs far more memory than any other."""


class ForbiddenEvent(Exception):  # noqa: N818
    """A reader did what may run the code of others."""


def prepare(*, watch: bool, faulty: bool = False) -> None:
    """Import the targets, their coverage being watched if wanted, with targets that fail if wanted."""
    folders = ["harvest", "harvest/files", "harvest/croissant", "harvest/mapping", "fuzz", ""]
    sys.path[:0] = [str(TESTS / folder) for folder in folders]
    with _instrumented() if watch else contextlib.nullcontext():
        import targets
    if faulty:
        from faulty_targets import FAULTY

        targets.TARGETS.update(FAULTY)


def _instrumented() -> contextlib.AbstractContextManager[Any]:
    import atheris

    return atheris.instrument_imports(include=["modellake"])  # type: ignore[no-any-return]


def carry_out(order: Order) -> int:
    """Run an order in a child of this process and return its exit status, negative for a signal."""
    folder = Path(order.folder)
    folder.mkdir(parents=True, exist_ok=True)
    child = os.fork()
    if child == 0:
        _in_child(order, folder)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _in_child(order: Order, folder: Path) -> None:
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # Where nobody ends it, nothing of the parent's cleaning up may run here.
    status = 70
    try:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _read_one(order) if order.input else _fuzz(order, folder)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _read_one(order: Order) -> None:
    watched(order.target)(Path(order.input).read_bytes())


def _keeping(read: Callable[[bytes], None], folder: Path) -> Callable[[bytes], None]:
    """A target whose failures leave their input in a folder; of signals and timeouts libFuzzer writes it."""

    def kept(content: bytes) -> None:
        try:
            read(content)
        except BaseException:
            (folder / f"crash-{hashlib.sha1(content).hexdigest()}").write_bytes(content)
            raise

    return kept


def _fuzz(order: Order, folder: Path) -> None:
    import atheris

    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    write_seeds(order, corpus)
    options = [
        f"-artifact_prefix={folder}/",
        f"-runs={order.runs or -1}",
        f"-max_total_time={order.seconds}",
        f"-timeout={SECONDS_EACH}",
        f"-max_len={LARGEST}",
        "-rss_limit_mb=2048",
        "-seed=1",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], _keeping(watched(order.target), folder))
    atheris.Fuzz()


def write_seeds(order: Order, corpus: Path) -> None:
    """The true inputs of a target as files."""
    import targets

    shared = Path(order.shared) / "corpus" if order.shared else None
    for content in targets.seeds(order.target, shared, LARGEST):
        (corpus / hashlib.sha256(content).hexdigest()).write_bytes(content)


def watched(target: str) -> Callable[[bytes], None]:
    """A target that also fails where it needs much memory, or does what no reader does."""
    import targets

    seen: list[str] = []
    sys.addaudithook(lambda event, _: seen.append(event) if event in FORBIDDEN else None)
    targets.run(target, b"")
    peak = [_peak()]

    def read(content: bytes) -> None:
        seen.clear()
        targets.run(target, content)
        if seen:
            raise ForbiddenEvent(*seen)
        now = _peak()
        if now > peak[0] + GROWTH:
            raise MemoryGrowth(f"{(now - peak[0]) // MIB} MiB for {len(content)} bytes")
        peak[0] = max(peak[0], now)

    return read


def _peak() -> int:
    """The most memory that this process ever needed, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _orders() -> Iterator[Order]:
    for line in sys.stdin:
        yield Order(**json.loads(line))


def main() -> int:
    """Run one target, or what the standard input orders."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", nargs="?")
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--input", default="")
    parser.add_argument("--folder", default="")
    parser.add_argument("--shared", default=os.environ.get("MODELLAKE_SHARED", ""))
    parser.add_argument("--unwatched", action="store_true", help="only read inputs, without atheris")
    parser.add_argument("--faulty", action="store_true", help="with targets that fail")
    given = parser.parse_args()
    prepare(watch=not (given.input or given.unwatched), faulty=given.faulty)
    if given.target:
        folder = given.folder or tempfile.mkdtemp(prefix=f"modellake-fuzz-{given.target}-")
        order = Order(given.target, folder, given.runs, given.seconds, given.input, given.shared)
        status = carry_out(order)
        print(Path(folder, "log").read_text(errors="replace")[-4000:], asdict(order), status, sep="\n")
        return int(status != 0)
    for order in _orders():
        print(json.dumps({"target": order.target, "status": carry_out(order)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
