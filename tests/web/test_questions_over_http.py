"""Named queries over HTTP: typed parameters, any form of answer, the past."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from modellake.lake.lake import Lake
from modellake.lake.views import View
from modellake.rdf.queries import list_named
from modellake.web.limits import Limits
from modellake.web.served import Served
from sample_lakes import BASE, PREFIXES, sample_lake
from servers import Reply, ask, running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, str]]:
    with sample_lake(tmp_path_factory.mktemp("questions") / "lake") as lake, running(Served(lake=lake)) as url:
        yield lake, url


def asked(url: str, name: str, accept: str = "application/json", **values: str | list[str]) -> Reply:
    text = urlencode({key.replace("_", "-"): value for key, value in values.items()}, doseq=True)
    return ask(url, f"/queries/{quote(name)}?{text}", headers={"Accept": accept})


def titles(reply: Reply) -> set[str]:
    assert reply.status == 200, reply.body
    return {row["title"]["value"] for row in json.loads(reply.body)["results"]["bindings"]}


def refused(reply: Reply, status: int, code: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(reply.body)
    assert (reply.status, found["code"], reply.media_type) == (status, code, "application/problem+json"), found
    return found


def test_the_list_has_every_query_with_its_parameters(served: tuple[Lake, str]) -> None:
    found = {item["name"]: item for item in json.loads(ask(served[1], "/queries").body)}
    assert set(found) == {query.name for query in list_named()}
    (parameter, _) = found["affected-deployments"]["parameters"]
    assert (parameter["name"], parameter["type"], parameter["required"]) == ("dataset", "iri", True)
    assert found["contents"]["href"] == "/queries/contents"


def test_the_list_as_a_page(served: tuple[Lake, str]) -> None:
    reply = ask(served[1], "/queries", headers={"Accept": "text/html"})
    assert (reply.status, reply.media_type) == (200, "text/html")
    assert b'<a href="/queries/contents">contents</a>' in reply.body


@pytest.mark.parametrize(
    "name",
    ["acme/orders", f"{BASE}dataset/acme/orders", "dataset/acme/orders"],
)
def test_a_resource_by_any_of_its_names(served: tuple[Lake, str], name: str) -> None:
    reply = asked(served[1], "downstream-edges", resource=name)
    assert json.loads(reply.body)["head"]["vars"] == ["from", "relation", "to"]


def test_the_client_chooses_the_form(served: tuple[Lake, str]) -> None:
    reply = asked(served[1], "models", accept="text/csv")
    assert (reply.status, reply.media_type) == (200, "text/csv")
    assert reply.body.startswith(b"model,title,")
    text = asked(served[1], "models", accept="application/sparql-query")
    assert text.body.decode().startswith("# title: All models")
    refused(asked(served[1], "models", accept="image/png"), 406, "http.not-acceptable")


def test_long_answers_are_compressed(served: tuple[Lake, str]) -> None:
    reply = ask(served[1], "/queries", headers={"Accept-Encoding": "gzip"})
    assert reply.headers.get("content-encoding") == "gzip"


def test_as_of(served: tuple[Lake, str]) -> None:
    assert titles(asked(served[1], "models")) == {"Churn", "Twin"}
    assert titles(asked(served[1], "models", as_of="1")) == {"Churn"}
    refused(asked(served[1], "models", as_of="99"), 404, "ledger.commit-unknown")
    refused(asked(served[1], "models", as_of="whenever"), 400, "as-of.malformed")
    refused(asked(served[1], "models", as_of=["1", "2"]), 400, "query.parameter-repeated")


def test_the_past_of_a_large_lake_is_not_made(tmp_path: Path) -> None:
    with (
        sample_lake(tmp_path / "lake") as lake,
        running(Served(lake=lake, limits=Limits(past_records=4))) as url,
    ):
        refused(asked(url, "models", as_of="1"), 400, "as-of.too-large")
        assert titles(asked(url, "models")) == {"Churn", "Twin"}


def test_one_past_is_made_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def making(lake: Lake, sequence: int) -> View:
        begun.set()
        assert go_on.wait(60)
        return past(lake, sequence)

    past = Lake.past
    monkeypatch.setattr(Lake, "past", making)
    monkeypatch.setattr("modellake.web.questions.past._PATIENCE", 0.1)
    with sample_lake(tmp_path / "lake") as lake, running(Served(lake=lake)) as url:
        first = threading.Thread(target=lambda: asked(url, "models", as_of="1"))
        first.start()
        assert begun.wait(60)
        refused(asked(url, "models", as_of="2"), 503, "http.busy")
        assert titles(asked(url, "models")) == {"Churn", "Twin"}
        go_on.set()
        first.join()


@pytest.mark.parametrize(
    ("name", "values", "code", "words"),
    [
        ("downstream-edges", {}, "query.parameter-missing", ("'resource'", "org/name[@version]")),
        ("downstream-edges", {"resource": ""}, "query.parameter-type", ("'resource'", "CURIE")),
        ("models", {"publsher": "x"}, "query.parameter-unknown", ("publsher", "Did you mean publisher?")),
        ("recent-changes", {"limit": "many"}, "query.parameter-type", ("'limit'", "integer")),
        ("recent-changes", {"limit": "-1"}, "query.parameter-type", ("'limit'", "from 0")),
        ("recent-changes", {"limit": "9" * 40}, "query.parameter-type", ("'limit'", "digits")),
        ("recent-changes", {"since": "yesterday"}, "query.parameter-type", ("'since'", "dateTime")),
        ("models", {"publisher": "https://x.example/ y"}, "iri.malformed", ("'publisher'", "IRI")),
        ("models", {"timeout": "soon"}, "http.malformed", ("timeout", "seconds")),
    ],
)
def test_a_wrong_parameter_is_named(
    served: tuple[Lake, str], name: str, values: dict[str, str], code: str, words: tuple[str, str]
) -> None:
    found = refused(asked(served[1], name, **values), 400, code)
    text = f"{found['title']} {found.get('remedy')}"
    assert all(word in text for word in words), text


def test_values_are_terms_and_never_syntax(served: tuple[Lake, str]) -> None:
    for value in ('" } UNION { ?s ?p ?o', "\x00", "\\u007D", "'''", "} # "):
        assert json.loads(asked(served[1], "same-files", checksum=value).body)["results"]["bindings"] == []


def test_names_of_several_and_of_none(served: tuple[Lake, str]) -> None:
    found = refused(asked(served[1], "downstream-edges", resource="acme/twin"), 300, "resource.ambiguous")
    assert set(found["candidates"]) == {f"{BASE}model/acme/twin", f"{BASE}dataset/acme/twin"}
    refused(asked(served[1], "downstream-edges", resource="acme/nobody"), 404, "resource.unknown")
    refused(asked(served[1], "no-such-query"), 404, "query.unknown")
    refused(asked(served[1], "../models"), 404, "query.unknown")


def test_several_values_mean_any_of_them(served: tuple[Lake, str]) -> None:
    both = asked(served[1], "downstream-edges", resource=["acme/orders", "acme/churn"])
    assert both.status == 200


def test_every_query_can_be_asked(served: tuple[Lake, str]) -> None:
    for query in list_named():
        values = {item.name: "acme/churn" for item in query.params if item.required}
        assert asked(served[1], query.name, **values).status == 200, query.name


def test_an_answer_is_asked_again_only_when_the_lake_has_changed(tmp_path: Path) -> None:
    with sample_lake(tmp_path / "lake") as lake, running(Served(lake=lake)) as url:

        def answer(tag: str = "", accept: str = "text/csv") -> Reply:
            return ask(url, "/queries/models", headers={"Accept": accept, **({"If-None-Match": tag} if tag else {})})

        first = answer()
        tag = first.headers["etag"]
        assert (answer(tag).status, answer(tag).body, answer(f'"other", {tag}').status) == (304, b"", 304)
        assert answer(tag, accept="application/json").status == answer('"other"').status == 200
        assert answer(tag).headers["etag"] == tag
        for wanted, status in (("*", 200), (tag, 412), ('"other"', 412)):  # a weak tag is equal to none
            assert ask(url, "/queries/models", headers={"If-Match": wanted}).status == status
        lake.commit(f'{PREFIXES} <model/acme/new> a lake:Model ; dct:title "New" .', format="turtle")
        changed = answer(tag)
        assert changed.status == 200 and changed.body != first.body and changed.headers["etag"] != tag


def test_a_bare_engine_has_no_names(url: str) -> None:
    assert ask(url, "/queries").status == 404
