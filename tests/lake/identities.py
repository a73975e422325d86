"""What tests of identity share: descriptions of versions with files, and what a lake says of its names."""

from __future__ import annotations

import hashlib

from lakes import BASE
from modellake.lake.lake import Lake

NAMESPACES = """
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix schema: <https://schema.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""


def digest(content: str) -> str:
    """The SHA-256 of a file with that content."""
    return hashlib.sha256(content.encode()).hexdigest()


def version(line: str, label: str, files: dict[str, str], more: str = "", sort: str = "Model") -> str:
    """Turtle about a version with files, given their contents by name."""
    kind, relation = sort.lower(), "hasDistribution" if sort == "Model" else "hasDatasetDistribution"
    iri = f"<{kind}/{line}/version/{label}>"
    parts = [
        f'{NAMESPACES} <{kind}/{line}> a lake:{sort} ; dct:title "{line}" .',
        f'{iri} a lake:{sort}Version ; lake:versionOf <{kind}/{line}> ; dct:title "{line}" {more} .',
    ]
    if "dcat:version" not in more:
        parts.append(f'{iri} dcat:version "{label}" .')
    for name, content in files.items():
        file = f"<{kind}/{line}/version/{label}#file-{name}>"
        parts.append(
            f'{iri} lake:{relation} {file} . {file} a lake:{sort}Distribution ; lake:fileName "{name}" ;'
            f" spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ;"
            f' spdx:checksumValue "{digest(content)}" ] .'
        )
    return "\n".join(parts)


def by_content(line: str, content: str, name: str = "weights.safetensors") -> str:
    """Turtle about a version that is called by the content of its only file."""
    return version(line, label_of(content), {name: content})


def label_of(content: str) -> str:
    """What a version is called that is known by the content of its only file."""
    return digest(content)[:16]


def merged(lake: Lake) -> dict[str, str]:
    """The names that are merged into others, without the base."""
    names = lake.identities.names_at(None).canonical
    return {iri.removeprefix(BASE): home.removeprefix(BASE) for iri, home in names.items()}
