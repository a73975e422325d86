"""References: what a program calls a resource (an IRI, a CURIE, ``org/name[@version]``) as its IRI.

Nothing here asks the lake: a name means the resource that has it, whether or not it is there yet.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from pyoxigraph import NamedNode

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs
from modellake.core.licenses import expression_iri, read_license
from modellake.core.literals import clean_text
from modellake.core.namespace import Namespace, find_term
from modellake.core.prefixes import expand

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://.|(urn|mailto|did|tag|info|ni):.", re.IGNORECASE)
# What an IRI may hold, the percent sign included, so that what is encoded already is not encoded twice.
_IRI_SAFE = "-._~:/?#[]@!$&'()*+,;=%"
# RFC 3986, section 5.2.4: clients remove these segments.
_DOTS = re.compile(r"\.{1,2}")


def absolute_iri(text: str) -> NamedNode | None:
    """The IRI or the known CURIE that a text is, what no IRI may hold percent-encoded; None for other texts."""
    text = clean_text(text).strip()
    iri = text if _ABSOLUTE.match(text) else expand(text)
    if iri is None:
        return None
    try:
        return NamedNode(_encoded(iri))
    except ValueError:
        return None


def line_iri(name: str | NamedNode, kind: str, iris: LakeIRIs) -> NamedNode:
    """The resource of a kind that has this name, slashes being parts of it.

    Raises:
        UsageError: the name is empty.
    """
    if isinstance(name, NamedNode):
        return name
    text = clean_text(name).strip().strip("/")
    if not text:
        raise UsageError(f"A {kind} needs a name", code="name.empty", remedy="Give one, such as 'acme/churn'.")
    return absolute_iri(text) or iris.resource(kind, "/".join(map(_segment, text.split("/"))))


def versioned_iri(name: str | NamedNode, kind: str, iris: LakeIRIs) -> NamedNode:
    """Like `line_iri`, with ``name@version`` for one version of it."""
    if isinstance(name, NamedNode):
        return name
    text = clean_text(name).strip()
    line, mark, label = text.rpartition("@")
    if absolute_iri(text) or not mark or not line or not label:
        return line_iri(text.rstrip("@") or text, kind, iris)
    return iris.version(line_iri(line, kind, iris), label)


def version_iri(line: NamedNode, label: str, iris: LakeIRIs) -> NamedNode:
    """The version of a line with that label.

    Raises:
        UsageError: the label is empty.
    """
    text = clean_text(label).strip()
    if not text:
        raise UsageError(
            f"A version of {line.value} needs a label", code="version.empty", remedy="Give one, such as '1.0'."
        )
    return iris.version(line, text)


def concept_iri(name: str | NamedNode, scheme: type[Namespace], kind: str, iris: LakeIRIs) -> NamedNode:
    """The concept of a code list with that name; one that the list lacks is a ``kind`` of the lake's own."""
    if isinstance(name, NamedNode):
        return name
    text = clean_text(name).strip()
    known = absolute_iri(text) or find_term(scheme, text) or find_term(scheme, text.replace(" ", "-").lower())
    return known or line_iri(text, kind, iris)


def license_iri(name: str | NamedNode, iris: LakeIRIs) -> NamedNode:
    """The license that an SPDX id, expression or name, or an address of it, is; else one of the lake's own."""
    if isinstance(name, NamedNode):
        return name
    expression = read_license(clean_text(name)).expression
    return (expression and expression_iri(expression, iris)) or line_iri(name, "license", iris)


def address_iri(text: str | NamedNode) -> NamedNode:
    """An address on the web.

    Raises:
        UsageError: it is none.
    """
    found = text if isinstance(text, NamedNode) else absolute_iri(str(text))
    if found is None:
        raise UsageError(
            f"{text!r} is no address", code="iri.malformed", remedy="Begin it with a scheme, such as https://."
        )
    return found


def _encoded(iri: str) -> str:
    """Only what no IRI may hold is encoded: letters of all scripts may stay (RFC 3987, section 2.2)."""
    return "".join(part if part.isalnum() or part in _IRI_SAFE else quote(part) for part in iri)


def _segment(text: str) -> str:
    return text.replace(".", "%2E") if _DOTS.fullmatch(text) else text
