"""A bare engine behind HTTP against the W3C SPARQL 1.1 suite, with the number of cases and every exception stated."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sparql_suite import Case, Graphs, Moved, accept_for, cases, moved_text, same_results, same_store

from modellake.store.federation import Federation
from modellake.store.fetching import Outside
from modellake.store.plain import PlainEngine
from modellake.web.served import Served
from servers import Reply, ask, running

COUNTS = {
    "QueryEvaluationTest": 239,
    "CSVResultFormatTest": 3,
    "PositiveSyntaxTest11": 66,
    "NegativeSyntaxTest11": 48,
    "UpdateEvaluationTest": 94,
    "PositiveUpdateSyntaxTest11": 42,
    "NegativeUpdateSyntaxTest11": 13,
}
# What Oxigraph 0.5.13 answers otherwise: in tests that the working group has approved, and in those that came later.
EXCEPTIONS = {
    "functions/bnode01": "makes the same blank node of the same string in every solution",
    "service/service5": "evaluates SERVICE ?service before the pattern that binds the variable",
}
LATER_EXCEPTIONS = {
    "aggregates/agg-empty-group-count-graph": "counts over all graphs in a sub-SELECT that groups inside GRAPH ?g",
    "aggregates/agg-groupconcat-04": "keeps a language that all values have, as SPARQL 1.2 does not forbid",
    "aggregates/agg-groupconcat-06": "keeps a language that all values have, as SPARQL 1.2 does not forbid",
    "bindings/graph": "does not join VALUES inside GRAPH ?g with the names of the graphs",
    "negation/graph-minus": "joins the two sides of MINUS inside GRAPH ?g by ?g",
    "property-path/zero_or_more_set_end": "finds paths of length zero only at terms that the data has",
    "property-path/zero_or_more_set_start": "finds paths of length zero only at terms that the data has",
    "property-path/zero_or_one_set_end": "finds paths of length zero only at terms that the data has",
    "property-path/zero_or_one_set_start": "finds paths of length zero only at terms that the data has",
}
ALL = frozenset({"*"})
NOBODY = "http://127.0.0.1:9/nobody"  # the port for discarding, where nobody listens
GONE = ("http://invalid.endpoint.org/sparql", "http://example.org/faraway")


@dataclass(frozen=True)
class Endpoint:
    """A server with a bare engine."""

    url: str
    engine: PlainEngine
    served: Served

    @property
    def base(self) -> str:
        return f"{self.url}/"

    def query(self, text: str, accept: str) -> Reply:
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        return ask(self.url, "/sparql", method="POST", headers=headers, body=text.encode())

    def update(self, text: str) -> Reply:
        headers = {"Content-Type": "application/sparql-update"}
        return ask(self.url, "/sparql", method="POST", headers=headers, body=text.encode())


def opened(stack: ExitStack) -> Endpoint:
    engine = PlainEngine()
    served = Served(plain=engine, services=ALL, documents=ALL)
    return Endpoint(stack.enter_context(running(served)), engine, served)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with ExitStack() as stack:
        yield opened(stack)


@cache
def suite(shared: Path) -> list[Case]:
    return list(cases(shared / "w3c" / "sparql11"))


def test_the_suite_is_whole(shared: Path) -> None:
    found = suite(shared)
    assert Counter(case.kind for case in found) == COUNTS
    approved = {case.name for case in found if case.approved}
    assert len(approved) == 439
    assert set(EXCEPTIONS) <= approved
    assert not approved & set(LATER_EXCEPTIONS)


@pytest.mark.parametrize("kind", COUNTS)
def test_endpoint_conforms(shared: Path, endpoint: Endpoint, kind: str) -> None:
    failed = {case.name for case in suite(shared) if case.kind == kind and not passes(case, endpoint)}
    assert failed == {
        case.name for case in suite(shared) if case.kind == kind and case.name in EXCEPTIONS | LATER_EXCEPTIONS
    }


def passes(case: Case, endpoint: Endpoint) -> bool:
    endpoint.engine.store.clear()
    with ExitStack() as stack:
        moved, all_endpoints = dict.fromkeys(GONE, NOBODY), [endpoint]
        for there, data in case.services:
            other = opened(stack)
            moved[there] = f"{other.url}/sparql"
            all_endpoints.append(other)
            Graphs((data,)).load(other.engine.store, other.base)
        # Addresses of this machine are asked only where they are allowed one by one.
        for each in all_endpoints:
            each.served.federation = Federation(Outside(ALL | frozenset(moved.values())), Outside(ALL))
        case.data.load(endpoint.engine.store, endpoint.base, moved)
        if "Syntax" in case.kind:
            return _judges_syntax(case, endpoint, moved)
        if case.kind == "UpdateEvaluationTest":
            return _updates(case, endpoint, moved)
        return _answers(case, endpoint, moved)


def _judges_syntax(case: Case, endpoint: Endpoint, moved: Moved) -> bool:
    """Is what is malformed refused as such? What is not may still fail: it loads what is not there."""
    text = moved_text(case.text, moved)
    reply = endpoint.update(text) if case.text.suffix == ".ru" else endpoint.query(text, "*/*")
    code = json.loads(reply.body)["code"] if reply.status >= 400 else None
    if case.kind.startswith("Negative"):
        return code == "query.syntax"
    return code in (None, "query.evaluation", "query.service-failed", "update.failed", "remote.address")


def _updates(case: Case, endpoint: Endpoint, moved: Moved) -> bool:
    assert isinstance(case.result, Graphs)
    reply = endpoint.update(moved_text(case.text, moved))
    return reply.status == 204 and same_store(endpoint.engine.store, case.result, endpoint.base)


def _answers(case: Case, endpoint: Endpoint, moved: Moved) -> bool:
    assert isinstance(case.result, Path)
    reply = endpoint.query(moved_text(case.text, moved), accept_for(case.result))
    return reply.status == 200 and same_results(case, reply.media_type, reply.body, endpoint.base)
