"""What an identifier turned out to name, and what all identifiers have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs

MAX_IDENTIFIER = 2_000
# Hosts that people write without a scheme.
_BARE_HOST = re.compile(
    r"(?:www\.)?(?:huggingface\.co|hf\.co|(?:dx\.)?doi\.org|arxiv\.org|github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/",
    re.IGNORECASE,
)
COMMIT = re.compile(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True)
class Identified:
    """What an identifier names.

    Attributes:
        resource: the line: a model, a dataset, a repository, a package, a publication.
        kind: the lake's word for it (``model``, ``dataset``, ``code``); None for a resource outside the base.
        version: the version of it that the identifier states, or None.
        revision: that version as stated: a commit, a tag, a branch, a release number.
    """

    resource: NamedNode
    kind: str | None = None
    version: NamedNode | None = None
    revision: str | None = None

    @property
    def iri(self) -> NamedNode:
        """The version where one is stated, else the line."""
        return self.version or self.resource


def line_and_version(iris: LakeIRIs, kind: str, name: str, revision: str | None) -> Identified:
    """A resource of the lake. A commit is a hexadecimal number and has no case; other revisions keep theirs."""
    line = iris.resource(kind, name)
    label = revision.lower() if revision and COMMIT.fullmatch(revision) else revision
    # RFC 3986, section 5.2.4: clients remove segments of dots alone; no revision is called so.
    if not label or not label.strip("."):
        return Identified(line, kind)
    return Identified(line, kind, iris.version(line, label), label)


def trimmed(text: str) -> str | None:
    """The text without blanks around it; None where it is too long or holds what no identifier does."""
    text = text.strip()
    return text if text and len(text) <= MAX_IDENTIFIER and text.isprintable() else None


def address_parts(text: str) -> SplitResult | None:
    """The parts of ``scheme://host…``, also of a known host alone; None where the parts cannot be told."""
    if _BARE_HOST.match(text):
        text = "https://" + text
    if "://" not in text[:20] or " " in text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if usable else None


def escaped(text: str, safe: str) -> str:
    """Only what no IRI may hold is encoded: letters of all scripts may stay (RFC 3987, section 2.2)."""
    return "".join(part if part.isalnum() or part in safe else quote(part, safe="") for part in text)


def node(iri: str) -> NamedNode | None:
    """A term; None for what is no absolute IRI."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None
