"""What the killed processes do, and the points that are counted meanwhile."""

from __future__ import annotations

import functools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from killed_process import Points, die, say
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

import modellake
from lakes import BASE, CHURN, turtle
from modellake.core.errors import RefusedError
from modellake.core.vocab import DCT
from modellake.lake.lake import Lake
from modellake.lake.receipts import Receipt
from modellake.lake.views import View
from modellake.lake.writer import Writer
from modellake.ledger.ledger import Ledger
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.shapes import load_gate
from modellake.store import embedded
from modellake.store.engine import Applied, Replacement

BEFORE = "before the ledger commit"
BETWEEN = "between ledger and view"
BULK = "during a bulk load"
CATCH_UP = "during catch-up"
REBUILD = "during rebuild and backup"
PHASES = (BEFORE, BETWEEN, BULK, CATCH_UP, REBUILD)

MANY = 45
MARKS = NamedNode(f"{BASE}graph/provenance")
FILLING = {"first": 10, "second": 4, "much": 5000}
REFUSED = '<model/acme/bad/version/1> a lake:ModelVersion ; dcat:version "1" .'
# What workloads are in from their begin to their end; what is part of it does not count as a phase of its own.
WHOLE = {"catch_up": CATCH_UP}
LASTING = (CATCH_UP, REBUILD)


def dataset(number: int, title: str, more: int = 0) -> str:
    """A dataset that says its number in two places, and more of the like."""
    keywords = "".join(f' ; dcat:keyword "{title} {index}"' for index in range(more))
    return f'<dataset/d{number}> a lake:Dataset ; dct:title "{title}" ; dct:description "{title}"{keywords} .'


# Lakes to begin with


def prepare(place: Path) -> None:
    """A small lake with a history."""
    with modellake.open(place, base_iri=BASE, create=True) as lake:
        _say(lake, CHURN, "urn:source:a")
        _say(lake, dataset(1, "One"), "urn:source:b")
        _say(lake, CHURN.replace('"Churn"', '"Churn, renamed"'), "urn:source:a")


def fall_behind(place: Path) -> None:
    """Let a lake's view be behind its ledger by commits of all kinds."""
    kept = place.with_name(f"{place.name}.view")
    shutil.copytree(place / "views", kept)
    with modellake.open(place) as lake:
        _write(lake, lambda _: None)
        lake.commit(_many(lake), source=None)
        _say(lake, dataset(1, "Last"), "urn:source:b")
    shutil.rmtree(place / "views")
    kept.rename(place / "views")


def _say(lake: Lake, text: str, source: str) -> Receipt:
    return lake.commit(turtle(text), format="turtle", source=source)


def _many(lake: Lake) -> list[Any]:
    """Descriptions whose quads are enough for the bulk verb."""
    texts = (turtle(dataset(100 + number, f"Many {number}", more=50)) for number in range(MANY))
    return [
        item
        for number, text in enumerate(texts)
        for item in lake.describe(text, format="turtle", source=f"urn:source:many:{number}")
    ]


# Workloads


def acknowledge(receipt: Receipt) -> None:
    """Say that a commit has been acknowledged."""
    if receipt.sequence is not None:
        say("acknowledged", [receipt.sequence, receipt.commit_hash])


def write(place: Path) -> None:
    """Commits of all kinds."""
    with modellake.open(place) as lake:
        _write(lake, acknowledge)


def _write(lake: Lake, told: Callable[[Receipt], None]) -> None:
    told(_say(lake, CHURN.replace('"Churn"', '"Churn, again"'), "urn:source:a"))
    told(_say(lake, dataset(2, "Two"), "urn:source:c"))
    with suppress(RefusedError):
        _say(lake, REFUSED, "urn:source:bad")
    texts = [*(turtle(dataset(10 + number, "Each")) for number in range(5)), turtle(REFUSED)]
    items = [
        item
        for number, text in enumerate(texts)
        for item in lake.describe(text, format="turtle", source=f"urn:source:each:{number}")
    ]
    lake.commit_each(items, batch=2, watch=told)
    title = Triple(NamedNode(f"{BASE}dataset/d2"), DCT.description, Literal("By hand"))
    told(lake.curate(add=[title], reason="It has none"))
    told(lake.withdraw("urn:source:each:1", message="Not ours"))
    told(_say(lake, dataset(2, "Two, again"), "urn:source:c"))


def write_much(place: Path) -> None:
    """One commit that is loaded in bulk."""
    with modellake.open(place) as lake:
        acknowledge(lake.commit(_many(lake), source=None))
        acknowledge(_say(lake, dataset(1, "After"), "urn:source:b"))


def write_and_die(place: Path) -> None:
    """Commits of all kinds, and an end by which nothing is closed."""
    lake = modellake.open(place)
    _write(lake, acknowledge)
    acknowledge(lake.commit(_many(lake), source=None))
    acknowledge(_say(lake, dataset(1, "Last"), "urn:source:b"))
    die()


def fill_engine(place: Path) -> None:
    """An engine alone: a little twice, then much, and an end by which nothing is closed."""
    engine = embedded.EmbeddedEngine(MARKS, place)
    for sequence, (name, count) in enumerate(FILLING.items(), start=1):
        lines = [f'<urn:{name}:{number}> <urn:p> "{name} {number}" .' for number in range(count)]
        engine.replace(Replacement((), {DefaultGraph(): lines}), Applied(sequence, "aa"))
    die()


def write_on(place: Path) -> None:
    """Commits without end."""
    with modellake.open(place) as lake:
        for number in range(1_000_000):
            acknowledge(_say(lake, dataset(number % 7, f"Round {number}"), f"urn:source:{number % 7}"))


def catch_up(place: Path) -> None:
    """Open a lake whose view is behind."""
    modellake.open(place).close()


def fill(place: Path) -> None:
    """Open a lake that has lost its view."""
    catch_up(place)


def rebuild(place: Path) -> None:
    """Make everything again that can be, and copy the rest."""
    with modellake.open(place) as lake:
        acknowledge(_say(lake, dataset(3, "Three"), "urn:source:c"))
        lake.rebuild()
        lake.ledger.backup(place / "copy.sqlite")
        acknowledge(_say(lake, dataset(3, "Three, again"), "urn:source:c"))


# Points


def warm_up() -> None:
    """Load once what every child needs; nothing is opened, since no open file may be carried across a fork."""
    load_hierarchy()
    pack = load_gate()
    pack.validate_text("<urn:a> <urn:b> <urn:c> .")


def watch(points: Points) -> None:
    """Count points from now on, and tell in which phase this process is."""
    for name in ("_write", "curate", "withdraw"):
        _surround(points, Writer, name, BEFORE)
    _surround(points, Ledger, "append", after=BETWEEN)
    _surround(points, Lake, "rebuild", REBUILD)
    _surround(points, Ledger, "backup", REBUILD)
    _surround(points, View, "catch_up", BETWEEN)
    for name in ("_apply", "_rebuild"):
        _surround(points, View, name)
    _surround(points, embedded.EmbeddedEngine, "replace")
    for name in ("_load_many", "_become"):
        _surround(points, embedded.EmbeddedEngine, name, BULK)
    _surround(points, embedded._Document, "read")
    _surround(points, shutil, "rmtree")
    for name in ("fsync", "link", "replace", "rename", "unlink"):
        _surround(points, os, name)
    _watch_sql(points)
    embedded.Store = _watched_store(points)  # type: ignore[misc,assignment]


def _surround(points: Points, owner: Any, name: str, phase: str | None = None, after: str | None = None) -> None:
    """Make the begin and the end of a function points.

    Args:
        phase: that this function is in.
        after: the phase that begins when it returns.
    """
    function = getattr(owner, name)

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        with points.inside(phase or points.phase):
            doomed = points.reach(f"before {name}")
            result = function(*arguments, **options)
            if doomed:
                die()
        points.phase = after or points.phase
        with points.inside(phase or points.phase):
            points.reach(f"after {name}")
        return result

    setattr(owner, name, call)


def _watch_sql(points: Points) -> None:
    connect = sqlite3.connect

    def reach(text: str) -> None:
        points.reach(f"SQL {' '.join(text.split()[:3])}")

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(reach)
        return connection

    sqlite3.connect = sqlite3.dbapi2.connect = watched  # type: ignore[assignment]


def _watched_store(points: Points) -> type:
    class Watched:
        """A store whose writing calls are points."""

        def __init__(self, *arguments: Any) -> None:
            self._store = Store(*arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._store, name)

        def __len__(self) -> int:
            return len(self._store)

        def __iter__(self) -> Iterator[Any]:
            return iter(self._store)

    for name in ("add", "remove", "load", "bulk_load", "update", "flush"):

        def method(self: Any, *arguments: Any, _name: str = name, **options: Any) -> Any:
            return getattr(self._store, _name)(*arguments, **options)

        method.__name__ = name
        setattr(Watched, name, method)
        _surround(points, Watched, name)
    _surround(points, Watched, "__init__")
    return Watched
