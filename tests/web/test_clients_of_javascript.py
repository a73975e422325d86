"""Comunica, the SPARQL client of JavaScript, reads and writes a bare store and a gated lake, unmodified."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import modellake
from modellake.core.vocab import LAKE
from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import running

HERE = Path(__file__).parent / "javascript"
INSTALLED = Path(os.environ.get("MODELLAKE_JAVASCRIPT", Path(__file__).parents[2] / ".venv" / "javascript"))
BASE = "https://lake.example.org/"
CHURN = f"<{BASE}model/acme/churn>"
KEYWORD = "<http://www.w3.org/ns/dcat#keyword>"
Comunica = Callable[[str, str, str], Any]


@pytest.fixture(scope="session")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Comunica:
    """Runs one verb of the script; Node finds packages beside the script that it runs."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: apt-get install nodejs npm")
    if not (INSTALLED / "node_modules" / "@comunica" / "query-sparql").is_dir():
        pytest.skip(f"Comunica is not in {INSTALLED}: make javascript")
    folder = tmp_path_factory.mktemp("javascript")
    shutil.copy(HERE / "comunica.mjs", folder)
    (folder / "node_modules").symlink_to(INSTALLED / "node_modules")

    def run(verb: str, url: str, text: str) -> Any:
        words = [node, "--preserve-symlinks", "--preserve-symlinks-main", str(folder / "comunica.mjs"), verb, url, text]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def bare() -> Iterator[str]:
    with running(Served(plain=PlainEngine())) as url:
        yield f"{url}/sparql"


def test_a_bare_store(comunica: Comunica, bare: str) -> None:
    assert comunica("update", bare, 'INSERT DATA { <urn:a> <urn:b> 1, "ä"@de }') == "done"
    assert comunica("ask", bare, 'ASK { <urn:a> ?p "ä"@de }') is True
    rows = comunica("rows", bare, "SELECT ?o { <urn:a> <urn:b> ?o }")
    assert sorted(row["o"] for row in rows) == ["1", "ä"]
    assert ["urn:a", "urn:b", "1"] in comunica("triples", bare, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def test_a_lake(comunica: Comunica, tmp_path: Path) -> None:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake, running(Served(lake=lake)) as url:
        lake.commit(f'{CHURN} a <{LAKE.Model.value}> ; <http://purl.org/dc/terms/title> "Churn" .', format="turtle")
        endpoint = f"{url}/sparql"
        query = f"SELECT ?title {{ ?m a <{LAKE.Model.value}> ; <http://purl.org/dc/terms/title> ?title }}"
        assert comunica("rows", endpoint, query) == [{"title": "Churn"}]
        assert comunica("update", endpoint, f"INSERT DATA {{ {CHURN} {KEYWORD} 'banking' }}") == "done"
        assert lake.ledger.head().sequence == 2
        assert comunica("ask", endpoint, f"ASK {{ {CHURN} {KEYWORD} 'banking' }}") is True
        comunica("update", endpoint, f"DELETE WHERE {{ {CHURN} {KEYWORD} ?k }}")
        assert comunica("rows", endpoint, f"SELECT * {{ {CHURN} {KEYWORD} ?k }}") == []


def test_a_client_is_told_what_the_gate_says(comunica: Comunica, tmp_path: Path) -> None:
    with modellake.open(tmp_path / "lake", base_iri=BASE) as lake, running(Served(lake=lake)) as url:
        with pytest.raises(AssertionError, match="422"):
            comunica("update", f"{url}/sparql", f"INSERT DATA {{ {CHURN} <{LAKE.Model.value}Nonsense> 1 }}")
        assert lake.ledger.head().sequence == 0
