"""What somebody states as the license of something, read as far as it can be told, and no further."""

from __future__ import annotations

from dataclasses import dataclass

from modellake.core.licenses.expressions import (
    Expression,
    ExpressionError,
    Simple,
    looks_compound,
    parse_expression,
    simple_expression,
    simple_parts,
)
from modellake.core.licenses.listed import ONLY_VERSION, family, is_deprecated, successors
from modellake.core.licenses.names import MAX_NAME, named_id
from modellake.core.licenses.pages import is_address, page_id
from modellake.core.report import Finding, Severity

MAX_STATED = 4_000
SPDX_LIST = "https://spdx.org/licenses/"
_UNSAID = frozenset({"unknown", "noassertion", "not specified", "unspecified"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StatedLicense:
    """A license as stated, and what it turned out to be.

    Attributes:
        text: word for word, without blanks around it.
        expression: the license, or the several that were stated together; None where it cannot be told.
        is_unsaid: the text says that the license is not known, as SPDX's ``NOASSERTION`` does.
        findings: what should be mended, without a place: whoever knows where the text stands adds that.
    """

    text: str
    expression: Expression | None = None
    is_unsaid: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def spdx(self) -> str | None:
        """The SPDX expression in its usual form, such as ``MIT OR Apache-2.0``."""
        return str(self.expression) if self.expression else None


def read_license(text: str) -> StatedLicense:
    """What a stated license is: an SPDX id in any case, an expression, a name, a trove classifier or an address."""
    text = text.strip()
    if len(text) > MAX_STATED:
        return StatedLicense(text, findings=(_too_long(text),))
    if text.lower() in _UNSAID:
        return StatedLicense(text, is_unsaid=True)
    found = _single(text)
    if found:
        return StatedLicense(text, found, findings=_notes(found))
    return (
        _compound(text)
        if looks_compound(text) and not is_address(text)
        else StatedLicense(text, None, False, (_untold(text),))
    )


def _single(text: str) -> Expression | None:
    if is_address(text):
        page = page_id(text)
        return Simple(page) if page else None
    known = simple_expression(text)
    if known:
        return known
    named = ONLY_VERSION.get(text.lower()) or named_id(text)
    return Simple(named) if named else None


def _compound(text: str) -> StatedLicense:
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        return StatedLicense(
            text, findings=(_untold(text) if error.part or len(text) > MAX_NAME else _malformed(text, error),)
        )
    return StatedLicense(text, expression, findings=_notes(expression))


def _notes(expression: Expression) -> tuple[Finding, ...]:
    parts = dict.fromkeys(simple_parts(expression))
    return tuple(
        note for part in parts for note in (_deprecated(part) if part.is_listed else _reference(part),) if note
    )


def _deprecated(part: Simple) -> Finding | None:
    if not is_deprecated(part.name):
        return None
    instead = successors(part.name)
    advice = f"State {' or '.join(instead)}" if instead else f"See what {SPDX_LIST}{part.name}.html advises"
    return Finding(
        "license.deprecated-id",
        Severity.INFO,
        f"{part.name} is a deprecated id of the SPDX list; it is kept as stated",
        remedy=f"{advice} instead of {part.name}.",
    )


def _reference(part: Simple) -> Finding:
    return Finding(
        "license.local-reference",
        Severity.INFO,
        f"{part.name} names a text of the document that states it, not a license of the SPDX list",
        remedy=f"State the license that {part.name} stands for by an SPDX id, where it has one.",
    )


def _untold(text: str) -> Finding:
    fitting = [name for name in family(text) if not is_deprecated(name)]
    if fitting:
        return _ambiguous(text, fitting)
    return Finding(
        "license.unknown",
        Severity.WARNING,
        f"{text[:80]!r} names no license that is known; it is kept word for word",
        remedy=f"State the license by an id of {SPDX_LIST} or by its address.",
    )


def _ambiguous(text: str, fitting: list[str]) -> Finding:
    more = f" and {len(fitting) - _SHOWN} more" if len(fitting) > _SHOWN else ""
    return Finding(
        "license.ambiguous",
        Severity.WARNING,
        f"{text[:80]!r} can mean several licenses; it is kept word for word",
        remedy=f"State which license is meant by {text[:40]!r}: {', '.join(fitting[:_SHOWN])}{more}.",
    )


def _malformed(text: str, error: ExpressionError) -> Finding:
    return Finding(
        "license.expression",
        Severity.WARNING,
        f"{text[:80]!r} is no license expression: {error}; it is kept word for word",
        remedy="Write several licenses as SPDX does: MIT OR (Apache-2.0 AND CC-BY-4.0).",
    )


def _too_long(text: str) -> Finding:
    return Finding(
        "license.too-long",
        Severity.WARNING,
        f"{len(text):,} characters are no name of a license; they are kept word for word",
        remedy=f"State the license by an id of {SPDX_LIST}, and keep its text in a file.",
    )
