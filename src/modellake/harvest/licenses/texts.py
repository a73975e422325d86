"""Whole texts of licenses, such as a LICENSE file: told by the matching templates of SPDX, or not at all."""

from __future__ import annotations

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.licenses import Simple, StatedLicense
from modellake.core.licenses.listed import spdx_id
from modellake.core.report import Finding, Severity
from modellake.harvest.licenses.resolution import ResolvedLicense, resolved

# The longest license of the list has about 100,000 characters.
MAX_TEXT = 200_000


def read_license_text(text: str) -> StatedLicense:
    """The license whose text this is, nothing added and nothing left out but copyright lines and a title.

    Raises:
        ImportError: the library that knows the texts is not installed (extra ``licenses``).
    """
    text = text.strip()
    found = _only_match(text) if text and len(text) <= MAX_TEXT else None
    return StatedLicense(text, Simple(found)) if found else StatedLicense(text, findings=(_UNTOLD,))


def resolve_license_text(text: str, iris: LakeIRIs, home: NamedNode | None = None) -> ResolvedLicense:
    """Like `modellake.harvest.licenses.resolve_license`, for the text of a license instead of its name."""
    return resolved(read_license_text(text), iris, home)


def _only_match(text: str) -> str | None:
    """The one license that covers the text from its first to its last character."""
    from licenseclassifier import identify_license

    matches = identify_license(text, coverage_threshold=_COVERAGE)
    if len(matches) != 1 or text[: matches[0].start].strip() or text[matches[0].end :].strip():
        return None
    return spdx_id(matches[0].id)


_COVERAGE = 99.5
_UNTOLD = Finding(
    "license.text-unknown",
    Severity.INFO,
    "The text of the license is not that of one license of the SPDX list, word for word",
    remedy="State the license by an SPDX id where it has one.",
)
