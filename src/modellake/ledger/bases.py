"""Base IRIs: under which one a lake named its resources, and since which commit.

A lake begins with the base IRI of its identity, which the genesis hash covers. A commit that renames everything says
the new one as its rule ``base``; like the other rules it is a content that the commit's hash covers.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from modellake.ledger.contents import unpack
from modellake.ledger.rows import select_rows
from modellake.ledger.schema import contents, rules

BASE = "base"
_SAID = (
    select(rules.c.sequence, contents.c.codec, contents.c.checksum, contents.c.size, contents.c.body)
    .join_from(rules, contents)
    .where(rules.c.sequence > bindparam("after"), rules.c.name == BASE)
    .order_by(rules.c.sequence)
)


@dataclass(frozen=True, slots=True)
class Bases:
    """The base IRIs of a lake, one after the other.

    Attributes:
        periods: each base IRI with the first commit that used it, in order; the first one begins at 0.
    """

    periods: tuple[tuple[int, str], ...]

    @property
    def current(self) -> str:
        """The base IRI now."""
        return self.periods[-1][1]

    def at(self, sequence: int | None) -> str:
        """The base IRI after a commit; the one of now, if None."""
        if sequence is None:
            return self.current
        return self.periods[bisect_right(self.periods, sequence, key=lambda period: period[0]) - 1][1]

    def named(self, iri: str, at: int | None = None) -> str:
        """An IRI of any time as it is after a commit; one that begins with no base IRI of the lake stays."""
        base = self.at(at)
        if len(self.periods) == 1 or iri.startswith(base):
            return iri
        was = next((other for _, other in reversed(self.periods) if iri.startswith(other)), None)
        return iri if was is None else base + iri[len(was) :]

    def said(self, iri: str, sequence: int, at: int | None = None) -> str:
        """An IRI that a commit uses, as it is after another one; names of others stay, whatever they begin with."""
        base = self.at(at)
        for was in sorted({self.at(sequence), self.at(sequence - 1)}, key=len, reverse=True):
            if iri.startswith(was):
                return base + iri[len(was) :]
        return iri

    def changed(self, after: int, until: int) -> bool:
        """Did a commit in (after, until] change it?"""
        return any(after < since <= until for since, _ in self.periods)


def read_bases(connection: Connection, known: Bases, after: int = 0) -> Bases:
    """What is known of base IRIs, with what the commits after one have said."""
    found = select_rows(connection, _SAID, {"after": after})
    said = ((sequence, unpack(f"The base IRI of commit {sequence}", *packed).decode()) for sequence, *packed in found)
    new = tuple(period for period in said if period[0] > known.periods[-1][0])
    return Bases(known.periods + new) if new else known
