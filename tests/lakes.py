"""Lakes for tests: small, real, and read back in a form that can be compared."""

from __future__ import annotations

from collections import Counter

from pyoxigraph import Quad, Triple

from modellake.lake.lake import Lake
from modellake.rdf.codec import read_statements
from modellake.rdf.formats import syntax_named

BASE = "https://lake.example.org/"
PREFIXES = """
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix task: <https://w3id.org/model-lake/task#> .
@prefix metric: <https://w3id.org/model-lake/metric#> .
"""
CHURN = """
<model/acme/churn> a lake:Model ; dct:title "Churn" .
<model/acme/churn/version/1> a lake:ModelVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1" .
"""


def turtle(text: str) -> str:
    """Turtle with the prefixes that tests use."""
    return PREFIXES + text


def statements(text: str) -> list[Triple]:
    """The statements of a piece of Turtle."""
    return read_statements(turtle(text).encode(), syntax_named("turtle"), base=BASE)


def said(lake: Lake, text: str, source: str = "urn:source:a", message: str = "") -> object:
    """Let a source say this, and nothing else any more."""
    return lake.commit(turtle(text), format="turtle", source=source, message=message)


def quads(lake: Lake) -> Counter[Quad]:
    """Everything that the view holds."""
    return Counter(lake.view.engine.quads())
