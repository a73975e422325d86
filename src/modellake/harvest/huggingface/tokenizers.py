"""``tokenizer.json``: its head, without the vocabulary.

Source: https://huggingface.co/docs/tokenizers. Such a file can hold a million entries, of which the vocabulary and the
merges, at the end of the file, are nearly all: reading stops where they begin.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modellake.core.errors import ParseError
from modellake.harvest.huggingface.json_text import DECODER, json_errors, parse_object, refused, tree_of, unreadable
from modellake.harvest.huggingface.tree import Mapping
from modellake.harvest.paths import open_regular

MAX_HEAD = 4 * 1024 * 1024
MODEL_KEY = "model"
LONG_KEYS = ("vocab", "merges")
_BLANKS = " \t\r\n"


def read_head(path: Path, document: str) -> Mapping:
    """The values of a tokenizer up to its vocabulary.

    Raises:
        ParseError: it cannot be read, is no JSON object, or its head is larger than 4 MiB; the codes are those of
            `read_object`.
    """
    try:
        with open_regular(path) as stream:
            content = stream.read(MAX_HEAD + 1)
    except OSError as error:
        raise unreadable(document, error) from error
    return parse_head(content, document)


def parse_head(content: bytes, document: str) -> Mapping:
    """The values of a tokenizer up to its vocabulary, given its first bytes; raises as `read_head` does."""
    if len(content) <= MAX_HEAD:
        return _without_vocabulary(parse_object(content, document))
    # The cut may go through a character.
    text = content[:MAX_HEAD].decode("utf-8-sig", errors="ignore")
    try:
        with json_errors(document):
            found = _members(text, 0)
    except ParseError as error:
        # A value that is cut looks like one that is wrong.
        if error.code != "side-file.json":
            raise
        found = None
    if found is None:
        message = f"What stands before the vocabulary is larger than {MAX_HEAD // 1024**2} MiB"
        raise refused(message, document, code="side-file.too-large")
    return Mapping({key: tree_of(value, document, key) for key, value in found[0].items()}, "", 0)


def _without_vocabulary(tree: Mapping) -> Mapping:
    model = tree.get(MODEL_KEY)
    if not isinstance(model, Mapping):
        return tree.without(*LONG_KEYS)
    return Mapping({**tree.entries, MODEL_KEY: model.without(*LONG_KEYS)}, tree.path, tree.start)


def _members(text: str, start: int) -> tuple[dict[str, Any], int] | None:
    """The members of the object at an offset up to the vocabulary, and the offset after it.

    The offset is that of the end of the text where the vocabulary ended the reading. None where the text ended first.
    """
    found: dict[str, Any] = {}
    position = _skip(text, start, "{")
    while position < len(text) and text[position] != "}":
        key, position = DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position), ":")
        if key in LONG_KEYS:
            return found, len(text)
        if key == MODEL_KEY and text[position : position + 1] == "{":
            inner = _members(text, position)
            if inner is None:
                return None
            found[key], position = inner
        else:
            found[str(key)], position = DECODER.raw_decode(text, position)
        if position >= len(text):
            return found, position
        position = _skip(text, _skip(text, position), ",")
    return (found, position + 1) if position < len(text) else None


def _skip(text: str, position: int, mark: str = "") -> int:
    """The offset after blanks, and after a mark and the blanks behind it where it stands there."""
    while position < len(text) and text[position] in _BLANKS:
        position += 1
    if mark and text[position : position + 1] == mark:
        return _skip(text, position + 1)
    return position
