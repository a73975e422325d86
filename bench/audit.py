"""Audit: every record of a lake before the shapes again, against pySHACL with the same shapes on the same statements.

The lake reads its ledger; pySHACL is given the same statements, and what follows from them, as an rdflib graph that has
been parsed already.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path

import modellake
from documents import descriptions
from measure import Work, absent, interleaved, report, sizes
from modellake.lake.lake import Lake
from modellake.rdf.shapes import ShapePack
from records import BASE


def filled(folder: Path, count: int) -> Lake:
    lake = modellake.open(folder, base_iri=BASE)
    lake.commit_each(descriptions(range(count), lake.iris), message="bench")
    return lake


def pack_of(profile: str) -> ShapePack | None:
    """The shapes in a Turtle file; None for those of the gate."""
    return ShapePack.from_files([Path(profile)]) if profile else None


def peer(lake: Lake, profile: str) -> dict[str, Work]:
    """pySHACL over what the default graph of the view holds: the statements of all records, and what follows."""
    if absent("rdflib") or absent("pyshacl"):
        return {}
    import rdflib

    from rdflib_peer import shapes_graph, validate

    shapes = rdflib.Graph().parse(profile) if profile else shapes_graph()
    lines = "\n".join(f"{triple} ." for triple in lake.answer("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))
    graph = rdflib.Graph().parse(data=lines, format="nt")
    return {
        "pySHACL": lambda: validate(graph, shapes),
        "parsing": lambda: rdflib.Graph().parse(data=lines, format="nt"),
    }


def measured(folder: Path, given: Namespace) -> dict[str, float]:
    pack = pack_of(given.profile)
    figures: dict[str, float] = {"records": given.records}
    with filled(folder / "lake", given.records) as lake:
        taken = interleaved({"lake": lambda: list(lake.audit(pack)), **peer(lake, given.profile)}, runs=given.runs)
    figures["records/s, lake.audit, from the ledger"] = given.records / taken["lake"]
    if "pySHACL" in taken:
        figures["records/s, pySHACL, the graph being parsed"] = given.records / taken["pySHACL"]
        figures["ratio to pySHACL (budget: at least 20)"] = taken["pySHACL"] / taken["lake"]
        whole = taken["pySHACL"] + taken["parsing"]
        figures["ratio to pySHACL and parsing"] = whole / taken["lake"]
    with filled(folder / "larger", given.large) as lake:
        larger = interleaved({"lake": lambda: list(lake.audit(pack))}, runs=given.runs)["lake"]
    return figures | {f"records/s, lake.audit, of {given.large:,} records": given.large / larger}


def main() -> None:
    given = sizes(__doc__, records=400, large=3000, profile="", runs=5)
    with tempfile.TemporaryDirectory() as scratch:
        report("audit", measured(Path(scratch), given), given)


if __name__ == "__main__":
    main()
