"""What becomes of a key of the front matter, as a row of a table that the code and the documentation share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.tree import Node


@dataclass(frozen=True, slots=True)
class Key:
    """A key for which there are terms.

    Attributes:
        describe: states what the value of the key says.
        terms: the properties and classes that carry it.
        note: what else a reader should know.
    """

    describe: Callable[[Draft, Node], None]
    terms: tuple[NamedNode, ...]
    note: str = ""
