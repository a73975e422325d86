"""Marks: how far a view has come, as one statement in a graph of its engine, written together with the data."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from modellake.core.terms import Term
from modellake.core.vocab import LAKE, XSD
from modellake.store.engine import Applied

_DONE, _LOADING = "applied", "loading"


def mark_quad(marks: NamedNode, mark: Applied) -> Quad:
    """The statement that says how far a view has come."""
    rules = f"-{mark.rules}" if mark.rules else ""
    word = _LOADING if mark.loading else _DONE
    subject = NamedNode(f"{marks.value}#{word}-{mark.commit_hash}{rules}")
    return Quad(subject, LAKE.appliedSequence, Literal(str(mark.sequence), datatype=XSD.integer), marks)


def read_mark(subject: Term | None, sequence: Term | None) -> Applied:
    """The mark from its subject and its sequence."""
    name = str(getattr(subject, "value", "")).rpartition("#")[2]
    word, _, rest = name.partition("-")
    commit_hash, _, rules = rest.partition("-")
    return Applied(int(str(getattr(sequence, "value", "0"))), commit_hash, loading=word == _LOADING, rules=rules)
