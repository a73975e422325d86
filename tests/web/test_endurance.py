"""What a server endures: queries without end, clients that are slow or gone, and readers beside writers."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

import modellake
from modellake.core.vocab import LAKE
from served_process import ServedProcess, serving
from servers import Reply, ask

BASE = "https://lake.example.org/"
KEYWORD = "http://www.w3.org/ns/dcat#keyword"
TITLE = "http://purl.org/dc/terms/title"
MODELS = 300
POINT = f"SELECT ?t {{ <{BASE}model/acme/m7> <{TITLE}> ?t }}"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}
# Queries that take for ever, or want more than there is.
RUNAWAYS = {
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "product that finds nothing": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?f && ?f = 1) }",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|!^<urn:x>)* ?b . ?c (!<urn:x>|!^<urn:x>)* ?d }",
    "path of paths": "SELECT (COUNT(*) AS ?n) { ?a ((<urn:x>|!<urn:x>)/((^<urn:x>)|!<urn:y>))* ?b }",
    "regular expressions": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
        f'FILTER(REGEX(CONCAT(STR(?c), "{"a" * 60}!", STR(?f)), "(([a-z])+.)+[A-Z]([a-z])+$")) }}'
    ),
    "long texts": (
        "SELECT (MAX(STRLEN(?z)) AS ?n) { ?a ?b ?c . ?d ?e ?f "
        'BIND(REPLACE(CONCAT(STR(?c), STR(?f)), ".", "xxxxxxxxxxxxxxxxxxxx") AS ?y) '
        'BIND(REPLACE(?y, ".", "yyyyyyyyyyyyyyyyyyyy") AS ?z) }'
    ),
    "sort": "SELECT ?x { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?f)) AS ?x) } ORDER BY DESC(?x) LIMIT 1",
    "groups": "SELECT ?x (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?f)) AS ?x) } GROUP BY ?x",
    "unions": "SELECT * { " + " UNION ".join("{ ?a ?b ?c }" for _ in range(10_000)) + " }",
    "megabyte": "SELECT * { ?a ?b ?c FILTER(?c IN (" + ", ".join(str(n) for n in range(200_000)) + ")) }",
    "nesting": "SELECT * " + "{ " * 5_000 + "?a ?b ?c" + " }" * 5_000,
    "parentheses": "SELECT * { ?a ?b ?c FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of some hundred models, each derived from two others."""
    place = tmp_path_factory.mktemp("endurance") / "lake"
    lines = []
    for number in range(MODELS):
        origins = ", ".join(f"<{BASE}model/acme/m{(number * step + 1) % MODELS}>" for step in (2, 3))
        model = f"<{BASE}model/acme/m{number}> a <{LAKE.Model.value}> ; <{TITLE}> 'Model {number}'"
        lines.append(f"{model} ; <http://purl.org/dc/terms/relation> {origins} .")
    with modellake.open(place, base_iri=BASE) as lake:
        lake.commit("\n".join(lines), format="turtle")
    return place


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "lake"))


def queried(url: str, text: str) -> Reply:
    return ask(url, "/query", method="POST", headers=FORM, body=urlencode({"query": text}).encode())


def titles(url: str) -> list[str]:
    reply = queried(url, POINT)
    assert reply.status == 200, reply.body
    return [row["t"]["value"] for row in json.loads(reply.body)["results"]["bindings"]]


def persistent(question: Callable[[], Reply]) -> Reply:
    """The answer, once an engine that was ended with a runaway query is there again."""
    while (reply := question()).status == 503 and json.loads(reply.body)["code"] in (
        "engine.unreachable",
        "engine.interrupted",
    ):
        time.sleep(0.1)
    return reply


def test_after_fifty_runaway_queries_all_is_idle(folder: Path) -> None:
    texts = [text for _ in range(5) for text in RUNAWAYS.values()][:50]
    with serving(folder, "--engine", "child", "--timeout", "2") as server:
        assert titles(server.url) == ["Model 7"]
        with ThreadPoolExecutor(len(texts)) as clients:
            replies = list(clients.map(lambda text: queried(server.url, text), texts))
        statuses = {reply.status for reply in replies}
        assert statuses <= {200, 400, 413, 503}, statuses
        assert 503 in statuses
        for reply in replies:
            assert reply.status == 200 or json.loads(reply.body)["code"]
        assert persistent(lambda: queried(server.url, POINT)).status == 200
        assert titles(server.url) == ["Model 7"]
        assert server.falls_idle()
        assert titles(server.url) == ["Model 7"]
        assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_query_has_an_answer(shared_server: ServedProcess, name: str) -> None:
    """Each for itself: refused, answered, or ended, with a code."""
    reply = persistent(lambda: queried(shared_server.url, RUNAWAYS[name]))
    assert reply.status in (200, 400, 503)
    if reply.status != 200:
        assert json.loads(reply.body)["code"] in ("query.timeout", "engine.timeout", "query.too-complex")
    assert persistent(lambda: queried(shared_server.url, POINT)).status == 200


@pytest.fixture(scope="module")
def shared_server(made: Path) -> Iterator[ServedProcess]:
    with serving(made, "--engine", "child", "--timeout", "1") as server:
        yield server


def test_a_child_that_cannot_sort_is_started_again(shared_server: ServedProcess) -> None:
    """Numbers, and texts that look like them: Oxigraph ends itself over their order."""
    values = " ".join(f'"{number * 7919 % 1000}"{"" if number % 2 else "^^<urn:x>"}' for number in range(400))
    values = values.replace("urn:x", "http://www.w3.org/2001/XMLSchema#integer")
    reply = queried(shared_server.url, f"SELECT ?o {{ VALUES ?o {{ {values} }} }} ORDER BY ?o")
    assert reply.status in (200, 503)
    assert persistent(lambda: queried(shared_server.url, POINT)).status == 200
    assert shared_server.falls_idle()


def test_a_lookup_is_answered_while_all_threads_are_taken(folder: Path) -> None:
    with serving(folder, "--engine", "embedded", "--timeout", "3", "--queries", "2") as server:
        with ThreadPoolExecutor(20) as clients:
            begun = [clients.submit(queried, server.url, RUNAWAYS["product"]) for _ in range(20)]
            answered = 0
            while not all(one.done() for one in begun):
                answered += titles(server.url) == ["Model 7"]
        assert answered > 0
        assert {one.result().status for one in begun} == {503}


@pytest.mark.parametrize("engine", ["embedded", "child"])
def test_work_stops_for_clients_that_are_slow_or_gone(folder: Path, engine: str) -> None:
    everything = quote("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    with serving(folder, "--engine", engine, "--timeout", "5") as server:
        parts = urlsplit(server.url)
        address = (parts.hostname or "", parts.port or 0)
        clients = []
        for number in range(30):
            client = socket.create_connection(address, timeout=60)
            head = f"GET /query?query={everything} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/csv\r\n\r\n"
            client.sendall(head.encode()[: None if number % 3 else -4])
            clients.append(client)
        for client in clients[::2]:
            client.close()
        assert server.falls_idle()
        assert persistent(lambda: queried(server.url, POINT)).status == 200
        for client in clients:
            client.close()
        assert server.falls_idle()


def soaked(folder: Path, engine: str, seconds: float) -> str:
    """Thirty-two readers and two writers; every answer is what some commit made, and memory stays what it was.

    Returns what happened, in a sentence."""
    with serving(folder, "--engine", engine, "--queries", "16") as server:
        soak = Soak(server)
        soak.run(seconds)
        assert soak.failures == []
        assert all(writer > 3 for writer in soak.written), soak.written
        assert soak.read > 100
        assert server.falls_idle()
        assert "Traceback" not in server.log.read_text()
        early, late = soak.memory
        assert late < 1.25 * early + 64, soak.memory
    return (
        f"32 readers and 2 writers, {engine}, {seconds:g} s: {soak.read} answers, {sum(soak.written)} commits, "
        f"{early:.0f} MiB half-way, {late:.0f} MiB at the end"
    )


class Soak:
    """Readers beside writers: each writer changes two models in one commit, to the same generation."""

    def __init__(self, server: ServedProcess) -> None:
        self.server = server
        self.netloc = urlsplit(server.url).netloc
        self.failures: list[str] = []
        self.written = [0, 0]
        self.read = 0
        self.memory = (0.0, 0.0)
        self.over = threading.Event()

    def run(self, seconds: float) -> None:
        for writer in range(2):
            self.write(http.client.HTTPConnection(self.netloc, timeout=120), writer)
        work = [*(lambda w=w: self.writing(w) for w in range(2)), *(lambda n=n: self.reading(n % 2) for n in range(32))]
        threads = [threading.Thread(target=one) for one in work]
        for thread in threads:
            thread.start()
        self.over.wait(seconds / 2)
        early = self.server.memory()
        self.over.wait(seconds / 2)
        self.memory = (early, self.server.memory())
        self.over.set()
        for thread in threads:
            thread.join()

    def models(self, writer: int) -> list[str]:
        return [f"<{BASE}model/acme/m{100 * writer + step}>" for step in (20, 21)]

    def send(self, connection: http.client.HTTPConnection, **fields: str) -> bytes | None:
        try:
            connection.request("POST", "/sparql", urlencode(fields), FORM)
            answer = connection.getresponse()
            body = answer.read()
        except Exception as error:
            self.failures.append(f"{type(error).__name__}: {error}")
            self.over.set()
            return None
        if answer.status != 200:
            self.failures.append(f"{answer.status}: {body[:300]!r}")
            self.over.set()
        return body if answer.status == 200 else None

    def write(self, connection: http.client.HTTPConnection, writer: int) -> None:
        generation, (one, other) = self.written[writer] + 1, self.models(writer)
        values = ", ".join(f"'{generation}-{letter}'" for letter in "abcd")
        text = (
            f"DELETE {{ ?m <{KEYWORD}> ?k }} INSERT {{ ?m <{KEYWORD}> {values} }} "
            f"WHERE {{ VALUES ?m {{ {one} {other} }} OPTIONAL {{ ?m <{KEYWORD}> ?k }} }}"
        )
        if self.send(connection, update=text):
            self.written[writer] = generation

    def writing(self, writer: int) -> None:
        connection = http.client.HTTPConnection(self.netloc, timeout=120)
        while not self.over.is_set():
            self.write(connection, writer)

    def reading(self, writer: int) -> None:
        connection = http.client.HTTPConnection(self.netloc, timeout=120)
        latest = 0
        text = f"SELECT ?m ?k {{ VALUES ?m {{ {' '.join(self.models(writer))} }} ?m <{KEYWORD}> ?k }}"
        while not self.over.is_set():
            body = self.send(connection, query=text)
            if body is not None:
                latest = self.check(json.loads(body)["results"]["bindings"], latest)
                self.read += 1

    def check(self, rows: list[dict[str, dict[str, str]]], latest: int) -> int:
        """Both models show one generation, whole, and never an older one than before."""
        found = sorted((row["m"]["value"], row["k"]["value"]) for row in rows)
        generations = {int(value.partition("-")[0]) for _, value in found}
        if len(found) != 8 or len(generations) != 1 or max(generations) < latest:
            self.failures.append(f"after {latest}: {found}")
            self.over.set()
            return latest
        return max(generations)


@pytest.mark.parametrize("engine", ["embedded", "child"])
def test_readers_beside_writers(folder: Path, engine: str, record_property: Callable[[str, object], None]) -> None:
    record_property("summary", soaked(folder, engine, 8))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "child"])
def test_readers_beside_writers_for_minutes(
    folder: Path, engine: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("summary", soaked(folder, engine, 300))
