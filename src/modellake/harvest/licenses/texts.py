"""Whole texts of licenses, such as a LICENSE file: told by the matching templates of SPDX, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.licenses import Simple, StatedLicense
from modellake.core.licenses.listed import spdx_id
from modellake.core.licenses.names import named_id
from modellake.core.report import Finding, Severity
from modellake.harvest.licenses.resolution import ResolvedLicense, resolved

# The longest license of the list has about 100,000 characters.
MAX_TEXT = 200_000
# How much of a text must be that of a license, in percent: short ones have long copyright lines.
_COVERAGE = 75.0
_HOLDER = re.compile(r"copyright\b|\(c\)|©", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"(?:copyright|\(c\)|©)(?!.*\b(?:licen[sc]e|use|term|condition|permi|commercial|patent))[^;:]{0,160}", re.IGNORECASE
)
_UNTOLD = Finding(
    "license.text-unknown",
    Severity.INFO,
    "The text of the license is not that of one license of the SPDX list, word for word",
    remedy="State the license by an SPDX id where it has one.",
)
_UNREAD = Finding(
    "license.text-unread",
    Severity.INFO,
    "The text of the license is not read: the library that knows the texts is not installed",
    remedy="Install the extra: pip install 'modellake[licenses]'",
)


def read_license_text(text: str) -> StatedLicense:
    """The license whose text this is, nothing added and nothing left out but copyright lines and the title."""
    text = text.strip()
    try:
        found = _only_match(text) if 0 < len(text) <= MAX_TEXT else None
    except ImportError:
        return StatedLicense(text, findings=(_UNREAD,))
    return StatedLicense(text, Simple(found)) if found else StatedLicense(text, findings=(_UNTOLD,))


def resolve_license_text(text: str, iris: LakeIRIs, home: NamedNode | None = None) -> ResolvedLicense:
    """Like `modellake.harvest.licenses.resolve_license`, for the text of a license instead of its name."""
    return resolved(read_license_text(text), iris, home)


def _only_match(text: str) -> str | None:
    """The one license that covers the text to its last character, from the end of its copyright lines on."""
    from licenseclassifier import identify_license

    matches = identify_license(text, coverage_threshold=_COVERAGE)
    known = spdx_id(matches[0].id) if len(matches) == 1 else None
    if known is None or text[matches[0].end :].strip():
        return None
    head = [line.strip(" \t*#=") for line in text[: matches[0].start].splitlines()]
    return known if all(_adds_nothing(line, known) for line in [*head, *_copyright_lines(text)]) else None


def _copyright_lines(text: str) -> Iterator[str]:
    """The lines of copyright at the beginning: the library counts them as text of the license, whatever they say."""
    for line in filter(None, (line.strip(" \t*#=") for line in text.splitlines())):
        if _HOLDER.match(line):
            yield line
        elif named_id(line) is None:
            return


def _adds_nothing(line: str, known: str) -> bool:
    """True for a blank line, a copyright line, and the title of that very license."""
    return not line or _COPYRIGHT.fullmatch(line) is not None or named_id(line) == known
