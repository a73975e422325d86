"""The service description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from modellake.core.vocab import RDF, RDFS
from modellake.web.forms import RDF as RDF_FORMATS
from modellake.web.negotiate import Offer
from modellake.web.protocol import Kind
from modellake.web.served import Served

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "N-Quads",
    "TriG",
    "RDF_XML",
    "JSON-LD",
)
_PREFIXES = {"sd": _SD, "format": _FORMATS, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}


def describe_service(served: Served, endpoint: str, kinds: Iterable[Kind], offer: Offer) -> bytes:
    """What the service at ``endpoint``, which takes ``kinds``, is able to do, as RDF."""
    return serialize(_statements(served, endpoint, kinds), format=RDF_FORMATS[offer.name], prefixes=_PREFIXES) or b""


def _statements(served: Served, endpoint: str, kinds: Iterable[Kind]) -> Iterator[Triple]:
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, RDF.type, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    for kind in kinds:
        yield Triple(service, _sd("supportedLanguage"), _sd(f"SPARQL11{kind.title()}"))
    if served.plain:
        yield Triple(service, _sd("feature"), _sd("EmptyGraphs"))
    for name in _RESULT_FORMATS:
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name))
    if served.services:
        yield Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, RDF.type, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, RDF.type, _sd("Graph"))
    yield Triple(service, RDFS.comment, Literal(_limits(served), language="en"))


def _limits(served: Served) -> str:
    limits = served.limits
    ending = "wherever it is" if served.cancels else "at its next solution, not inside of an aggregation or a sort"
    return (
        f"A query may take {limits.seconds:g} s, or less with timeout=, and is answered with 503 when it takes longer; "
        f"the engine ends such a query {ending}. "
        f"{limits.queries} queries run at the same time and {limits.waiting} wait; a request may have "
        f"{limits.request_bytes} bytes. SERVICE and LOAD are refused unless their IRIs are allowed."
    )


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
