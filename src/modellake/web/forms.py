"""The forms of answers: of SPARQL results and of RDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Protocol, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from modellake.store.engine import QueryAnswer
from modellake.web.negotiate import Offer
from modellake.web.problems import HTTPError

JSON = Offer("json", ("application/sparql-results+json", "application/json"))
XML = Offer("xml", ("application/sparql-results+xml", "application/xml", "text/xml"))
CSV = Offer("csv", ("text/csv",), "; charset=utf-8; header=present")
TSV = Offer("tsv", ("text/tab-separated-values",), "; charset=utf-8")
SOLUTIONS = (JSON, XML, CSV, TSV)
BOOLEANS = (JSON, XML)  # the other two have no form for them (https://www.w3.org/TR/sparql11-results-csv-tsv/)
GRAPHS = (
    Offer("turtle", ("text/turtle", "application/x-turtle"), "; charset=utf-8"),
    Offer("ntriples", ("application/n-triples",)),
    Offer("rdfxml", ("application/rdf+xml",)),
    Offer("jsonld", ("application/ld+json",)),
    Offer("trig", ("application/trig",)),
    Offer("nquads", ("application/n-quads",)),
)
_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
RDF = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}
# The letters that the end of an IRI must have to be the name of an XML element (https://www.w3.org/TR/xml-names/).
_LOCAL_NAME = re.compile(r"[^\W\d][\w.\-\u00b7]*$")


class Writable(Protocol):
    """What an answer is written to."""

    def write(self, data: bytes) -> int:
        """Take bytes."""

    def flush(self) -> None:
        """Hand them on."""


def offers(form: str) -> tuple[Offer, ...]:
    """The forms that the answer to a query of that form comes in, the server's choice first."""
    if form == "select":
        return SOLUTIONS
    return BOOLEANS if form == "ask" else GRAPHS


def write_answer(answer: QueryAnswer, offer: Offer, stream: Writable) -> None:
    """Write an answer while it is evaluated.

    Raises:
        HTTPError: 406 ``query.not-representable``.
        OSError: the stream has been stopped, or the engine cannot go on.
    """
    output = cast(IO[bytes], stream)
    if isinstance(answer, QuerySolutions | QueryBoolean):
        answer.serialize(output, _RESULTS[offer.name])
    else:
        write_triples(answer, offer, stream)


def write_triples(triples: Iterable[Triple], offer: Offer, stream: Writable) -> None:
    """Write triples while they are found. Raises as `write_answer`."""
    output = cast(IO[bytes], stream)
    try:
        if offer.name == "rdfxml":
            serialize(_nameable(triples), output, RDF[offer.name])
        elif isinstance(triples, QueryTriples):
            triples.serialize(output, RDF[offer.name])
        else:
            serialize(triples, output, RDF[offer.name])
    except OSError as error:
        if "does not support" in str(error):
            raise _not_representable(str(error)) from error
        raise


def _nameable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples, as long as their predicates can be names of XML elements: the serializer does not look."""
    for triple in triples:
        if isinstance(triple.predicate, NamedNode) and not _LOCAL_NAME.search(triple.predicate.value):
            raise _not_representable(f"RDF/XML has no way to write the predicate {triple.predicate}")
        yield triple


def _not_representable(reason: str) -> HTTPError:
    return HTTPError(
        406,
        f"The answer cannot be written in that form: {reason}",
        code="query.not-representable",
        remedy="Ask for Turtle or N-Triples.",
    )
