"""Croissant documents for tests: written, described, asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from modellake.core.description import Description
from modellake.core.iris import LakeIRIs
from modellake.core.prefixes import PREFIXES, expand
from modellake.harvest.croissant import Croissant

BASE = "https://lake.example.org/"
IRIS = LakeIRIs(BASE)
HARVESTER = Croissant()
# A place where no file is, so that a document can be described without any folder around it.
DOCUMENT = "/nowhere/iris/metadata.json"
CR = "http://mlcommons.org/croissant/"
RAI = CR + "RAI/"
SHORT = {"cr": CR, "rai": RAI, "kept": "https://w3id.org/model-lake/source/croissant#"}

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": CR,
    "rai": RAI,
    "sc": "https://schema.org/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "citeAs": "cr:citeAs",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "field": "cr:field",
    "recordSet": "cr:recordSet",
}


def dataset(**said: Any) -> dict[str, Any]:
    """A small dataset in Croissant 1.0, with what is said besides; keys are spelled with ``__`` for ``:``."""
    keys = {key.replace("__", ":"): value for key, value in said.items()}
    head = {"@context": CONTEXT, "@type": "sc:Dataset", "name": "iris", "url": "https://data.example.org/iris"}
    return {**head, "version": "1.0", **keys}


def described(tree: Any, document: str = DOCUMENT) -> Description:
    """The description of a document with that content: a tree, JSON text, or bytes."""
    content = tree if isinstance(tree, bytes) else (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    return HARVESTER.describe(document, content, IRIS)


def described_file(path: Path | str) -> Description:
    """The description of a file on disk."""
    return HARVESTER.describe(str(path), HARVESTER.read(str(path)), IRIS)


def iri(name: str) -> NamedNode:
    """A term by its CURIE (``lake:``, ``cr:``, ``rai:``, ``kept:``, …) or a resource relative to the base."""
    prefix, mark, local = name.partition(":")
    if mark and prefix in SHORT:
        return NamedNode(SHORT[prefix] + local)
    return NamedNode(expand(name) or (name if "://" in name else BASE + name))


def objects(description: Description, subject: str, predicate: str) -> list[str]:
    """What is said of a subject by a property, as plain text, sorted."""
    wanted = iri(subject), iri(predicate)
    found = [item.object for item in description.statements if (item.subject, item.predicate) == wanted]
    return sorted(_plain(value) for value in found)


def values(description: Description, predicate: str) -> list[str]:
    """All that is said by a property, whatever the subject, as plain text, sorted."""
    wanted = iri(predicate)
    return sorted(_plain(item.object) for item in description.statements if item.predicate == wanted)


def terms(description: Description, predicate: str) -> list[object]:
    """All that is said by a property, as terms."""
    wanted = iri(predicate)
    return [item.object for item in description.statements if item.predicate == wanted]


def codes(description: Description) -> list[str]:
    """The codes of the findings, sorted."""
    return sorted(finding.code for finding in description.findings)


def relative(text: str) -> str:
    """An IRI without the base, the namespace of Croissant as a prefix."""
    short = text.removeprefix(BASE)
    for prefix, namespace in [*SHORT.items(), *PREFIXES.items()]:
        if short.startswith(namespace) and "/" not in short[len(namespace) :]:
            return f"{prefix}:{short[len(namespace) :]}"
    return short


def _plain(value: object) -> str:
    assert isinstance(value, Literal | NamedNode | BlankNode)
    return relative(value.value) if isinstance(value, NamedNode) else value.value
