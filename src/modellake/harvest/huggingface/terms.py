"""The terms that card descriptions are made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from modellake.core.report import RDF_TYPE
from modellake.rdf.assets import ontology_dir, read_turtle

TYPE = RDF_TYPE
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCT = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
SPDX_LICENSES = "http://spdx.org/licenses/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LAKE = "https://w3id.org/model-lake#"
CARD_KEYS = "https://w3id.org/model-lake/source/huggingface#"

TITLE = NamedNode(DCT + "title")
DESCRIPTION = NamedNode(DCT + "description")
LANGUAGE = NamedNode(DCT + "language")
IDENTIFIER = NamedNode(DCT + "identifier")
SOURCE = NamedNode(DCT + "source")
REPLACED_BY = NamedNode(DCT + "isReplacedBy")
KEYWORD = NamedNode(DCAT + "keyword")
VERSION = NamedNode(DCAT + "version")
BYTE_SIZE = NamedNode(DCAT + "byteSize")
MEDIA_TYPE = NamedNode(DCAT + "mediaType")
PUBLISHER = NamedNode(DCT + "publisher")
AGENT = NamedNode("http://www.w3.org/ns/prov#Agent")
NAME = NamedNode("http://xmlns.com/foaf/0.1/name")
PAGE = NamedNode("http://xmlns.com/foaf/0.1/page")
ITEM_VALUE = NamedNode(RDF + "value")
POSITION = NamedNode("https://schema.org/position")
CHECKSUM = NamedNode(SPDX + "checksum")
CHECKSUM_CLASS = NamedNode(SPDX + "Checksum")
ALGORITHM = NamedNode(SPDX + "algorithm")
SHA256 = NamedNode(SPDX + "checksumAlgorithm_sha256")
CHECKSUM_VALUE = NamedNode(SPDX + "checksumValue")
_NOTATION = NamedNode(SKOS + "notation")
_ALTERNATIVE = NamedNode(SKOS + "altLabel")


@lru_cache(maxsize=256)
def lake(name: str) -> NamedNode:
    """A term of the Model Lake vocabulary."""
    return NamedNode(LAKE + name)


@lru_cache(maxsize=4096)
def card_key(key: str) -> NamedNode:
    """The property under which a key of a card is kept that the vocabulary has no term for."""
    return NamedNode(CARD_KEYS + quote(key, safe="-._~"))


@lru_cache(maxsize=16)
def concepts(scheme: str) -> Mapping[str, NamedNode]:
    """The concepts of a code list (``tasks``, ``metrics``, ``splits``) by notation and English alternative label."""
    found: dict[str, NamedNode] = {}
    for statement in read_turtle([ontology_dir() / "schemes" / f"{scheme}.ttl"]):
        concept, name = statement.subject, statement.object
        if not isinstance(concept, NamedNode) or not isinstance(name, Literal):
            continue
        if statement.predicate == _NOTATION:
            found[name.value] = concept
        elif statement.predicate == _ALTERNATIVE and name.language == "en":
            found.setdefault(name.value, concept)
    return found


def typed(text: str, datatype: str) -> Literal:
    """A literal of an XML Schema datatype."""
    return Literal(text, datatype=_datatype(datatype))


@lru_cache(maxsize=16)
def _datatype(name: str) -> NamedNode:
    return NamedNode(XSD + name)
