"""The license whose text lies beside a card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import NamedNode

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import LAKE, SPDX
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.licenses import ResolvedLicense, resolve_license_text
from modellake.harvest.licenses.texts import MAX_TEXT

_NAME = re.compile(r"(?:licen[sc]e|copying)(?:\.(?:txt|md|rst))?", re.IGNORECASE)
# Characters of UTF-8 have at most four bytes.
_MAX_BYTES = 4 * MAX_TEXT


def describe_license_files(draft: Draft, files: Sequence[CardFile]) -> None:
    """State the license whose text is beside the card where the card itself names none that is known.

    Where the card names another one, that is a finding: the words of the card count.
    """
    for file in files:
        text = _text(file) if _NAME.fullmatch(file.name) else None
        if text is not None:
            _describe(draft, file, resolve_license_text(text, draft.iris))


def _describe(draft: Draft, file: CardFile, license_: ResolvedLicense) -> None:
    declared = _declared(draft)
    if license_.iri is None:
        for finding in () if declared else license_.at(Place(file.document)):
            draft.add(replace(finding, message=f"{file.name}: {finding.message}"))
    elif not declared:
        draft.say_of_both(LAKE.declaredLicense, license_.iri)
    elif not _agrees(draft, license_.iri, declared):
        draft.add(_disagreement(file, license_, declared))


def _text(file: CardFile) -> str | None:
    try:
        if file.path.stat().st_size > _MAX_BYTES:
            return None
        return decoded(file.path.read_bytes(), file.document)
    except (OSError, ParseError):
        return None


def _declared(draft: Draft) -> list[NamedNode]:
    said = (item for item in draft.statements if item.subject == draft.version)
    return [
        item.object
        for item in said
        if item.predicate == LAKE.declaredLicense and isinstance(item.object, NamedNode) and item.object != LAKE.unknown
    ]


def _agrees(draft: Draft, license_: NamedNode, declared: Sequence[NamedNode]) -> bool:
    """The text of a license of GNU is one for "only" and "or later"; a part of an expression has its own text."""
    parts = (item.object for item in draft.statements if item.predicate == SPDX.member)
    said = {node.value for node in (*declared, *parts) if isinstance(node, NamedNode)}
    return bool(said & {license_.value, license_.value + "-only", license_.value + "-or-later"})


def _disagreement(file: CardFile, license_: ResolvedLicense, declared: Sequence[NamedNode]) -> Finding:
    named = ", ".join(node.value.rpartition("/")[2] for node in declared)
    return Finding(
        "card.license-disagrees",
        Severity.WARNING,
        f"The card says {named}, and {file.name} is the text of {license_.spdx}; what the card says is stated",
        remedy="Correct the one that is wrong.",
        place=Place(file.document),
    )
