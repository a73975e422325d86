"""The license whose text lies beside a card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from modellake.core.encoding import decoded
from modellake.core.errors import ParseError
from modellake.core.licenses.listed import family
from modellake.core.report import Finding, Place, Severity
from modellake.core.vocab import LAKE, SPDX
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.licenses import ResolvedLicense, resolve_license_text
from modellake.harvest.licenses.texts import MAX_TEXT

_NAME = re.compile(r"(?:licen[sc]e|copying)(?:\.(?:txt|md|rst))?", re.IGNORECASE)
# What a card says that leaves open which license is meant.
_SILENT = frozenset({"other", "unknown"})
# Characters of UTF-8 have at most four bytes.
_MAX_BYTES = 4 * MAX_TEXT


def describe_license_files(draft: Draft, files: Sequence[CardFile]) -> None:
    """State the license whose text is beside the card where the card names none, or a short form of it.

    Where the card says anything else, that is a finding: the words of the card count.
    """
    for file in files:
        text = _text(file) if _NAME.fullmatch(file.name) else None
        if text is not None:
            _describe(draft, file, resolve_license_text(text, draft.iris))


def _describe(draft: Draft, file: CardFile, license_: ResolvedLicense) -> None:
    declared = [node.value for node in _said(draft, LAKE.declaredLicense) if node != LAKE.unknown]
    words = (
        [] if declared else [word.value for word in _said(draft, LAKE.licenseText) if word.value.lower() not in _SILENT]
    )
    if license_.iri is None:
        for finding in () if declared else license_.at(Place(file.document)):
            draft.add(replace(finding, message=f"{file.name}: {finding.message}"))
    elif not _agrees(draft, license_, declared, words):
        draft.add(_disagreement(file, license_, [iri.rpartition("/")[2] for iri in declared] or words))
    elif not declared:
        draft.say_of_both(LAKE.declaredLicense, license_.iri)


def _text(file: CardFile) -> str | None:
    try:
        if file.path.stat().st_size > _MAX_BYTES:
            return None
        return decoded(file.path.read_bytes(), file.document)
    except (OSError, ParseError):
        return None


def _said(draft: Draft, predicate: NamedNode) -> list[NamedNode | Literal]:
    said = (item for item in draft.statements if item.subject == draft.version and item.predicate == predicate)
    return [item.object for item in said if isinstance(item.object, NamedNode | Literal)]


def _agrees(draft: Draft, license_: ResolvedLicense, declared: Sequence[str], words: Sequence[str]) -> bool:
    """The text of a license of GNU is one for "only" and "or later"; a part of an expression has its own text."""
    if not declared:
        return all(license_.spdx in family(word) for word in words)
    parts = (item.object for item in draft.statements if item.predicate == SPDX.member)
    said = {*declared, *(node.value for node in parts if isinstance(node, NamedNode))}
    iri = license_.iri.value if license_.iri else ""
    return bool(said & {iri, iri + "-only", iri + "-or-later"})


def _disagreement(file: CardFile, license_: ResolvedLicense, named: Sequence[str]) -> Finding:
    return Finding(
        "card.license-disagrees",
        Severity.WARNING,
        f"The card says {', '.join(named)}, and {file.name} is the text of {license_.spdx}; the card's words count",
        remedy=f"State the license in the card that {file.name} is the text of, or replace that file.",
        place=Place(file.document),
    )
