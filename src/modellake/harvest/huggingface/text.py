"""The text of a card: decoded, with line numbers, split into front matter and prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError, UnavailableError
from modellake.core.report import Place

_EMPTY_BLOCK = re.compile(r"\s*---\r?\n---[ \t]*(?:\r?\n|$)")
_LOOKS_OPENED = re.compile(r"\s*---[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*[\"']?[A-Za-z_][\w .-]*[\"']?:(?:\s|$)")


@dataclass(frozen=True)
class CardText:
    """A decoded card.

    Attributes:
        document: the file, as the user named it.
        text: all of it, without byte order mark, line ends as they are.
        yaml: the front matter between its fences; None when there is none.
        yaml_start: the offset of ``yaml`` in ``text``, in characters.
        prose: what follows the front matter.
    """

    document: str
    text: str
    yaml: str | None
    yaml_start: int
    prose: str

    @property
    def prose_start(self) -> int:
        """The offset of ``prose`` in ``text``, in characters."""
        return len(self.text) - len(self.prose)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, offset: int, path: str | None = None) -> Place:
        """Where a character of the text stands."""
        line = bisect_right(self._line_starts, offset)
        return Place(self.document, line, offset - self._line_starts[line - 1] + 1, path)

    def line_at(self, offset: int) -> str:
        """The whole line that a character of the text stands in."""
        end = self.text.find("\n", offset)
        return self.text[self.text.rfind("\n", 0, offset) + 1 : end if end >= 0 else None]


def read_text(document: str, content: bytes) -> CardText:
    """Decode a card and find its front matter, by the expression that the Hub itself uses.

    Raises:
        ParseError: it is no text (``parse.encoding``), or a front matter is opened and never closed
            (``parse.yaml``).
        UnavailableError: huggingface_hub is not installed.
    """
    text = decoded(content, document)
    empty = _EMPTY_BLOCK.match(text)
    if empty:
        return CardText(document, text, "", text.index("---"), text[empty.end() :])
    block = _yaml_block().search(text)
    if block:
        return CardText(document, text, block.group(2), block.start(2), text[block.end() :])
    whole = CardText(document, text, None, 0, text)
    _refuse_unclosed(whole)
    return whole


def _refuse_unclosed(card: CardText) -> None:
    if not _LOOKS_OPENED.match(card.text):
        return
    opening = card.text.index("---")
    fence = card.text[opening : card.text.index("\n", opening)].rstrip("\r")
    if fence == "---":
        wrong, remedy = "is never closed", "End it with a line that holds nothing but ---."
    else:
        wrong, remedy = "begins with a line that holds blanks after ---", "Remove the blanks after the first ---."
    raise ParseError(f"The front matter {wrong}", code="parse.yaml", place=card.place(opening), remedy=remedy)


def _yaml_block() -> re.Pattern[str]:
    try:
        from huggingface_hub.repocard import REGEX_YAML_BLOCK
    except ImportError as error:
        raise missing_extra(error) from error
    pattern: re.Pattern[str] = REGEX_YAML_BLOCK
    return pattern


def missing_extra(error: ImportError) -> UnavailableError:
    """The error for a card that cannot be read because the libraries for it are absent."""
    return UnavailableError(
        f"Reading a card of the Hugging Face Hub needs a library that is not installed: {error.name}",
        code="harvester.extra-missing",
        remedy="Install the extra: pip install 'modellake[huggingface]'",
    )
