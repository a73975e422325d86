"""The Markdown of a card: kept as a document, its first paragraph as the description."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCT, LAKE, RDF
from modellake.harvest.huggingface.checksums import describe_checksum
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.placeholders import is_unfilled
from modellake.harvest.huggingface.sections import describe_sections
from modellake.harvest.huggingface.tables import describe_tables
from modellake.harvest.huggingface.text import CardText
from modellake.harvest.paths import absolute

MAX_PROSE = 1024 * 1024
MAX_DESCRIPTION = 600
_SCANNED = 64 * 1024
# Links and tags are matched in quadratic time in the worst case.
_PARAGRAPH = 4096
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~).*?(?:^\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`+|~~)")
# Headings, lists, tables, quotations, rules, definitions, indented code: blocks that introduce nothing.
_NO_PARAGRAPH = re.compile(r"\s{4}|#|[-*+] |\d+[.)] |\||>|\[[^\]]+\]:|[-*_= ]+$|:::|\$\$")
_GAP = re.compile(r"\n[ \t]*\r?\n")
_SENTENCE = re.compile(r"(?:\w\W*){12}")


def describe_prose(draft: Draft, card: CardText, *, dataset: bool) -> None:
    """Keep the prose of a card as a ``lake:Document`` with its sections; its first paragraph as the description."""
    if not card.prose.strip():
        return
    node = draft.iris.fragment(draft.version, "card")
    draft.say_of_both(LAKE.hasDocument, node)
    draft.say(node, RDF.type, LAKE.Document)
    draft.say(node, DCT.title, Literal(absolute(card.document).name))
    text = _bounded(draft, node, card.prose)
    draft.say(node, LAKE.text, Literal(text))
    describe_sections(draft, text, node, card.prose_start)
    # A model index says what tables can only be read as saying.
    if not dataset and "model-index" not in draft.metadata.entries:
        describe_tables(draft, text, card.prose_start)
    description = first_paragraph(card.prose)
    if description:
        draft.say(draft.line, DCT.description, Literal(description))


def first_paragraph(prose: str) -> str:
    """The first paragraph of Markdown that holds a sentence, as plain text of bounded length; else empty."""
    text = _FENCE.sub("\n", _COMMENT.sub("\n", prose[:_SCANNED]))
    for block in _blocks(text.replace("\r\n", "\n")):
        lines = [line for line in block.split("\n") if line.strip()]
        paragraph = _plain(lines)
        if _SENTENCE.match(paragraph) and not is_unfilled(paragraph):
            return _shortened(paragraph)
    return ""


def _blocks(text: str) -> Iterator[str]:
    """What stands between blank lines; a reader may stop at the first that it likes."""
    position = 0
    while gap := _GAP.search(text, position):
        yield text[position : gap.start()]
        position = gap.end()
    yield text[position:]


def _plain(lines: list[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if _NO_PARAGRAPH.match(line):
            if kept:
                break
            if not line.startswith("#"):
                return ""
            continue
        kept.append(line.strip())
    text = _LINK.sub(r"\1", _IMAGE.sub("", " ".join(kept)[:_PARAGRAPH]))
    return " ".join(html.unescape(_EMPHASIS.sub("", _TAG.sub("", text))).split())


def _shortened(text: str) -> str:
    if len(text) <= MAX_DESCRIPTION:
        return text
    return text[: text.rfind(" ", MAX_DESCRIPTION // 2, MAX_DESCRIPTION)] + " …"


def _bounded(draft: Draft, node: NamedNode, prose: str) -> str:
    content = prose.encode()
    if len(content) <= MAX_PROSE:
        return prose
    draft.note(
        "card.prose-truncated",
        f"The prose is {len(content):,} bytes long; the first {MAX_PROSE:,} are kept, and the checksum of all",
        "Move parts of it into files of their own.",
    )
    describe_checksum(draft, node, hashlib.sha256(content).hexdigest())
    return content[:MAX_PROSE].decode(errors="ignore")
