"""The index of types: of which classes a resource is, as the sources state it now.

The gate asks it about the resources that a record refers to. It holds nothing that the contents and the
ontology do not say, so it can be written anew at any time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from modellake.core.errors import LedgerError
from modellake.ledger.commits import STATEMENTS
from modellake.ledger.database import write_rows
from modellake.ledger.names import Names, batches
from modellake.ledger.rows import select_rows
from modellake.ledger.schema import current, records, sources, type_sets, types

_FIND = select(types.c.document, types.c.stated).where(types.c.document.in_(bindparam("documents", expanding=True)))
_CLASSES = select(type_sets).where(type_sets.c.id.in_(bindparam("ids", expanding=True)))
_FORGET = delete(types).where(types.c.record_id == bindparam("record"), types.c.source_id == bindparam("source"))
_INSERT = insert(types)
_encode = json.JSONEncoder(separators=(",", ":")).encode
_HELD = (
    select(records.c.iri, records.c.id, sources.c.iri, sources.c.id)
    .select_from(current.join(records).join(sources))
    .where(current.c.kind == STATEMENTS, records.c.iri.in_(bindparam("records", expanding=True)))
)
Types = frozenset[tuple[str, str]]


@dataclass(slots=True)
class KnownSets:
    """Type sets seen by this process; committed rows never change, so they stay true."""

    ids: dict[str, int] = field(default_factory=dict)
    classes: dict[int, frozenset[str]] = field(default_factory=dict)


class TypeWriter:
    """Writes the index within one write transaction."""

    def __init__(self, connection: Connection, known: KnownSets, highest: int) -> None:
        self._connection = connection
        self._known = known
        self._fresh: dict[str, int] = {}
        self._texts: dict[frozenset[str], str] = {}
        self._names = Names(connection, type_sets.c.classes, highest)

    def replace(self, stated: Iterable[tuple[int, int, Types]], outdated: Iterable[tuple[int, int]]) -> None:
        """Forget what is outdated, then write what is stated, both by record and source."""
        write_rows(self._connection, _FORGET, list(outdated))
        sets = [(record, source, self._class_sets(pairs)) for record, source, pairs in stated if pairs]
        ids = self._identify({text for _, _, texts in sets for text in texts.values()})
        rows = [row for record, source, texts in sets for row in _rows(record, source, texts, ids)]
        write_rows(self._connection, _INSERT, rows)

    def _class_sets(self, pairs: Types) -> dict[str, str]:
        """Resource → its classes as the text of a type set."""
        classes: defaultdict[str, set[str]] = defaultdict(set)
        for resource, kind in pairs:
            classes[resource].add(kind)
        return {resource: self._text(frozenset(kinds)) for resource, kinds in classes.items()}

    def _text(self, kinds: frozenset[str]) -> str:
        if kinds not in self._texts:
            self._texts[kinds] = json.dumps(sorted(kinds))
        return self._texts[kinds]

    def _identify(self, sets: set[str]) -> dict[str, int]:
        known = self._known.ids
        wanted = sorted(text for text in sets if text not in known and text not in self._fresh)
        if wanted:
            self._fresh |= self._names.find(wanted)
            self._fresh |= self._names.give(text for text in wanted if text not in self._fresh)
        return known | self._fresh if self._fresh else known

    def publish(self) -> None:
        """Let the process know the new type sets, once the transaction has been committed."""
        self._known.ids.update(self._fresh)


def replace_all(connection: Connection, writer: TypeWriter, stated: Iterable[tuple[str, str, Types]]) -> None:
    """Write the whole index anew from records and sources given by IRI; what is not held now is left out."""
    connection.execute(delete(types))
    for batch in batches(stated):
        wanted = {(record, source): pairs for record, source, pairs in batch}
        held = connection.execute(_HELD, {"records": list({record for record, _ in wanted})})
        rows = [(row[1], row[3], wanted[row[0], row[2]]) for row in held if (row[0], row[2]) in wanted]
        writer.replace(rows, ())


def types_of(connection: Connection, known: KnownSets, resources: Iterable[str]) -> dict[str, set[str]]:
    """Class IRIs by resource; resources of which no type is stated are left out.

    Raises:
        LedgerError: ``ledger.index-damaged``.
    """
    try:
        return _types_of(connection, known, resources)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LedgerError(
            f"The index of types cannot be read: {type(error).__name__} {error}",
            code="ledger.index-damaged",
            remedy="It is made again from the contents by: modellake rebuild",
        ) from error


def _types_of(connection: Connection, known: KnownSets, resources: Iterable[str]) -> dict[str, set[str]]:
    wanted = set(resources)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for batch in batches({_split(resource)[0] for resource in wanted}):
        for document, stated in select_rows(connection, _FIND, {"documents": batch}):
            for rest, number in json.loads(stated).items():
                if document + rest in wanted:
                    found[document + rest].add(number)
    classes = _classes(connection, known, {number for numbers in found.values() for number in numbers})
    return {name: set().union(*(classes[number] for number in numbers)) for name, numbers in found.items()}


def _classes(connection: Connection, known: KnownSets, ids: set[int]) -> dict[int, frozenset[str]]:
    for batch in batches(ids - known.classes.keys()):
        for number, classes in select_rows(connection, _CLASSES, {"ids": batch}):
            known.classes[number] = frozenset(json.loads(classes))
    return known.classes


def _split(resource: str) -> tuple[str, str]:
    document, mark, fragment = resource.partition("#")
    return document, mark + fragment


def _rows(record: int, source: int, sets: dict[str, str], ids: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    documents: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for resource, text in sets.items():
        document, rest = _split(resource)
        documents[document][rest] = ids[text]
    for document, stated in documents.items():
        yield record, source, document, _encode(stated)
