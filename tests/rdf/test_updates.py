"""Updates as operations: what is read from a text, and what templates make of solutions."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse,
)

from modellake.core.errors import QueryError
from modellake.rdf.updates.operations import Edit, GraphOperation, Operation, Pattern
from modellake.rdf.updates.parsing import read_operation, split_update
from modellake.rdf.updates.templates import instantiated

BASE = "https://lake.example.org/"
SUITE = Path(os.environ.get("MODELLAKE_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "w3c" / "sparql11"
FOLDERS = ("basic-update", "delete", "delete-data", "delete-insert", "delete-where")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
XSD = "http://www.w3.org/2001/XMLSchema#"


def operations(text: str) -> list[Operation]:
    return [read_operation(segment) for segment in split_update(text, base=BASE)]


def edit(text: str) -> Edit:
    (found,) = operations(text)
    assert isinstance(found, Edit)
    return found


def node(name: str) -> NamedNode:
    return NamedNode(f"urn:x:{name}")


def carry_out(store: Store, text: str, base: str) -> None:
    """The edits of an update on a bare store, by the templates that are tested here."""
    numbers = itertools.count()  # each solution of each operation makes blank nodes of its own
    for segment in split_update(text, base=base):
        operation = read_operation(segment)
        if isinstance(operation, GraphOperation):
            store.update(f"{segment.prologue} {segment.written}", base_iri=base)
            continue
        where = operation.where
        using = where.using if where and where.using else ((operation.graph,), None) if operation.graph else None
        solutions: list[dict[str, object]] = [{}]
        if where:
            answer = store.query(
                where.query,
                base_iri=base,
                default_graph=list(using[0]) if using else None,
                named_graphs=list(using[1]) if using and using[1] is not None else None,
            )
            if isinstance(answer, QueryBoolean):
                solutions = [{}] if answer else []
            else:
                names = [variable.value for variable in answer.variables]
                solutions = [dict(zip(names, row, strict=True)) for row in answer]
        numbered = [(next(numbers), solution) for solution in solutions]
        gone, new = (
            {
                Quad(item.subject, item.predicate, item.object, graph or operation.graph or DefaultGraph())
                for number, solution in numbered
                for graph, item in instantiated(template, solution, number)
            }
            for template in (operation.delete, operation.insert)
        )
        for quad in gone:
            store.remove(quad)
        store.extend(new)


def canonical(store: Store) -> Dataset:
    found = Dataset(store)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


class Case:
    """A test of the suite: an update, the data before and after it."""

    def __init__(self, manifest: Store, entry: NamedNode) -> None:
        self.manifest = manifest
        action = self.object(entry, MF + "action")
        self.request = path_of(self.object(action, UT + "request"))
        self.before = self.load(action)
        self.after = self.load(self.object(entry, MF + "result"))

    def object(self, subject: object, predicate: str) -> object:
        (found,) = self.objects(subject, predicate)
        return found

    def objects(self, subject: object, predicate: str) -> list[object]:
        return [quad.object for quad in self.manifest.quads_for_pattern(subject, NamedNode(predicate), None)]

    def load(self, described: object) -> Store:
        store = Store()
        for file in self.objects(described, UT + "data"):
            load(store, file, None)
        for part in self.objects(described, UT + "graphData"):
            (label,) = self.objects(part, LABEL.value)
            load(store, self.object(part, UT + "graph"), NamedNode(label.value))
        return store


def load(store: Store, file: object, graph: NamedNode | None) -> None:
    path = path_of(file)
    store.load(path.read_bytes(), RdfFormat.TURTLE, base_iri=path.as_uri(), to_graph=graph)


def path_of(file: object) -> Path:
    return Path(unquote(urlsplit(file.value).path))


def cases() -> Iterator[object]:
    for folder in FOLDERS:
        place = SUITE / folder / "manifest.ttl"
        if not place.is_file():
            continue
        manifest = Store()
        manifest.load(place.read_bytes(), RdfFormat.TURTLE, base_iri=place.as_uri())
        kind = NamedNode(MF + "UpdateEvaluationTest")
        for quad in sorted(manifest.quads_for_pattern(None, None, kind), key=str):
            name = quad.subject.value.rpartition("#")[2]
            yield pytest.param(manifest, quad.subject, id=f"{folder}-{name}")


FOUND = list(cases())


@pytest.mark.skipif(not FOUND, reason="the suite of the W3C is absent: set MODELLAKE_SHARED to its folder")
def test_the_suite_has_its_cases() -> None:
    assert len(FOUND) == 53


@pytest.mark.parametrize(("manifest", "entry"), FOUND)
def test_edits_do_what_the_w3c_says(manifest: Store, entry: NamedNode) -> None:
    case = Case(manifest, entry)
    carry_out(case.before, case.request.read_text(encoding="utf-8"), case.request.as_uri())
    assert canonical(case.before) == canonical(case.after)


def test_all_of_the_syntax_of_templates_is_read() -> None:
    found = edit(
        """PREFIX : <urn:x:> # declared
        INSERT { ?s a :M ; :p 1.50, -5, true , "x"@EN , ?v . # said
                 GRAPH ?g { <rel> ?p 'it''s'^^:t } . :after :all "}" ; . } WHERE { ?s ?p ?v }""".replace("''", "’")
    )
    a, variables = node, {name: Variable(name) for name in "sgpv"}
    assert set(found.insert) == {
        Pattern(variables["s"], NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), a("M")),
        Pattern(variables["s"], a("p"), Literal("1.50", datatype=NamedNode(XSD + "decimal"))),
        Pattern(variables["s"], a("p"), Literal("-5", datatype=NamedNode(XSD + "integer"))),
        Pattern(variables["s"], a("p"), Literal("true", datatype=NamedNode(XSD + "boolean"))),
        Pattern(variables["s"], a("p"), Literal("x", language="en")),
        Pattern(variables["s"], a("p"), variables["v"]),
        Pattern(NamedNode(BASE + "rel"), variables["p"], Literal("it’s", datatype=a("t")), variables["g"]),
        Pattern(a("after"), a("all"), Literal("}")),
    }


def test_nested_nodes_and_lists_are_blank_nodes_of_each_solution() -> None:
    template = edit("INSERT { ?s <urn:x:p> [ <urn:x:q> (1 _:b) ], _:b } WHERE { ?s ?p ?o }").insert
    first, second = (
        {term for _, item in instantiated(template, {"s": node("s")}, number) for term in (item.subject, item.object)}
        for number in (0, 1)
    )
    labels = [{term for term in terms if isinstance(term, BlankNode)} for terms in (first, second)]
    assert [len(group) for group in labels] == [4, 4]
    assert not labels[0] & labels[1]


def test_what_would_be_no_rdf_is_left_out() -> None:
    template = edit("DELETE { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } } WHERE { ?s ?p ?o }").delete
    s, p, literal = node("s"), node("p"), Literal("x")
    assert list(instantiated(template, {"s": s, "p": p, "o": literal})) == [(None, Triple(s, p, literal))]
    assert list(instantiated(template, {"s": s, "p": p, "o": s, "g": literal})) == [(None, Triple(s, p, s))]
    assert not list(instantiated(template, {"s": literal, "p": p, "o": s}))
    assert not list(instantiated(template, {"s": s, "p": literal, "o": s}))
    assert not list(instantiated(template, {"s": s, "p": BlankNode("b"), "o": s}))
    assert not list(instantiated(template, {"s": s, "p": p}))


def test_where_is_asked_as_it_was_written() -> None:
    found = edit(
        """BASE <urn:b:> PREFIX : <urn:x:>
        WITH :g DELETE { ?s :p ?old } INSERT { ?s :p ?new } USING :u USING NAMED :v
        WHERE { GRAPH :r { ?s :p ?old } # kept
                BIND(?old + 1 AS ?new) }"""
    )
    assert found.graph == node("g")
    assert found.where and found.where.using == ((node("u"),), (node("v"),))
    assert found.where.query.splitlines()[:2] == [
        "BASE <urn:b:> PREFIX : <urn:x:>",
        "SELECT DISTINCT ?s ?old ?new WHERE { GRAPH :r { ?s :p ?old } # kept",
    ]
    assert found.where.mentioned >= {node("r"), node("p")}
    assert (found.where.names_graphs, found.where.asks_any_graph, found.where.only_graphs) == (True, False, False)


@pytest.mark.parametrize(
    ("pattern", "only"),
    [
        ("GRAPH <urn:x:g> { ?s ?p ?o }", True),
        ("GRAPH <urn:x:g> { ?s ?p ?o FILTER EXISTS { ?o ?p ?s } } . GRAPH <urn:x:h> { } .", True),
        ("GRAPH <urn:x:g> { ?s ?p ?o } ?o ?p ?s", False),
        ("GRAPH <urn:x:g> { ?s ?p ?o } FILTER EXISTS { ?o ?p ?s }", False),
        ("GRAPH ?g { ?s ?p ?o }", False),
        ("{ GRAPH <urn:x:g> { ?s ?p ?o } }", False),
        ("", True),
    ],
)
def test_patterns_inside_of_graphs_alone_are_known(pattern: str, only: bool) -> None:
    where = edit(f"INSERT {{ ?s ?p ?o }} WHERE {{ {pattern} }}").where
    assert where and where.only_graphs is only


def test_operations_on_graphs() -> None:
    g, h = node("g"), node("h")
    assert [
        (item.verb, item.silent, item.source, item.target)
        for item in operations(
            """create graph <urn:x:g> ; DROP SILENT DEFAULT ; CLEAR NAMED; DROP ALL; COPY <urn:x:g> TO GRAPH <urn:x:h> ;
            MOVE SILENT DEFAULT TO <urn:x:h> ; LOAD <urn:x:g> ; LOAD SILENT <urn:x:g> INTO GRAPH <urn:x:h>"""
        )
        if isinstance(item, GraphOperation)
    ] == [
        ("CREATE", False, None, g),
        ("DROP", True, None, "DEFAULT"),
        ("CLEAR", False, None, "NAMED"),
        ("DROP", False, None, "ALL"),
        ("COPY", False, g, h),
        ("MOVE", True, "DEFAULT", h),
        ("LOAD", False, g, None),
        ("LOAD", True, g, h),
    ]


def test_declarations_hold_from_where_they_stand() -> None:
    first, second = operations(
        "PREFIX a: <urn:x:> INSERT DATA { a:s a:p 1 } ; PREFIX a: <urn:y:> INSERT DATA { a:s a:p 1 }"
    )
    assert isinstance(first, Edit) and isinstance(second, Edit)
    assert (first.insert[0].subject, second.insert[0].subject) == (node("s"), NamedNode("urn:y:s"))


@pytest.mark.parametrize("text", ["", "  # nothing\n", "PREFIX a: <urn:x:>"])
def test_nothing_is_an_update(text: str) -> None:
    assert operations(text) == []


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("SELECT * { ?s ?p ?o }", "update.expected", None),
        ("INSERT { ?s ?p ?o } WHERE {\n SERVICE <urn:x:s> { ?s ?p ?o } }", "query.service-not-allowed", None),
        ("INSERT { ?s ?p ?o } WHERE { \\u0053ERVICE <urn:x:s> { ?s ?p ?o } }", "query.syntax", 1),
        ("INSERT DATA { <urn:x:a> <urn:x:p> _:b } ;\nINSERT DATA { <urn:x:c> <urn:x:p> _:b }", "query.syntax", 2),
        ('INSERT\n{ "x" <urn:x:p> ?o } WHERE { ?s ?p ?o }', "update.template", 2),
        ("INSERT DATA {\n\n <urn:x:a> <urn:x:p> <<( <urn:x:a> <urn:x:p> 1 )>> }", "parse.triple-term", 3),
        ('INSERT DATA { <urn:x:a> <urn:x:p> "x"@en--ltr }', "parse.triple-term", 1),
        ("INSERT DATA { <urn:x:a> <urn:x:p> 'open }", "query.syntax", 1),
        ("CLEAR ALL ;\n; CLEAR ALL", "query.syntax", 2),
        ("CLEAR ALL ; CLEAR ALL ;;", "query.syntax", 1),
        ("INSERT DATA { <urn:x:a> <urn:x:p> 1 } }", "query.syntax", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, code: str, line: int | None) -> None:
    with pytest.raises(QueryError) as caught:
        operations(text)
    assert (caught.value.code, caught.value.place and caught.value.place.line) == (code, line)


def test_long_data_are_no_long_query() -> None:
    lines = "\n".join(f"<urn:x:s{number}> <urn:x:p> {number} ." for number in range(20_000))
    assert len(edit(f"INSERT DATA {{ {lines} }}").insert) == 20_000


names = st.sampled_from("abc").map(node)
literals = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8).map(Literal),
    st.integers(-9, 9).map(Literal),
    st.sampled_from(["1.50", "007", "x"]).map(lambda text: Literal(text, datatype=node("t"))),
)
triples = st.builds(Triple, names, names, st.one_of(names, literals))


@given(st.lists(triples, max_size=5), st.lists(triples, max_size=5), st.sampled_from(["", "?s <urn:x:a> ?o"]))
def test_edits_do_what_the_engine_does(before: list[Triple], new: list[Triple], pattern: str) -> None:
    data = " ".join(f"{item} ." for item in new)
    text = f"""DELETE {{ ?s ?p ?o . {data} }} INSERT {{ ?o ?p ?s . ?s <urn:x:n> ?o . {data} }}
        WHERE {{ ?s ?p ?o {{ {pattern} }} }}"""
    ours, theirs = Store(), Store()
    for store in (ours, theirs):
        store.extend(Quad(item.subject, item.predicate, item.object) for item in before)
    theirs.update(text)
    carry_out(ours, text, BASE)
    assert set(ours) == set(theirs)


@given(st.lists(triples, max_size=8))
def test_data_keep_their_lexical_forms(said: list[Triple]) -> None:
    text = "\n".join(f"{item} ." for item in said)
    assert {item for _, item in instantiated(edit(f"INSERT DATA {{ {text} }}").insert, {})} == {
        quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)
    }
