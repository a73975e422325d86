"""What package URLs name: resources of the Hub, repositories of code, else packages by their package URL."""

from __future__ import annotations

from modellake.core.identifiers.hub import hub_package
from modellake.core.identifiers.identified import Identified, line_and_version, node
from modellake.core.identifiers.purls import Purl, parsed
from modellake.core.iris import LakeIRIs

_CODE = {"github": "github.com", "bitbucket": "bitbucket.org"}


def package(text: str, iris: LakeIRIs) -> Identified | None:
    """What a package URL names; a package that the lake has no kind for has its package URL, normalized, as IRI."""
    purl = parsed(text)
    if purl is None:
        return None
    if purl.type in _CODE and len(purl.namespace) == 1 and not purl.qualifiers:
        return line_and_version(
            iris, "code", f"{_CODE[purl.type]}/{purl.namespace[0]}/{purl.name}", purl.stated_version
        )
    return hub_package(purl, iris) or _package(purl)


def _package(purl: Purl) -> Identified | None:
    line, version = node(purl.line), node(purl.text)
    if line is None or version is None:
        return None
    return Identified(line) if line == version else Identified(line, None, version, purl.stated_version)
