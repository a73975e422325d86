"""Asking: queries in every format, portraits of resources, lineage."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_commands import BASE, Command
from cli_documents import CHURN, PREFIXES

Write = Callable[[str, str], Path]
LAKE = "https://w3id.org/model-lake#"
TITLES = "SELECT ?thing ?title WHERE { ?thing <http://purl.org/dc/terms/title> ?title } ORDER BY ?title"
TITLE_STATEMENTS = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?p = <http://purl.org/dc/terms/title>) }"


def test_a_table_has_short_names_and_a_line_a_row(filled: Command) -> None:
    ended = filled("query", TITLES)
    assert ended.out.splitlines() == [
        "thing                   title",
        "model/acme/churn        Churn",
        "dataset/acme/customers  Customers",
    ]
    assert ended.err == "2 rows\n"


def test_csv_and_tsv_have_full_iris(filled: Command) -> None:
    rows = list(csv.reader(io.StringIO(filled("query", TITLES, "--format", "csv").out)))
    assert rows == [
        ["thing", "title"],
        [BASE + "model/acme/churn", "Churn"],
        [BASE + "dataset/acme/customers", "Customers"],
    ]
    assert f"<{BASE}model/acme/churn>\t" in filled("query", TITLES, "--format", "tsv").out


def test_json_is_the_results_format_of_sparql(filled: Command) -> None:
    answer = filled("query", TITLES, "--json").json
    assert answer["head"]["vars"] == ["thing", "title"]
    assert answer["results"]["bindings"][0]["thing"] == {"type": "uri", "value": BASE + "model/acme/churn"}
    assert filled("query", TITLES, "--format", "json").json == answer


def test_xml(filled: Command) -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(filled("query", TITLES, "--format", "xml").out)
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"


@pytest.mark.parametrize(("question", "answer"), [("ASK { ?s ?p ?o }", "yes\n"), ("ASK { <urn:x> ?p ?o }", "no\n")])
def test_a_yes_or_no_question(question: str, answer: str, filled: Command) -> None:
    ended = filled("query", question)
    assert (ended.status, ended.out) == (0, answer)
    assert filled("query", question, "--json").json["boolean"] is (answer == "yes\n")


@pytest.mark.parametrize("name", [None, "turtle", "ntriples", "nquads", "trig", "rdfxml", "jsonld", "json", "xml"])
def test_a_graph_in_every_syntax(name: str | None, filled: Command) -> None:
    from pyoxigraph import Triple, parse

    from modellake.rdf.formats import syntax_named

    ended = filled("query", TITLE_STATEMENTS, *(["--format", name] if name else []))
    syntax = syntax_named({None: "turtle", "json": "jsonld", "xml": "rdfxml"}.get(name, name or ""))
    found = {quad.triple for quad in parse(ended.out, format=syntax.format)}
    assert len(found) == 2
    assert all(isinstance(item, Triple) for item in found)


def test_a_graph_as_a_table(filled: Command) -> None:
    head, *rows = filled("query", TITLE_STATEMENTS, "--format", "table").out.splitlines()
    assert head.split() == ["subject", "predicate", "object"]
    assert len(rows) == 2


def test_a_format_that_does_not_fit_the_answer(filled: Command) -> None:
    ended = filled("query", TITLES, "--format", "turtle")
    assert ended.status == 2
    assert ended.err.startswith("error [format.unfit] ")
    assert filled("query", TITLES, "--format", "yaml").err.startswith("error [format.unknown] ")


def test_the_question_may_stand_in_a_file_or_come_from_stdin(filled: Command, write: Write) -> None:
    expected = filled("query", TITLES).out
    assert filled("query", "-f", write("titles.rq", TITLES)).out == expected
    assert filled("query", "-f", "-", stdin=TITLES).out == expected
    assert filled("query", "-e", TITLES).out == expected
    assert filled("query", TITLES, "-e", TITLES).status == 2
    assert "-f titles.rq" in filled("query", "titles.rq").err


def test_a_named_query_with_its_parameter(filled: Command) -> None:
    ended = filled("query", "upstream-edges", "--param", "resource=acme/churn@1.2")
    assert ended.status == 0
    assert "dataset/acme/customers@3" in ended.out
    assert filled("query", "upstream-edges").err.startswith("error [query.parameter-missing] ")
    assert filled("query", "upstream-edges", "--param", "resource").err.startswith("error [query.parameter] ")
    assert filled("query", "upstream-egdes").status == 3


def test_the_list_of_named_queries_needs_no_lake(command: Command) -> None:
    ended = command("query", "--list")
    assert ended.status == 0
    assert "upstream-edges  Everything a resource comes from" in ended.out
    assert "--param resource=…" in ended.out
    named = {query["name"]: query for query in command("query", "--list", "--json").json}
    (parameter,) = named["upstream-edges"]["parameters"]
    assert (parameter["name"], parameter["type"], parameter["required"]) == ("resource", "iri", True)


def test_as_of_asks_the_past(filled: Command, write: Write) -> None:
    assert filled("commit", write("churn.ttl", CHURN.replace('"Churn"', '"Attrition"'))).status == 0
    assert "Attrition" in filled("query", TITLES).out
    assert "Churn" in filled("query", TITLES, "--as-of", "1").out
    first = filled("history", "--json").json[-1]["hash"]
    assert "Churn" in filled("query", TITLES, "--as-of", first[:12]).out
    assert filled("query", TITLES, "--as-of", "2001-01-01").err == "0 rows\n"
    assert filled("query", TITLES, "--as-of", "yesterday").status == 2
    assert filled("query", TITLES, "--as-of", "77").status == 3


def test_show_answers_by_facet_and_names_the_source(filled: Command) -> None:
    ended = filled("show", "acme/churn@1.2")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert lines[:2] == ["model/acme/churn@1.2", BASE + "model/acme/churn/version/1.2"]
    assert "dataset/acme/customers@3" in ended.out
    assert f"{Path.cwd() / 'churn.ttl'}  commit 1, " in ended.out


def test_show_leaves_nothing_out(filled: Command, write: Write) -> None:
    text = PREFIXES + (
        "<model/acme/churn/version/1.2> a lake:ModelVersion ; lake:parameterCount 007 ; dct:language 'en' ;"
        " lake:hasDocument <model/acme/churn/version/1.2#card> .\n"
        "<model/acme/churn/version/1.2#card> a lake:Document ; lake:text 'Read me' ."
    )
    assert filled("commit", write("more.ttl", text)).status == 0
    ended = filled("show", "acme/churn@1.2")
    assert ended.out.count("lake:parameterCount") == 1
    assert "dct:language" in ended.out
    assert "\nmodel/acme/churn@1.2#card\n" in ended.out
    said = {(item["subject"], item["value"]) for item in filled("show", "acme/churn@1.2", "--json").json["more"]}
    assert (BASE + "model/acme/churn/version/1.2#card", "Read me") in said


def test_show_answers_programs(filled: Command) -> None:
    answer = filled("show", "acme/churn@1.2", "--json").json
    assert answer["resource"] == BASE + "model/acme/churn/version/1.2"
    assert {"facet", "property", "value"} <= set(answer["facets"][0])
    (source,) = answer["sources"]
    assert source["commit"] == 1
    assert answer["contradictions"] == []


def test_show_tells_what_sources_do_not_agree_on(filled: Command, write: Write) -> None:
    text = PREFIXES + "<model/acme/churn/version/1.2> a lake:ModelVersion ; lake:parameterCount {} ."
    for number in (120_000, 110_000):
        assert filled("commit", write(f"{number}.ttl", text.format(number))).status == 0
    ended = filled("show", "acme/churn@1.2")
    assert "sources disagree on lake:parameterCount" in ended.out
    (dispute,) = filled("show", "acme/churn@1.2", "--json").json["contradictions"]
    claims = {claim["source"].rpartition("/")[2]: claim["value"] for claim in dispute["claims"]}
    assert claims == {"120000.ttl": 120_000, "110000.ttl": 110_000}


def test_show_gives_the_record_as_rdf(filled: Command) -> None:
    from pyoxigraph import RdfFormat, parse

    found = list(parse(filled("show", "acme/churn", "--format", "turtle").out, format=RdfFormat.TURTLE))
    assert {str(quad.subject) for quad in found} == {f"<{BASE}model/acme/churn>"}
    assert len(found) == 2


def test_show_of_the_past(filled: Command, write: Write) -> None:
    filled("commit", write("churn.ttl", CHURN.replace('"Churn"', '"Attrition"')))
    assert '"Churn"' in filled("show", "acme/churn", "--format", "ntriples", "--as-of", "1").out
    ended = filled("show", "acme/churn", "--as-of", "0")
    assert ended.status == 3
    assert "modellake history acme/churn" in ended.err


def test_an_ambiguous_name_lists_what_it_may_mean(filled: Command, write: Write) -> None:
    write("twin.ttl", PREFIXES + '<dataset/acme/churn> a lake:Dataset ; dct:title "Churn data" .')
    assert filled("commit", "twin.ttl").status == 0
    ended = filled("show", "acme/churn")
    assert ended.status == 2
    assert ended.err.startswith("error [resource.ambiguous] ")
    assert f"    one of: {BASE}model/acme/churn\n" in ended.err
    assert f"    one of: {BASE}dataset/acme/churn\n" in ended.err
    assert filled("show", "dataset/acme/churn", "--format", "turtle").status == 0


def test_names_that_are_printed_can_be_typed(filled: Command) -> None:
    for name in ("acme/churn", "model/acme/churn", BASE + "model/acme/churn"):
        assert (
            filled("show", name, "--format", "ntriples").out == filled("show", "acme/churn", "--format", "ntriples").out
        )


def test_lineage_as_a_tree(filled: Command) -> None:
    ended = filled("lineage", "acme/churn@1.2", "--up")
    assert ended.out.splitlines() == [
        "model/acme/churn@1.2  comes from",
        "├── dataset/acme/customers@3  lake:trainedOn",
        "│   └── dataset/acme/customers  lake:versionOf",
        "└── model/acme/churn  lake:versionOf",
    ]
    down = filled("lineage", "dataset/acme/customers@3", "--down").out
    assert "model/acme/churn@1.2  lake:trainedOn" in down
    both = filled("lineage", "acme/churn@1.2").out
    assert both.startswith(ended.out)
    assert "leads to" in both


def test_lineage_as_json_reads_effect_relation_cause(filled: Command) -> None:
    up = filled("lineage", "acme/churn@1.2", "--up", "--json").json
    edge = {
        "effect": BASE + "model/acme/churn/version/1.2",
        "relation": LAKE + "trainedOn",
        "cause": BASE + "dataset/acme/customers/version/3",
    }
    assert edge in up["upstream"]
    assert "downstream" not in up
    down = filled("lineage", "dataset/acme/customers@3", "--format", "json").json
    assert edge in down["downstream"]


def test_lineage_as_a_drawing(filled: Command) -> None:
    dot = filled("lineage", "acme/churn@1.2", "--format", "dot").out
    assert dot.startswith("digraph lineage {")
    assert dot.count(" -> ") == 3
    assert '[label="lake:trainedOn"]' in dot
    mermaid = filled("lineage", "acme/churn@1.2", "--format", "mermaid").out
    assert mermaid.startswith("flowchart RL\n")
    assert 'n0["model/acme/churn@1.2"]' in mermaid
    assert mermaid.count("-->") == 3


def test_lineage_of_something_that_comes_from_nothing(filled: Command) -> None:
    ended = filled("lineage", "dataset/acme/customers", "--up")
    assert ended.status == 0
    assert "nothing is recorded" in ended.out


def test_drawings_escape_what_names_may_hold(filled: Command, write: Write) -> None:
    odd = CHURN.replace("model/acme/churn", "model/acme/o'c%22hurn%5C")
    assert filled("commit", write("odd.ttl", odd)).status == 0
    name = BASE + "model/acme/o'c%22hurn%5C/version/1.2"
    assert '[label="model/acme/o\'c\\"hurn\\\\@1.2"]' in filled("lineage", name, "--format", "dot").out
    assert '["model/acme/o\'c#quot;hurn\\@1.2"]' in filled("lineage", name, "--format", "mermaid").out
    assert json.loads(filled("lineage", name, "--json").out)["resource"] == name
