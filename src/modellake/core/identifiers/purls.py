"""Package URLs, read by the library of the specification's authors (https://github.com/package-url/purl-spec)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from modellake.core.identifiers.identified import trimmed


@dataclass(frozen=True, slots=True)
class Purl:
    """A package URL in its normal form.

    Attributes:
        stated_version: in the case in which it was written: the normal form of the Hub's type lowers that of tags too.
        text: all of it.
        line: the package without version and path.
    """

    type: str
    namespace: tuple[str, ...]
    name: str
    stated_version: str | None
    qualifiers: tuple[tuple[str, str], ...]
    text: str
    line: str


def parsed(text: str) -> Purl | None:
    """A package URL; None for other texts, and for one whose normal form would be read as another one."""
    stated = trimmed(text)
    if stated is None or stated[:4].lower() != "pkg:":
        return None
    from packageurl import PackageURL

    try:
        purl = PackageURL.from_string("pkg:" + stated[4:])
        normal = purl.to_string()
        line = purl._replace(version=None, subpath=None).to_string()
        if PackageURL.from_string(normal) != purl or PackageURL.from_string(line).to_string() != line:
            return None
    except ValueError:
        return None
    namespace = tuple(purl.namespace.split("/")) if purl.namespace else ()
    version = _stated_version(stated) if purl.version else None
    return Purl(purl.type, namespace, purl.name, version, tuple(dict(purl.qualifiers or {}).items()), normal, line)


def _stated_version(text: str) -> str:
    return unquote(re.split(r"[?#]", text, maxsplit=1)[0].rpartition("@")[2])
