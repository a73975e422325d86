"""Bulk ingest of ready JSON-LD: validated, durable, queryable artifacts per second, against the peers.

Peers, in the same run: rdflib + pySHACL into a disk store, record by record and in batches of 100, with the same
shapes, and Oxigraph loading all quads that the view writes, with no gate and no ledger.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pyshacl
import rdflib

import modellake
from measure import median_seconds, report
from modellake.core.description import Description, Source
from modellake.core.iris import LakeIRIs
from modellake.rdf.assets import CONTEXT_IRI, context_text
from modellake.rdf.codec import ntriples_text, read_statements
from modellake.rdf.formats import syntax_named
from modellake.rdf.shapes import load_gate
from records import BASE, document

JSONLD = syntax_named("jsonld")
PEER_RECORDS = 60


def described(documents: Iterable[bytes], iris: LakeIRIs) -> Iterable[Description]:
    for number, content in enumerate(documents):
        statements = read_statements(content, JSONLD, base=iris.base)
        yield Description(Source(pyoxigraph.NamedNode(f"urn:bench:{number}"), f"{number}"), statements)


def ours(documents: list[bytes], folder: Path) -> None:
    with modellake.open(folder, base_iri=BASE) as lake:
        receipt = lake.commit_each(described(documents, lake.iris), message="bench")
        assert len(receipt.accepted) == len(documents), receipt.refused[:1]


def peer(documents: list[bytes], folder: Path, batch: int) -> None:
    """rdflib parses, pySHACL validates, the store takes it in."""
    shapes = ntriples_text(load_gate().statements)
    store = pyoxigraph.Store(str(folder))
    for start in range(0, len(documents), batch):
        graph = rdflib.Graph()
        for content in documents[start : start + batch]:
            graph.parse(data=content.decode().replace(f'"{CONTEXT_IRI}"', CONTEXT), format="json-ld", publicID=BASE)
        pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=shapes, format="nt"), allow_warnings=True)
        store.load(graph.serialize(format="nt").encode(), pyoxigraph.RdfFormat.N_TRIPLES)
        store.flush()


CONTEXT = context_text().partition('"@context":')[2].rpartition("}")[0].strip()


def raw(quads: bytes, folder: Path) -> None:
    pyoxigraph.Store(str(folder)).bulk_load(quads, pyoxigraph.RdfFormat.N_QUADS)


def main(count: int) -> None:
    documents = [document(number) for number in range(count)]
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "place"

        def empty() -> None:
            shutil.rmtree(place, ignore_errors=True)

        seconds = median_seconds(lambda: ours(documents, place), prepare=empty)
        with modellake.open(place) as lake:
            lines = [f"{quad} ." for quad in lake.view.engine.quads()]
        loading = median_seconds(lambda: raw("\n".join(lines).encode(), place), prepare=empty)
        few = documents[:PEER_RECORDS]
        single = median_seconds(lambda: peer(few, place, 1), prepare=empty, runs=5) / len(few)
        batched = median_seconds(lambda: peer(few, place, 100), prepare=empty, runs=5) / len(few)
    faster = min(single, batched)
    report(
        "ingest",
        {
            "records": count,
            "quads per record in the view": len(lines) / count,
            "artifacts/s, gate and ledger and disk engine": count / seconds,
            "artifacts/s, rdflib + pySHACL per record": 1 / single,
            "artifacts/s, rdflib + pySHACL in batches": 1 / batched,
            "ratio to the faster peer (budget: at least 6)": faster / (seconds / count),
            "time as a multiple of raw loading (budget: at most 3)": seconds / loading,
        },
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
