"""Prefixes that the lake writes, and short names for IRIs: CURIEs there and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

PREFIXES: Mapping[str, str] = {
    "lake": "https://w3id.org/model-lake#",
    "task": "https://w3id.org/model-lake/task#",
    "metric": "https://w3id.org/model-lake/metric#",
    "modality": "https://w3id.org/model-lake/modality#",
    "split": "https://w3id.org/model-lake/split#",
    "stage": "https://w3id.org/model-lake/stage#",
    "zone": "https://w3id.org/model-lake/zone#",
    "role": "https://w3id.org/model-lake/role#",
    "hardware": "https://w3id.org/model-lake/hardware#",
    "derivation": "https://w3id.org/model-lake/derivation#",
    "hf": "https://w3id.org/model-lake/source/huggingface#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "license": "http://spdx.org/licenses/",
    "schema": "https://schema.org/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "sh": "http://www.w3.org/ns/shacl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LOCAL = r"[\w.%~+-]*"
_CURIE = re.compile(rf"([A-Za-z][\w.-]*):({_LOCAL})")
_BRACKETED = re.compile(r"<([^<>\s]+)>")


@lru_cache(maxsize=16_384)
def compact(iri: str) -> str:
    """The CURIE of an IRI, or the IRI itself where no prefix fits (https://www.w3.org/TR/curie/)."""
    fitting = [
        (namespace, prefix)
        for prefix, namespace in PREFIXES.items()
        if iri.startswith(namespace) and re.fullmatch(_LOCAL, iri[len(namespace) :])
    ]
    if not fitting:
        return iri
    namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(namespace) :]}"


def expand(name: str) -> str | None:
    """The IRI of a CURIE with a known prefix, or None."""
    found = _CURIE.fullmatch(name)
    return PREFIXES[found[1]] + found[2] if found and found[1] in PREFIXES else None


def compact_all(text: str) -> str:
    """A text with every ``<IRI>`` in it that has a CURIE made short: for people, not for programs."""

    def shorten(found: re.Match[str]) -> str:
        short = compact(found[1])
        return found[0] if short == found[1] else short

    return _BRACKETED.sub(shorten, text)
