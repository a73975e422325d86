"""Rebasing: another base IRI in one commit; all follows, and what was said before stays as it was said."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identities import by_content, label_of
from pyoxigraph import Literal, NamedNode, Triple

import modellake
from lakes import BASE, CHURN, quads, said, turtle
from modellake.core.errors import RefusedError, UnavailableError, UsageError
from modellake.core.vocab import DCT
from modellake.lake.lake import Lake

RELATION = NamedNode("http://purl.org/dc/terms/relation")
NEW = "https://models.example.net/catalog/"
OUTSIDE = f'<https://elsewhere.example/d> a lake:Dataset ; dct:title "D" ; dct:source <{BASE}model/acme/churn> .'
KILLED = """
import os, signal, sys
import modellake
from modellake.lake.rebase import Renaming
renamed = Renaming.content
def die(self, held):
    if "churn" in held.record:
        os.kill(os.getpid(), signal.SIGKILL)
    return renamed(self, held)
Renaming.content = die
with modellake.open(sys.argv[1]) as lake:
    lake.rebase(sys.argv[2], reason="publish")
"""


def fill(lake: Lake) -> None:
    """All sorts of contents: two sources, a curated value, a retraction, a resource of others, a blank node."""
    said(lake, CHURN + OUTSIDE)
    said(lake, '<model/acme/churn> a lake:Model ; dct:title "Attrition" ; dct:creator [ dct:title "A" ] .', "urn:b")
    said(lake, '<dataset/bank> a lake:Dataset ; dct:title "See <https://lake.example.org/x>" .', f"{BASE}source/bank")
    churn = NamedNode(f"{BASE}model/acme/churn")
    lake.curate(
        add=[Triple(churn, RELATION, NamedNode(f"{BASE}dataset/bank"))],
        remove=[Triple(churn, DCT.title, Literal("Attrition"))],
        reason="It is called so nowhere.",
        agent="ada",
    )


def states(lake: Lake) -> dict[str, set[str]]:
    """The statements of every resource, as text."""
    found = {}
    for record in lake.ledger.records():
        home = lake.iris.topic(NamedNode(record))
        found[home.value] = set(lake.state(home).lines)
    return found


def renamed(found: dict[str, set[str]], old: str, new: str) -> dict[str, set[str]]:
    """The same with all IRIs renamed, by text: in these states no literal holds the base IRI behind a '<'."""
    return {
        home.replace(old, new) if home.startswith(old) else home: {
            line.replace(f"<{old}", f"<{new}").replace(f"See <{new}", f"See <{old}") for line in lines
        }
        for home, lines in found.items()
    }


def test_everything_begins_with_the_new_base_iri(lake: Lake) -> None:
    fill(lake)
    before, head, base = states(lake), lake.ledger.head(), lake.ledger.base_iri
    done = lake.rebase(NEW, reason="We publish.", agent="ada")
    assert (done.old, done.new, done.sequence) == (base, NEW, head.sequence + 1)
    assert done.records == len(before)
    assert lake.ledger.base_iri == lake.iris.base == NEW
    assert states(lake) == renamed(before, BASE, NEW)
    assert lake.verify(head=head.hash, deep=True).conforms
    told = [str(quad) for quad in quads(lake)]
    assert not [line for line in told if f"<{BASE}" in line.replace(f"See <{BASE}", "")]
    commit = lake.ledger.commit(done.sequence or 0)
    assert commit.message == "We publish."
    assert lake.ledger.rules(commit.sequence)["base"] == NEW.encode()


def test_what_is_opened_again_has_the_new_base_iri(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        fill(lake)
        lake.rebase(NEW, reason="We publish.")
        shown = quads(lake)
    with modellake.open(tmp_path, base_iri=NEW) as lake:
        assert quads(lake) == shown
        assert lake.verify(deep=True).conforms
    with pytest.raises(UsageError) as caught:
        modellake.open(tmp_path, base_iri=BASE)
    assert caught.value.code == "base-iri.differs"


def test_the_past_answers_under_its_own_base_iri(lake: Lake) -> None:
    fill(lake)
    asked = "SELECT ?model { ?model a <https://w3id.org/model-lake#Model> }"
    lake.rebase(NEW, reason="We publish.")
    assert lake.query(asked).column("model") == [f"{NEW}model/acme/churn"]
    assert lake.query(asked, as_of=1).column("model") == [f"{BASE}model/acme/churn"]
    assert lake.state("acme/churn", at=1).home.value == f"{BASE}model/acme/churn"
    assert lake.resolve(f"{BASE}model/acme/churn").value == f"{NEW}model/acme/churn"


@pytest.mark.parametrize("new", [f"{BASE}deeper/", BASE])
def test_one_base_iri_may_begin_with_the_other(tmp_path: Path, new: str) -> None:
    old = f"{BASE}deep/" if new == BASE else BASE
    with modellake.open(tmp_path, base_iri=old) as lake:
        lake.commit(turtle(CHURN), format="turtle", source=f"{old}source/a")
        lake.rebase(new, reason="Another place.")
        assert lake.resolve("acme/churn").value == f"{new}model/acme/churn"
        outside = '<https://lake.example.org/model/other> a lake:Model ; dct:title "Other" .'
        lake.commit(turtle(outside), format="turtle", source="https://lake.example.org/elsewhere")
        assert lake.resolve("https://lake.example.org/model/other").value == "https://lake.example.org/model/other"
        generated = lake.query("SELECT ?r { GRAPH ?g { ?c prov:generated ?r } }").column("r")
        assert all(record.startswith(f"{new}record/") for record in generated)
        assert not lake.query(f"ASK {{ GRAPH ?g {{ ?c prov:used <{new}deep/source/a> }} }}")
        assert lake.query("ASK { GRAPH ?g { ?c prov:used <https://lake.example.org/elsewhere> } }")
        shown = quads(lake)
        lake.rebuild()
        assert quads(lake) == shown
        assert lake.verify(deep=True).conforms


def test_history_goes_back_beyond_it(lake: Lake) -> None:
    fill(lake)
    created = "SELECT ?t { GRAPH ?g { ?r <http://xmlns.com/foaf/0.1/primaryTopic> <model/acme/churn> ; <%s> ?t } }"
    before = lake.query(created % DCT.created.value).column("t")
    lake.rebase(NEW, reason="We publish.")
    entries = lake.history.of(lake.resolve("acme/churn"))
    assert {entry.sequence for entry in entries} == {1, 2, 4, 5}
    assert all(entry.action != "withdrawn" for entry in entries)
    assert lake.query(created % DCT.created.value).column("t") == before
    difference = lake.history.difference(lake.resolve("acme/churn"), 4, 5)
    assert not difference.added
    assert not difference.removed


def test_retractions_and_curated_values_outlive_it(lake: Lake) -> None:
    fill(lake)
    lake.rebase(NEW, reason="We publish.")
    said(lake, '<model/acme/churn> a lake:Model ; dct:title "Attrition" .', "urn:b")
    state = lake.state("acme/churn")
    assert [item.statement.subject.value for item in state.retractions] == [f"{NEW}model/acme/churn"]
    assert state.retractions[0].agent == f"{NEW}agent/ada"
    assert {item.object.value for item in state.statements if item.predicate == DCT.title} == {"Churn"}
    assert Triple(state.home, RELATION, NamedNode(f"{NEW}dataset/bank")) in state.statements


def test_types_and_quarantine_follow(lake: Lake) -> None:
    fill(lake)
    with pytest.raises(RefusedError):
        said(lake, '<model/acme/bad> a lake:Model ; lake:noSuchTerm "x" .', f"{BASE}source/bad")
    lake.rebase(NEW, reason="We publish.")
    assert lake.ledger.types_of([f"{NEW}model/acme/churn", f"{BASE}model/acme/churn"]) == {
        f"{NEW}model/acme/churn": {"https://w3id.org/model-lake#Model"}
    }
    assert [item.source for item in lake.ledger.quarantine.list()] == [f"{NEW}source/bad"]
    said(lake, '<model/acme/bad> a lake:Model ; dct:title "x" .', f"{NEW}source/bad")
    assert lake.ledger.quarantine.count() == 0


def test_decisions_about_identity_follow(lake: Lake) -> None:
    said(lake, '<dataset/a> a lake:Dataset ; dct:title "A" . <dataset/b> a lake:Dataset ; dct:title "B" .')
    said(lake, OUTSIDE, "urn:o")
    lake.accept_duplicate("dataset/a", "dataset/b", reason="One file.", into="dataset/a", agent="ada")
    lake.reject_duplicate("dataset/a", "https://elsewhere.example/d", reason="No.", agent="ada")
    lake.rebase(NEW, reason="We publish.")
    names = lake.identities.names_at(None)
    assert names.canonical == {f"{NEW}dataset/b": f"{NEW}dataset/a"}
    assert {pair: item.same for pair, item in names.decisions.items()} == {
        (f"{NEW}dataset/a", f"{NEW}dataset/b"): True,
        ("https://elsewhere.example/d", f"{NEW}dataset/a"): False,
    }
    assert lake.verify(deep=True).conforms
    assert lake.identities.names_at(3).canonical == {f"{BASE}dataset/b": f"{BASE}dataset/a"}


def test_what_is_known_to_be_the_same_stays_so(lake: Lake) -> None:
    """The index of identifiers follows: what comes later is known by the names of now."""
    one, other, third = (f"model/{name}/version/{label_of('weights')}" for name in "abc")
    said(lake, by_content("a", "weights"), source="urn:a")
    said(lake, by_content("b", "weights"), source="urn:b")
    before = lake.ledger.identifiers.of_records(lake.ledger.records())
    assert before
    lake.rebase(NEW, reason="We publish.")
    after = lake.ledger.identifiers.of_records(lake.ledger.records())
    assert after == {record.replace(BASE, NEW): items for record, items in before.items()}
    said(lake, by_content("c", "weights"), source="urn:c")
    assert lake.identities.names_at(None).canonical == {NEW + other: NEW + one, NEW + third: NEW + one}
    assert len(lake.state(NEW + third).said) == 3
    assert lake.verify(deep=True).conforms


def test_an_empty_lake_can_be_rebased(lake: Lake) -> None:
    assert lake.rebase(NEW, reason="A better name.").sequence == 1
    said(lake, CHURN)
    assert lake.resolve("acme/churn").value.startswith(NEW)
    assert lake.verify(deep=True).conforms


def test_a_dry_run_writes_nothing(lake: Lake) -> None:
    fill(lake)
    before, head = quads(lake), lake.ledger.head()
    told = lake.rebase(NEW, reason="To see.", dry_run=True)
    assert (told.sequence, told.records, told.sources) == (None, 4, 2)
    assert (quads(lake), lake.ledger.head()) == (before, head)


def test_two_resources_never_get_one_name(lake: Lake) -> None:
    said(lake, CHURN + f'<{NEW}model/acme/churn> a lake:Model ; dct:title "Another" .')
    head = lake.ledger.head()
    with pytest.raises(UsageError) as caught:
        lake.rebase(NEW, reason="We publish.")
    assert caught.value.code == "rebase.collision"
    assert lake.ledger.head() == head
    assert lake.iris.base == BASE


@pytest.mark.parametrize(("base", "code"), [(BASE, "rebase.same"), ("https://x.example/no", "base-iri.malformed")])
def test_what_is_no_new_base_iri_is_refused(lake: Lake, base: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        lake.rebase(base, reason="We publish.")
    assert caught.value.code == code


def test_killed_in_the_middle_nothing_has_happened(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        fill(lake)
        before, head = quads(lake), lake.ledger.head()
    command = [sys.executable, "-c", KILLED, str(tmp_path), NEW]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        assert (quads(lake), lake.ledger.head()) == (before, head)
        assert lake.verify(deep=True).conforms


def test_who_has_it_open_under_the_old_name_cannot_write(tmp_path: Path) -> None:
    from modellake.bootstrap import open_ledger
    from modellake.ledger.commits import Change, Draft

    with modellake.open(tmp_path, base_iri=BASE) as lake:
        fill(lake)
        with open_ledger(tmp_path) as other:
            assert other.base_iri == BASE
            lake.rebase(NEW, reason="We publish.")
            late = Change(f"{BASE}record/model/late", "urn:late", b"")
            with pytest.raises(UnavailableError) as caught:
                other.append(Draft("urn:me", "late", [late], lake_time(lake)))
        assert caught.value.code == "ledger.rebased"


def lake_time(lake: Lake) -> object:
    from datetime import datetime

    return datetime.fromisoformat(lake.ledger.commit(1).time)


TITLES = st.dictionaries(st.sampled_from("abcde"), st.text(alphabet='x<>/é "', max_size=6), min_size=1)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=TITLES, second=TITLES)
def test_there_and_back_is_where_it_was(
    first: dict[str, str], second: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with modellake.open(tmp_path_factory.mktemp("lake"), base_iri=BASE) as lake:
        for number, titles in enumerate((first, second)):
            for name, title in titles.items():
                statement = Triple(NamedNode(f"{BASE}dataset/{name}"), DCT.title, Literal(f"t{title}"))
                kind = f"<dataset/{name}> a lake:Dataset ; dct:relation <dataset/{name}x> .\n{statement} ."
                lake.commit(turtle(kind), format="turtle", source=f"{BASE}source/{number}/{name}")
        before, head = states(lake), lake.ledger.head()
        lake.rebase(NEW, reason="There.")
        there = states(lake)
        assert there == {
            home.replace(BASE, NEW): {line.replace(f"<{BASE}", f"<{NEW}") for line in lines}
            for home, lines in before.items()
        }
        lake.rebase(BASE, reason="And back.")
        assert states(lake) == before
        assert lake.verify(head=head.hash, deep=True).conforms
