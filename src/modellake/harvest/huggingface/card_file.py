"""A file beside a card, as the others see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file that belongs to the version that a card describes.

    Attributes:
        path: where it is.
        name: its path inside the version, with ``/`` between folders.
        document: where it is, as the user named the folder of the card.
        node: the distribution that it is.
        others: the names of all files of the version, and the distributions that they are.
    """

    path: Path
    name: str
    document: str
    node: NamedNode
    others: dict[str, NamedNode] = field(repr=False, compare=False)

    @property
    def base_name(self) -> str:
        """The name without folders."""
        return self.name.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder inside the version, ending in ``/`` unless it is the root."""
        head, mark, _ = self.name.rpartition("/")
        return head + mark

    @property
    def is_root(self) -> bool:
        """True for a file that speaks of the whole version; one in a folder speaks of a component."""
        return not self.folder
