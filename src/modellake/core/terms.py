"""Terms and statements: the common currency of all rooms, narrowed to what can stand where."""

from __future__ import annotations

from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


def subject_iri(statement: Triple) -> NamedNode:
    """The subject of a statement whose blank nodes have been named.

    Raises:
        TypeError: the subject is no IRI.
    """
    subject = statement.subject
    if not isinstance(subject, NamedNode):
        raise TypeError(f"{statement} has a subject that is no IRI")
    return subject
