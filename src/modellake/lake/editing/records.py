"""Records as graphs: what the lake says about one resource, what an edit expects of it, and what came of the edit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import ConflictError
from modellake.lake.updating.receipts import UpdateReceipt
from modellake.rdf.canon import canonical_ntriples

_HASH_LENGTH = 32


@dataclass(frozen=True)
class Record:
    """What the lake says about one resource.

    Attributes:
        iri: of the record.
        home: the resource, by the IRI under which it is described.
        statements: about it and its parts, whoever said them and is not contradicted by a retraction.
    """

    iri: NamedNode
    home: NamedNode
    statements: frozenset[Triple]

    @property
    def exists(self) -> bool:
        """Does the lake say anything about the resource?"""
        return bool(self.statements)

    @cached_property
    def hash(self) -> str | None:
        """The digest of the statements, the same for the same statements in the same lexical forms; None for none."""
        if not self.exists:
            return None
        return hashlib.sha256(canonical_ntriples(self.statements)).hexdigest()[:_HASH_LENGTH]


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be there for an edit to be made.

    Attributes:
        exists: anything (True) or nothing (False); None for either.
        hashes: of which what is there must have one; None for any.
        others: of which it must have none.
    """

    exists: bool | None = None
    hashes: frozenset[str] | None = None
    others: frozenset[str] = frozenset()

    def is_met_by(self, found: str | None) -> bool:
        """Does that hash fit? None stands for what is not there."""
        if self.exists is not None and self.exists != (found is not None):
            return False
        return (self.hashes is None or found in self.hashes) and found not in self.others

    def check(self, record: Record) -> None:
        """Go on if the record is as expected.

        Raises:
            ConflictError: ``record.changed``.
        """
        if self.is_met_by(record.hash):
            return
        raise ConflictError(
            f"{record.iri} is not as the edit expects it to be",
            code="record.changed",
            remedy="Read it again, and edit what it says now.",
        )


ANYTHING = Expected()


def expected_of(what: Expected | str | None) -> Expected:
    """What is expected, given the hash of a record, or nothing."""
    if isinstance(what, str):
        return Expected(hashes=frozenset({what}))
    return what or ANYTHING


@dataclass(slots=True)
class EditReceipt(UpdateReceipt):
    """The outcome of an edit of one record.

    Attributes:
        before: the record before the edit.
        after: the record after it, also with what follows for the identity of its resource.
    """

    before: Record | None = None
    after: Record | None = None

    @property
    def created(self) -> bool:
        """Has the record come into being?"""
        return bool(self.after and self.after.exists and not (self.before and self.before.exists))
