"""Decisions: what people accept is one, what they reject is two, and both can be undone and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from identities import by_content, label_of, merged, version

import modellake
from lakes import BASE, quads, said
from modellake.core.errors import NotFoundError, UsageError
from modellake.lake.lake import Lake

TWO = '<model/acme/churn> a lake:Model ; dct:title "Churn" . <model/churn> a lake:Model ; dct:title "Churn" .'
DECISION = """
SELECT ?kind ?who ?why ?when { GRAPH ?g {
  ?decision a ?kind ; lake:comparesResource <model/acme/churn> , <model/churn> ;
    prov:wasAttributedTo ?who ; lake:reason ?why ; prov:generatedAtTime ?when .
  FILTER(?kind != lake:IdentityDecision) } }
"""


def made_again(lake: Lake) -> None:
    shown = quads(lake)
    lake.rebuild()
    assert quads(lake) == shown
    assert lake.verify().conforms


def pairs(lake: Lake) -> list[tuple[str, str]]:
    return [(pair.one.value.removeprefix(BASE), pair.other.value.removeprefix(BASE)) for pair in lake.duplicates()]


def test_a_pair_of_equal_names_is_proposed_and_accepted(lake: Lake) -> None:
    said(lake, TWO)
    assert pairs(lake) == [("model/acme/churn", "model/churn")]
    receipt = lake.accept_duplicate("acme/churn", "model/churn", reason="one model", agent="ada")
    assert (receipt.commits, receipt.sequence) == (1, 2)
    assert merged(lake) == {"model/churn": "model/acme/churn"}
    assert pairs(lake) == []
    ((kind, who, why, when),) = lake.query(DECISION).rows
    assert (kind.value.rpartition("#")[2], who.value, why.value) == ("Identification", BASE + "agent/ada", "one model")
    assert when.value[:10] == lake.ledger.commit(2).time[:10]
    assert lake.ledger.commit(2).message == "one model"
    made_again(lake)


def test_a_version_is_found_by_any_name_of_its_line(lake: Lake) -> None:
    said(lake, TWO + '<model/churn/version/7> a lake:ModelVersion ; dcat:version "7" ; lake:versionOf <model/churn> .')
    lake.accept_duplicate("acme/churn", "model/churn", reason="one model")
    expected = BASE + "model/churn/version/7"
    assert {lake.resolve(name).value for name in ("acme/churn@7", "churn@7", "model/churn@7")} == {expected}
    assert lake.query("SELECT ?l { <model/churn/version/7> lake:versionOf ?l }").column("l") == [
        BASE + "model/acme/churn"
    ]


def test_the_name_that_people_want_is_kept(lake: Lake) -> None:
    said(lake, TWO)
    lake.accept_duplicate("acme/churn", "model/churn", into="model/churn", reason="as we call it")
    assert merged(lake) == {"model/acme/churn": "model/churn"}
    lake.accept_duplicate("acme/churn", "model/churn", into="acme/churn", reason="as they call it")
    assert merged(lake) == {"model/churn": "model/acme/churn"}
    made_again(lake)


def test_what_is_rejected_is_never_proposed_again(lake: Lake) -> None:
    said(lake, TWO)
    lake.reject_duplicate("model/churn", "acme/churn", reason="another one")
    assert merged(lake) == {}
    assert pairs(lake) == []
    said(lake, TWO.replace('"Churn"', '"Churn again"'))
    assert pairs(lake) == []
    assert lake.query(DECISION).column("kind") == ["https://w3id.org/model-lake#Distinction"]
    made_again(lake)


def test_an_accepted_pair_is_parted_by_rejecting_it_and_the_past_stays(lake: Lake) -> None:
    said(lake, TWO)
    before = quads(lake)
    lake.accept_duplicate("acme/churn", "model/churn", reason="one model")
    lake.reject_duplicate("acme/churn", "model/churn", reason="no, two")
    assert merged(lake) == {}
    assert lake.resolve("model/churn").value == BASE + "model/churn"
    assert lake.resolve("model/churn", at=2).value == BASE + "model/acme/churn"
    world = {quad for quad in before if "provenance" not in str(quad.graph_name)}
    assert {quad for quad in quads(lake) if "provenance" not in str(quad.graph_name)} == world
    assert not lake.query("ASK { <model/churn> ?p ?o }", as_of=2)
    assert lake.query("ASK { <model/churn> ?p ?o }", as_of=3)
    assert lake.query(DECISION).column("why") == ["no, two"]
    made_again(lake)


def test_an_automatic_merge_is_parted_for_good(lake: Lake) -> None:
    said(lake, by_content("churn", "w"), source="urn:a")
    said(lake, version("acme/churn", "main", {"model.safetensors": "w"}), source="urn:b")
    own = f"model/churn/version/{label_of('w')}"
    lake.reject_duplicate(BASE + own, "acme/churn@main", reason="the file came from elsewhere")
    assert merged(lake) == {}
    said(lake, by_content("churn", "w") + f'<{own}> dct:description "Again." .', source="urn:a")
    assert merged(lake) == {}
    assert not [pair for pair in pairs(lake) if own in pair]
    made_again(lake)


def test_deciding_the_same_again_makes_no_commit(lake: Lake) -> None:
    said(lake, TWO)
    for decide in (lake.accept_duplicate, lake.reject_duplicate):
        assert decide("acme/churn", "model/churn", reason="because").commits == 1
        assert decide("model/churn", "acme/churn", reason="because").commits == 0


def test_a_harvest_leaves_decisions_alone(lake: Lake) -> None:
    said(lake, TWO)
    lake.accept_duplicate("acme/churn", "model/churn", reason="one model")
    assert said(lake, TWO).commits == 0
    said(lake, TWO.replace('"Churn"', '"New"'))
    assert merged(lake) == {"model/churn": "model/acme/churn"}
    said(lake, '<dataset/d> a lake:Dataset ; dct:title "D" .')
    assert merged(lake) == {}, "there is nothing left to be merged"
    said(lake, TWO)
    assert merged(lake) == {"model/churn": "model/acme/churn"}
    made_again(lake)


def test_decisions_that_contradict_others_are_refused(lake: Lake) -> None:
    said(lake, TWO + '<model/other/churn> a lake:Model ; dct:title "Churn" .')
    lake.accept_duplicate("acme/churn", "model/churn", reason="one")
    lake.accept_duplicate("model/churn", "other/churn", reason="one")
    head = lake.ledger.head()
    with pytest.raises(UsageError) as caught:
        lake.reject_duplicate("acme/churn", "other/churn", reason="two")
    assert caught.value.code == "identity.identified-through"
    lake.reject_duplicate("model/churn", "other/churn", reason="two after all")
    lake.reject_duplicate("acme/churn", "other/churn", reason="two")
    with pytest.raises(UsageError) as caught:
        lake.accept_duplicate("model/churn", "other/churn", reason="one again")
    assert caught.value.code == "identity.distinguished"
    assert lake.ledger.head().sequence == head.sequence + 2
    made_again(lake)


def test_what_cannot_be_one_is_refused(lake: Lake) -> None:
    said(lake, TWO + '<dataset/churn> a lake:Dataset ; dct:title "Churn" .')
    head = lake.ledger.head()
    for one, other, reason, into, code in (
        ("acme/churn", "acme/churn", "r", None, "identity.same"),
        ("acme/churn", "dataset/churn", "r", None, "identity.sorts-differ"),
        ("acme/churn", "model/churn", " ", None, "identity.reason"),
        ("acme/churn", "model/churn", "r", "dataset/churn", "identity.into"),
    ):
        with pytest.raises(UsageError) as caught:
            lake.accept_duplicate(one, other, reason=reason, into=into)
        assert caught.value.code == code
    with pytest.raises(NotFoundError):
        lake.accept_duplicate("acme/churn", "model/nobody", reason="r")
    assert lake.ledger.head() == head


def test_names_are_compared_with_what_is_known_besides(lake: Lake) -> None:
    count = '<model/{0}> a lake:Model ; dct:title "{0}" ; lake:parameterCount {1} .'
    said(lake, count.format("acme/bert-base", 7) + count.format("BERT_base", 7), source="urn:a")
    said(lake, count.format("acme/gpt", 7) + count.format("gpt", 8), source="urn:b")
    said(lake, count.format("acme/t5", 7) + count.format("other/t5", 7), source="urn:c")
    (pair,) = lake.duplicates()
    assert pairs(lake) == [("model/BERT_base", "model/acme/bert-base")]
    assert pair.evidence == ("BERT_base and bert-base", "equal lake:parameterCount")
    assert 0.4 < pair.score < 1


def test_lines_of_a_common_version_and_versions_of_one_size_are_proposed(lake: Lake) -> None:
    said(lake, by_content("one", "w"), source="urn:a")
    said(lake, by_content("two", "w"), source="urn:b")
    assert pairs(lake) == [("model/one", "model/two")]
    sized = (
        '<model/{0}> a lake:Model ; dct:title "M" . <model/{0}/version/1> a lake:ModelVersion ; dcat:version "1" ;'
        ' dct:title "Big" ; lake:versionOf <model/{0}> ; lake:hasDistribution <model/{0}/version/1#f> .'
        " <model/{0}/version/1#f> a lake:ModelDistribution ; dcat:byteSize 123456 ; dcat:mediaType"
        " <https://www.iana.org/assignments/media-types/application/octet-stream> ."
    )
    said(lake, sized.format("x") + sized.format("y"), source="urn:c")
    assert ("model/x/version/1", "model/y/version/1") in pairs(lake)


def test_many_alike_are_bounded_and_the_surest_come_first(lake: Lake) -> None:
    many = "".join(f'<model/acme/{"-" * n}name> a lake:Model ; dct:title "N" .' for n in range(1, 60))
    said(lake, many, source="urn:a")
    said(lake, version("a/w", "1", {"m.bin": "w"}) + version("b/w", "1", {"m.bin": "w"}), source="urn:b")
    found = lake.duplicates(5)
    assert len(found) == 5
    assert found[0].score == max(pair.score for pair in lake.duplicates(1000))
    assert len(lake.duplicates(1000)) <= 25


def test_two_lakes_decide_alike(tmp_path: Path) -> None:
    """The names that are kept do not depend on when which decision was made."""
    outcomes = []
    steps = [("model/b", "model/c", "model/c"), ("model/a", "model/b", None)]
    for order in (steps, steps[::-1]):
        with modellake.open(tmp_path / str(len(outcomes)), base_iri=BASE) as lake:
            said(lake, "".join(f'<model/{name}> a lake:Model ; dct:title "T" .' for name in "abc"))
            for one, other, into in order:
                lake.accept_duplicate(one, other, into=into, reason="one")
            outcomes.append(merged(lake))
    assert outcomes[0] == outcomes[1] == {"model/a": "model/c", "model/b": "model/c"}
