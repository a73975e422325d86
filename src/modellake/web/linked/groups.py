"""Groups of records: those of one kind each, and one for the rest, so that a list of any length has parts."""

from __future__ import annotations

from collections.abc import Iterator

from modellake.core.iris import LakeIRIs
from modellake.lake.names import KINDS
from modellake.ledger.listing import Range

OTHER = "other"
GROUPS = (*KINDS, OTHER)
_TITLES = {"code": "Code", OTHER: "Other resources"}


def title_of(group: str) -> str:
    """What people call a group."""
    return _TITLES.get(group) or f"{group.capitalize()}s"


def ranges_of(group: str, iris: LakeIRIs) -> list[Range]:
    """Where the records of a group are in the order of all: next to each other, or between those of the kinds."""
    root = f"{iris.base}record/"
    return list(_between(root)) if group == OTHER else [_of_kind(root, group)]


def _of_kind(root: str, kind: str) -> Range:
    return Range(f"{root}{kind}/", f"{root}{kind}0")  # a zero comes next after a slash


def _between(root: str) -> Iterator[Range]:
    start = root
    for kind in sorted(f"{kind}/" for kind in KINDS):
        known = _of_kind(root, kind[:-1])
        yield Range(start, known.start)
        start = known.end
    yield Range(start, f"{root[:-1]}0")
