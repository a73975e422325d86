"""Indexes: what the ledger keeps beside its chain to decide faster, compared with what the contents say.

No hash covers them, since they can be written anew at any time: which types resources have, for which the gate asks,
and which identifiers records bear, by which resources are known to be one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding, Severity
from modellake.core.vocab import RDF
from modellake.ledger.commits import STATEMENTS
from modellake.ledger.inspection import Inspection
from modellake.ledger.ledger import Ledger
from modellake.ledger.type_index import Types

if TYPE_CHECKING:
    from modellake.lake.identity.identification import Identification

_TYPED = re.compile(rf"^<([^>]*)> <{re.escape(RDF.type.value)}> <([^>]*)> \.$", re.MULTILINE)
_EXAMPLES = 3
_REBUILD = "Write it anew from the contents: modellake rebuild"


def compare_indexes(ledger: Ledger, identities: Identification, iris: LakeIRIs) -> list[Finding]:
    """A finding for each index that says something else than the contents."""
    with ledger.snapshot():
        return [
            *_told("types", list(_mistyped(ledger)), iris),
            *_told("identifiers", sorted(identities.outdated()), iris),
        ]


def write_indexes(ledger: Ledger, identities: Identification) -> None:
    """Write those indexes anew that say something else than the contents."""
    with ledger.snapshot():
        mistyped = next(_mistyped(ledger), None) is not None
    if mistyped:
        ledger.replace_types(
            (record, source, pairs) for record, said in _stated(ledger) for source, pairs in said.items()
        )
    identities.index()


def _mistyped(ledger: Ledger) -> Iterator[str]:
    """The records about which the index of types says something else than they say themselves, in order."""
    sides: tuple[Iterator[tuple[str, Mapping[str, Any]]], ...] = (Inspection.of(ledger).types(), _stated(ledger))
    merged = heapq.merge(*sides, key=itemgetter(0))
    for record, said in groupby(merged, key=itemgetter(0)):
        known = [types for _, types in said]
        if len(known) != len(sides) or known[0] != known[1]:
            yield record


def _stated(ledger: Ledger) -> Iterator[tuple[str, dict[str, Types]]]:
    """Which types the sources state, by record in the order of IRIs, then by source."""
    for record, held in ledger.contents_all():
        said = {item.source: _types_in(item.content) for item in held if item.kind == STATEMENTS}
        if said := {source: pairs for source, pairs in said.items() if pairs}:
            yield record, said


def _types_in(content: bytes) -> Types:
    return frozenset((subject, kind) for subject, kind in _TYPED.findall(content.decode()))


def _told(index: str, differing: Collection[str], iris: LakeIRIs) -> Iterator[Finding]:
    if differing:
        named = ", ".join(record.removeprefix(iris.base) or "none" for record in list(differing)[:_EXAMPLES])
        more = ", …" if len(differing) > _EXAMPLES else ""
        message = f"The index of {index} says something else than {len(differing):,} record(s) say: {named}{more}"
        yield Finding(f"index.{index}", Severity.VIOLATION, message, _REBUILD)
