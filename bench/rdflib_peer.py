"""The peer that rdflib and pySHACL make: rdflib parses, pySHACL validates, Oxigraph's store on disk takes it in.

It is spared what the lake does besides: no ledger, no statements that follow from the ontology, no provenance. The
shapes are parsed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph
import pyshacl
import rdflib

from modellake.rdf.assets import CONTEXT_IRI, context_text
from modellake.rdf.codec import ntriples_text
from modellake.rdf.shapes import load_gate
from records import BASE

_CONTEXT = context_text().partition('"@context":')[2].rpartition("}")[0].strip()


def shapes_graph() -> rdflib.Graph:
    """The shapes of the gate."""
    return rdflib.Graph().parse(data=ntriples_text(load_gate().statements), format="nt")


def parsed(documents: Sequence[bytes]) -> rdflib.Graph:
    """The documents as one graph. The context stands in each: rdflib would look for it in the network."""
    graph = rdflib.Graph()
    for content in documents:
        graph.parse(data=content.decode().replace(f'"{CONTEXT_IRI}"', _CONTEXT), format="json-ld", publicID=BASE)
    return graph


def validate(graph: rdflib.Graph, shapes: rdflib.Graph) -> None:
    """Let pySHACL look at a graph; what it finds is not looked at, as it has not been told the supertypes."""
    pyshacl.validate(graph, shacl_graph=shapes, allow_warnings=True)


def ingest(documents: Sequence[bytes], shapes: rdflib.Graph, batch: int, folder: Path | None) -> None:
    """Take the documents in, so many at a time; without a folder, parse and validate alone."""
    store = pyoxigraph.Store(str(folder)) if folder else None
    for start in range(0, len(documents), batch):
        graph = parsed(documents[start : start + batch])
        validate(graph, shapes)
        if store is not None:
            store.load(graph.serialize(format="nt").encode(), pyoxigraph.RdfFormat.N_TRIPLES)
            store.flush()
