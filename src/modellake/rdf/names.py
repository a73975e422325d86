"""Short names for IRIs and back: CURIEs with the prefixes that the lake writes."""

from __future__ import annotations

from collections.abc import Mapping
import re

from modellake.rdf.codec import PREFIXES

_CURIE = re.compile(r"([A-Za-z][\w.-]*):([\w.%~+-]*)")


def compact(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """The CURIE of an IRI, or the IRI itself where no prefix fits."""
    fitting = [
        (namespace, prefix)
        for prefix, namespace in prefixes.items()
        if iri.startswith(namespace) and re.fullmatch(r"[\w.%~+-]+", iri[len(namespace) :])
    ]
    if not fitting:
        return iri
    namespace, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri[len(namespace):]}"


def expand(name: str, prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """The IRI of a CURIE with a known prefix, or None."""
    found = _CURIE.fullmatch(name)
    if found and found[1] in prefixes:
        return prefixes[found[1]] + found[2]
    return None
