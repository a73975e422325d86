"""Each script of bench/ runs, with sizes at which its figures mean nothing, and reports every figure that it should.

The peers stand in an environment of their own, which `make bench` makes: the scripts leave out those that are not
installed, and say so. With that environment's interpreter in $BENCH_PYTHON they are tested as well.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("BENCH_PYTHON", sys.executable)
# Script: its options, and what some label of its figures must begin with.
SCRIPTS: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "ingest": (
        {"records": 12, "singles": 2, "batched": 4, "batch": 4, "runs": 1},
        (
            "artifacts/s, parsed, validated, in the ledger, queryable on disk",
            "artifacts/s, harvested from files, no view, 2 workers",
            "time as a multiple of raw Store.extend (budget: at most 3)",
            "ratio to the faster rdflib + pySHACL (budget: at least 6)",
            "ratio without an engine, the best of 1 and 2 (budget: at least 12)",
        ),
    ),
    "watching": (
        {"requests": 3, "runs": 1},
        ("neither, processor µs a lookup", "counted, a line of JSON, processor µs a lookup"),
    ),
    "register": (
        {"lake": 5, "artifacts": 2, "trials": 1},
        (
            "p50 as a multiple of insert and update (budget: at most 4)",
            "one run with 10 parameters and 10 metrics, lake.run, p50 ms",
        ),
    ),
    "query": (
        {"chains": 15, "depth": 5, "mlflow": 6, "records": 25, "runs": 1},
        ("up, lake.query, ms", "aggregate, speed of view.query to raw (budget: at least 0.95)"),
    ),
    "audit": (
        {"records": 5, "large": 6, "runs": 1},
        ("ratio to pySHACL (budget: at least 20)", "records/s, lake.audit, of 6 records"),
    ),
    "growth": (
        {"sizes": "10,20", "runs": 1},
        ("20: ms an artifact, in the last tenth", "100,000,000 triples: view, GiB"),
    ),
    "serve": (
        {"records": 12, "rows": 200, "lookups": 5, "runs": 1, "seconds": 0.05, "clients": "1,8"},
        (
            "point lookup, 8 clients, modellake, embedded, ratio to oxigraph serve (budget: at least 0.30)",
            "join, 1 client, modellake, embedded, ratio to oxigraph serve (budget: at least 0.95)",
            "export of 200 rows, 8 clients, modellake, child, p95 ms",
            "oxigraph serve, peak memory, MiB",
        ),
    ),
    "graph_store": (
        {"records": 5, "runs": 1},
        ("GET, modellake --plain, p50 ms", "PUT of another value, modellake, embedded, p50 ms"),
    ),
    "linked": (
        {"records": 5, "runs": 1},
        ("record, Turtle, p50 ms", "resource, 303, p50 ms", "CONSTRUCT of its statements at /sparql, p50 ms"),
    ),
    "start": (
        {"sizes": "10", "runs": 1},
        ("modellake --help, seconds (budget: at most 0.3)", "open a lake of 10 in a new process, seconds"),
    ),
}
# The peers of scripts, and what the labels of their figures hold.
PEERS = {
    "ml_metadata": {"register": "lake.run as a multiple of ML Metadata", "query": "ML Metadata, get_lineage_subgraph"},
    "mlflow": {"register": "lake.run as a multiple of MLflow", "query": "a search for each"},
    "rdflib_endpoint": {"serve": "rdflib-endpoint, p95 ms"},
    "oxigraph": {"ingest": "time as a multiple of raw oxigraph load (budget: at most 3)"},
}


def run(script: str, results: Path) -> tuple[dict[str, float], str]:
    """The figures that a script keeps, and what it prints."""
    options = [word for name, value in SCRIPTS[script][0].items() for word in (f"--{name}", str(value))]
    words = [PYTHON, str(ROOT / "bench" / f"{script}.py"), *options]
    environment = {**os.environ, "BENCH_RESULTS": str(results)}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = json.loads((results / f"{script}.json").read_text(encoding="utf-8"))
    assert kept["machine"]["cores"] == os.cpu_count()
    assert kept["sizes"] == {**kept["sizes"], **SCRIPTS[script][0]}
    return kept["figures"], done.stdout


# Kept outside of fixtures: tests that run in several processes tear those down between two tests of a module.
_SAID: dict[str, tuple[dict[str, float], str]] = {}


class Ran:
    """What the scripts have said so far, so that each runs once."""

    def __init__(self, results: Path) -> None:
        self._results = results

    def __getitem__(self, script: str) -> tuple[dict[str, float], str]:
        if script not in _SAID:
            _SAID[script] = run(script, self._results)
        return _SAID[script]


@pytest.fixture
def ran(tmp_path: Path) -> Ran:
    return Ran(tmp_path)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_prints_and_keeps_its_figures(script: str, ran: Ran) -> None:
    figures, printed = ran[script]
    for label in SCRIPTS[script][1]:
        assert figures[label] > 0, label
    assert re.findall(r"^(.+?) {2,}\S+$", printed, re.MULTILINE) == list(figures)


@pytest.mark.parametrize(("module", "script"), [(module, script) for module, some in PEERS.items() for script in some])
def test_a_script_measures_the_peers_that_are_there(module: str, script: str, ran: Ran) -> None:
    figures, printed = ran[script]
    if f"{module} is not installed and is left out" in printed:
        pytest.skip(f"{module} is not installed for {PYTHON}: `make bench` makes an environment that has it")
    assert any(PEERS[module][script] in label for label in figures), figures


def test_lakes_that_have_grown_are_not_made_again(tmp_path: Path) -> None:
    words = [PYTHON, str(ROOT / "bench" / "growth.py"), "--sizes", "6,12", "--runs", "1", "--lakes"]
    environment = {**os.environ, "BENCH_RESULTS": str(tmp_path / "results")}

    def grown() -> dict[str, int]:
        subprocess.run([*words, str(tmp_path / "lakes")], env=environment, check=True, capture_output=True)
        return {place.parent.name: place.stat().st_mtime_ns for place in (tmp_path / "lakes").glob("*/growth.json")}

    made = grown()
    assert sorted(made) == ["12", "6"]
    assert grown() == made
