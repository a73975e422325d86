"""Finding: what an address means, as far as this audience may know."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from pyoxigraph import NamedNode

from modellake.core.iris import home_of
from modellake.lake.history import former_records
from modellake.lake.identity.names import MergedNames
from modellake.lake.lake import Lake
from modellake.ledger.commits import IDENTITY
from modellake.ledger.listing import Range
from modellake.ledger.records import HistoryEntry

_NEIGHBORS = 60
_FOLDERS = 2
# What the lake notes something about without having a record of it, as agents elsewhere.
_NOTED = ("commit/", "source/", "agent/")


@dataclass(frozen=True, slots=True)
class Found:
    """What an address means.

    Attributes:
        kind: ``described``: it has a record; ``merged``: it is described under another name; ``withdrawn``: it had a
            record; ``noted``: commits, sources and agents, of which the lake only notes who did what.
        home: the resource, by the name under which it is described.
        asked: the resource by the name that was asked for.
    """

    kind: Literal["described", "merged", "withdrawn", "noted"]
    home: NamedNode
    asked: NamedNode


class Finder:
    """Finds resources of one lake by what clients call them."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.spaces = lake.view.audience.spaces
        self._names = MergedNames(lake.iris, self.spaces)
        self._moving = threading.Lock()

    def names(self) -> MergedNames:
        """The names of now; most lakes have none that are merged."""
        with self._moving:
            head = self.lake.ledger.head().sequence
            if head > self._names.sequence:
                # Whoever reads the names of before goes on with them.
                names = self._names.copy()
                names.advance(self.lake.ledger, head)
                self._names = names
            return self._names

    def find(self, candidates: Iterable[NamedNode]) -> Found | None:
        """What the first candidate is that is anything; what has a record goes before what had one."""
        names, records = self.names(), self.lake.iris.record
        wanted = list(dict.fromkeys(map(home_of, candidates)))
        homes = {node: NamedNode(names.home(node.value)) for node in wanted}
        aliases = [NamedNode(name) for home in homes.values() for name in names.members(home.value)]
        stated = self.lake.ledger.listing.among((records(node).value for node in aliases), self.spaces)
        for node, home in homes.items():
            if any(records(NamedNode(name)).value in stated for name in names.members(home.value)):
                return Found("described" if node == home else "merged", home, node)
        for node in wanted:
            if self.past(node):
                return Found("withdrawn", node, node)
        return next((Found("noted", node, node) for node in wanted if self._may_be_noted(node)), None)

    def described(self, iris: Iterable[str]) -> frozenset[str]:
        """The documents of IRIs that are resources with a record of their own."""
        documents = {iri.partition("#")[0] for iri in iris}
        records = {self.lake.iris.record(NamedNode(iri)).value: iri for iri in documents}
        return frozenset(records[name] for name in self.lake.ledger.listing.among(records, self.spaces))

    def past(self, home: NamedNode) -> list[HistoryEntry]:
        """What happened to a record, as far as this audience may know."""
        ledger = self.lake.ledger
        entries = (
            item for name in former_records(self.lake.iris.record(home), ledger) for item in ledger.history(name)
        )
        return [entry for entry in entries if entry.space in self.spaces and entry.kind != IDENTITY]

    def neighbors(self, candidates: Iterable[NamedNode]) -> list[str]:
        """Names of records that are like the one asked for: in the same folder, or else in the one above it."""
        asked = next(iter(candidates), None)
        if asked is None:
            return []
        root, record = f"{self.lake.iris.base}record/", self.lake.iris.record(asked).value
        folder = record.rpartition("/")[0] + "/"
        for _ in range(_FOLDERS):
            if not folder.startswith(root):
                break
            rest = record.removeprefix(folder)
            close = difflib.get_close_matches(rest, [name.removeprefix(folder) for name in self._near(folder, rest)])
            if close:
                return [unquote(folder.removeprefix(root) + name) for name in close]
            folder = folder[:-1].rpartition("/")[0] + "/"
        return []

    def _near(self, folder: str, rest: str) -> set[str]:
        """Some records of a folder: the first ones, and those that begin as one does."""
        within = [Range(folder, f"{folder[:-1]}0")]
        starts = ("", folder + rest[:1])
        listing = self.lake.ledger.listing
        return {name for start in starts for name in listing.page(within, self.spaces, _NEIGHBORS, start)}

    def _may_be_noted(self, node: NamedNode) -> bool:
        base = self.lake.iris.base
        return not node.value.startswith(base) or node.value.removeprefix(base).startswith(_NOTED)
