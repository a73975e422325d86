"""What the processes of the tests of faults do: write to a lake, or show one (``ROLE FOLDER URL [NAME COUNT]``)."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import modellake
from modellake.core.errors import UnavailableError
from modellake.core.prefixes import PREFIXES
from modellake.lake.lake import Lake

BASE = "https://lake.example.org/"
COUNT = "SELECT (COUNT(*) AS ?models) { ?model a lake:Model }"
_PAUSE = 0.05  # seconds
Answer = TypeVar("Answer")


def patiently(attempt: Callable[[], Answer]) -> Answer:
    """The outcome of an attempt that is repeated while the server does not answer."""
    while True:
        try:
            return attempt()
        except UnavailableError:
            time.sleep(_PAUSE)


def open_joined(folder: Path, url: str) -> Lake:
    return patiently(lambda: modellake.open(folder, base_iri=BASE, ledger=url))


def digest_of(lake: Lake) -> str:
    """A hash of every quad that the view holds."""
    lines = sorted(str(quad) for quad in lake.view.engine.quads())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write(folder: Path, url: str, name: str, count: int) -> None:
    """Commit one model after the other; tell of each when it is acknowledged."""
    with open_joined(folder, url) as lake:
        for number in range(count):
            iri = f"{BASE}model/{name}/{number}"
            text = f'<{iri}> a <{PREFIXES["lake"]}Model> ; <{PREFIXES["dct"]}title> "{name} {number}"@en .'
            receipt = patiently(lambda: lake.commit(text, format="turtle", source=f"urn:{name}:{number}"))  # noqa: B023
            print(json.dumps({"iri": iri, "sequence": receipt.sequence}), flush=True)


def show(folder: Path, url: str) -> None:
    """Ask again and again until nobody writes to stdin any more; then tell what the view holds."""
    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
    with open_joined(folder, url) as lake:
        while not done.is_set():
            (row,) = patiently(lambda: lake.query(COUNT))
            print(json.dumps({"models": row["models"]}), flush=True)
            done.wait(_PAUSE)
        lake.refresh()
        applied = lake.view.engine.applied()
        print(json.dumps({"sequence": applied.sequence, "digest": digest_of(lake)}), flush=True)


if __name__ == "__main__":
    role, where, ledger, *more = sys.argv[1:]
    if role == "write":
        write(Path(where), ledger, more[0], int(more[1]))
    else:
        show(Path(where), ledger)
