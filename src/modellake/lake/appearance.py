"""The appearance of a resource: all that a view shows of it, read from the ledger alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a view shows of one resource after a commit, each statement a line of N-Triples.

    Attributes:
        home: the IRI under which it is described.
        asserted: what sources and people say.
        entailed: what follows from that by the ontology.
        provenance: what the lake says of the record: since when, from where, what sources do not agree on.
        modified: when a commit changed it last (ISO 8601 in UTC).
        alone: False when names of other resources stand in it that are merged: it may then change with those.
    """

    home: NamedNode
    asserted: Sequence[str]
    entailed: Sequence[str]
    provenance: Sequence[str]
    modified: str
    alone: bool
