"""Splitting by home and naming blank nodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.errors import ParseError
from modellake.rdf.codec import read_statements
from modellake.rdf.formats import syntax_named
from modellake.rdf.homes import split_by_home

BASE = "https://lake.example.org/"


def split(turtle: str) -> dict[str, frozenset[Triple]]:
    statements = read_statements(turtle.encode(), syntax_named("turtle"), base=BASE)
    return {home.value.removeprefix(BASE): group for home, group in split_by_home(statements).by_home.items()}


def nodes(turtle: str, home: str = "m") -> set[str]:
    return {item.subject.value for item in split(turtle)[home]} - {BASE + home}


def refusal(turtle: str) -> str:
    with pytest.raises(ParseError) as caught:
        split(turtle)
    assert caught.value.remedy
    return caught.value.code


def test_fragments_live_with_their_resource() -> None:
    assert set(split("<m> <p> 1 . <m#a> <p> 2 . <n#b> <p> 3 .")) == {"m", "n"}


def test_equal_nodes_coincide_and_different_ones_do_not() -> None:
    here = nodes("<m> <p> [ <q> 1.50 ], [ <q> 2 ] .")
    there = nodes("<m> <other> [ <q> 1.5 ] .")
    assert len(here) == 2
    assert there < here


def test_editing_one_node_leaves_its_siblings_alone() -> None:
    before = nodes("<m> <p> [ <q> 1 ], [ <q> 2 ], [ <q> 3 ] .")
    after = nodes("<m> <p> [ <q> 1 ], [ <q> 2 ], [ <q> 4 ] .")
    assert len(before & after) == 2


def test_nested_nodes_depend_on_what_is_inside() -> None:
    assert nodes("<m> <p> [ <q> [ <r> 1 ] ] .").isdisjoint(nodes("<m> <p> [ <q> [ <r> 2 ] ] ."))


def test_lists_are_kept() -> None:
    (group,) = split("<m> <p> ( 1 2 3 ) .").values()
    assert len(group) == 7


def test_many_equal_looking_nodes_are_fine() -> None:
    inner = " , ".join(f"[ <kind> <x> ; <inner> [ <value> {number} ] ]" for number in range(50))
    assert len(nodes(f"<m> <p> {inner} .")) == 100


@pytest.mark.parametrize(
    ("turtle", "code"),
    [
        ("<m> <p> _:a . _:a <q> _:b . _:b <q> _:a .", "blank-node.cycle"),
        ("<m> <p> _:a . _:a <q> _:a .", "blank-node.cycle"),
        ("<m> <p> _:a . <n> <p> _:a . _:a <q> 1 .", "blank-node.shared"),
        ("[ <q> 1 ] .", "blank-node.root"),
        ("<m> <p> _:a, _:b . <n> <p> _:b . _:a <q> _:c . _:b <q> _:c .", "blank-node.shared"),
    ],
)
def test_what_has_no_single_home_is_refused(turtle: str, code: str) -> None:
    assert refusal(turtle) == code


def test_nine_interlinked_nodes_are_refused_as_a_cycle() -> None:
    links = " ".join(f"_:n{a} <p> _:n{b} ." for a in range(9) for b in range(9) if a != b)
    assert refusal(f"<m> <p> _:n0 . {links}") == "blank-node.cycle"


def test_a_long_chain_needs_no_deep_stack() -> None:
    links = " ".join(f"_:n{number} <p> _:n{number + 1} ." for number in range(20_000))
    assert len(nodes(f"<m> <p> _:n0 . {links} _:n20000 <q> 1 .")) == 20_001


def test_a_ladder_of_shared_nodes_takes_linear_time() -> None:
    """Each rung is referred to twice: 2^200 paths, 400 nodes."""
    rungs = " ".join(
        f"_:a{n} <p> _:a{n + 1}, _:b{n + 1} . _:b{n} <p> _:a{n + 1}, _:b{n + 1} ; <q> {n} ." for n in range(200)
    )
    assert len(nodes(f"<m> <p> _:a0, _:b0 . {rungs} _:a200 <q> 1 . _:b200 <q> 2 .")) == 402


@st.composite
def trees(draw: st.DrawFn) -> list[Triple]:
    """Statements about one resource with blank nodes that form a forest below it."""
    subjects: list[NamedNode | BlankNode] = [NamedNode(BASE + "m")]
    statements: list[Triple] = []
    for number in range(draw(st.integers(0, 12))):
        parent = draw(st.sampled_from(subjects))
        predicate = NamedNode(BASE + draw(st.sampled_from("pq")))
        if draw(st.booleans()):
            child = BlankNode(f"b{number}")
            statements.append(Triple(parent, predicate, child))
            subjects.append(child)
        else:
            statements.append(Triple(parent, predicate, Literal(draw(st.sampled_from("xyz")))))
    return statements


@given(statements=trees(), random=st.randoms())
def test_names_do_not_depend_on_labels_or_order(statements: list[Triple], random: object) -> None:
    relabeled = [
        Triple(_relabel(item.subject), item.predicate, _relabel(item.object))  # type: ignore[arg-type]
        for item in statements
    ]
    random.shuffle(relabeled)  # type: ignore[attr-defined]
    assert split_by_home(statements).by_home == split_by_home(relabeled).by_home


@given(statements=trees())
def test_splitting_what_was_split_changes_nothing(statements: list[Triple]) -> None:
    once = split_by_home(statements).by_home
    again = split_by_home(item for group in once.values() for item in group).by_home
    assert once == again


def _relabel(term: object) -> object:
    return BlankNode(f"other{term.value}") if isinstance(term, BlankNode) else term
