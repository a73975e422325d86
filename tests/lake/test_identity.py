"""Identity: what bears one identifier is one resource, whatever it is called; a name alone never makes it so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from identities import NAMESPACES, by_content, digest, label_of, merged, version
from pyoxigraph import Literal, NamedNode, Triple

import modellake
from lakes import BASE, CHURN, quads, said, statements
from modellake.core.description import Description, Source
from modellake.core.errors import UnavailableError
from modellake.core.vocab import DCT, LAKE
from modellake.lake.lake import Lake
from modellake.lake.views import Audience

DOI = "10.5281/zenodo.123456"
SOURCES = "SELECT DISTINCT ?s { GRAPH ?g { ?r foaf:primaryTopic <%s> ; dct:source ?s } }"
COMMIT = "86b5e0934494bd15c9632b12f734a8a67f723594"


def one_resource(lake: Lake, home: str, alias: str, sources: int = 2) -> None:
    """Both names mean one resource, said by several sources, in the view and in the ledger, now and made again."""
    assert merged(lake) == {alias: home}
    assert lake.resolve(BASE + alias) == lake.resolve(NamedNode(BASE + alias)) == NamedNode(BASE + home)
    assert len(lake.query(SOURCES % (BASE + home))) == sources
    assert len(lake.state(BASE + alias).said) == sources
    assert not lake.query(f"ASK {{ {{ <{alias}> ?p ?o }} UNION {{ ?s ?p <{alias}> }} }}")
    assert lake.query(f"ASK {{ GRAPH ?g {{ <{alias}> lake:mergedInto <{home}> }} }}")
    assert not lake.query("ASK { { ?s owl:sameAs ?o } UNION { GRAPH ?g { ?s owl:sameAs ?o } } }")
    made_again(lake)


def made_again(lake: Lake) -> None:
    """The view made anew, and the one of the present as a past, hold what the view holds."""
    shown = quads(lake)
    assert Counter(lake.past(lake.ledger.head().sequence).engine.quads()) == shown
    lake.rebuild()
    assert quads(lake) == shown
    assert lake.verify().conforms


def test_a_file_under_two_names_is_one_version(lake: Lake) -> None:
    said(lake, by_content("a", "weights"), source="urn:a")
    said(lake, by_content("b", "weights"), source="urn:b")
    label = label_of("weights")
    one_resource(lake, f"model/a/version/{label}", f"model/b/version/{label}")


@pytest.mark.parametrize("first", [True, False])
def test_a_file_is_the_version_of_a_repository_that_holds_it(lake: Lake, first: bool) -> None:
    texts = [by_content("churn", "weights"), version("acme/churn", "main", {"model.safetensors": "weights"})]
    for number, text in enumerate(texts if first else texts[::-1]):
        said(lake, text, source=f"urn:{number}")
    one_resource(lake, "model/acme/churn/version/main", f"model/churn/version/{label_of('weights')}")


def test_models_with_one_doi_are_one(lake: Lake) -> None:
    doi = '; dct:identifier "{}" ; dct:title "Churn" .'
    said(lake, "<model/acme/churn> a lake:Model " + doi.format(DOI), source="urn:a")
    said(lake, "<model/elsewhere> a lake:Model " + doi.format(f"https://doi.org/{DOI.upper()}"), source="urn:b")
    one_resource(lake, "model/acme/churn", "model/elsewhere")


def test_a_doi_is_a_name_too(lake: Lake) -> None:
    said(lake, f'<dataset/crawl> a lake:Dataset ; dct:title "C" ; dct:identifier "doi:{DOI}" .', source="urn:a")
    said(lake, f'<https://doi.org/{DOI}> a lake:Dataset ; dct:title "C" .', source="urn:b")
    assert lake.resolve(f"https://doi.org/{DOI}") == lake.resolve("crawl")
    made_again(lake)


@pytest.mark.parametrize("source_first", [True, False])
def test_an_id_of_the_hub_in_other_words_is_that_model(lake: Lake, source_first: bool) -> None:
    texts = [
        '<model/google-bert/bert-base-uncased> a lake:Model ; dct:title "BERT" .',
        NAMESPACES + '<model/bert> a lake:Model ; dct:title "B" ;'
        ' schema:identifier "pkg:huggingface/google-bert/bert-base-uncased" .',
    ]
    for number, text in enumerate(texts if source_first else texts[::-1]):
        said(lake, text, source=f"urn:{number}")
    one_resource(lake, "model/bert", "model/google-bert/bert-base-uncased")


def test_packages_of_one_package_url_are_one(lake: Lake) -> None:
    text = '<code/{}> a lake:CodeRepository ; dct:title "R" ; dct:identifier "{}" .'
    said(lake, text.format("a", "pkg:pypi/scikit_learn"), source="urn:a")
    said(lake, text.format("b", "pkg:pypi/scikit-learn"), source="urn:b")
    one_resource(lake, "code/a", "code/b")


def test_a_commit_of_a_repository_is_one_version_of_code(lake: Lake) -> None:
    text = (
        '<code/{0}> a lake:CodeRepository ; dct:title "R" . <code/{0}/version/{0}> a lake:CodeVersion ;'
        ' lake:versionOf <code/{0}> ; lake:repositoryURL "{1}" ; lake:commitIdentifier "{2}" .'
    )
    said(lake, text.format("a", "https://github.com/acme/churn.git", COMMIT), source="urn:a")
    said(lake, text.format("b", "git@github.com:Acme/churn", COMMIT.upper().lower()), source="urn:b")
    one_resource(lake, "code/a/version/a", "code/b/version/b")
    dirty = text.format("c", "https://github.com/acme/churn", COMMIT)
    said(lake, dirty + " <code/c/version/c> lake:hasUncommittedChanges true .", source="urn:c")
    assert len(merged(lake)) == 1, "a working copy with changes is not the commit"


def test_equal_names_and_titles_are_two_resources(lake: Lake) -> None:
    said(lake, '<model/acme/churn> a lake:Model ; dct:title "Churn" .', source="urn:a")
    said(lake, '<model/churn> a lake:Model ; dct:title "Churn" .', source="urn:b")
    said(lake, '<dataset/churn> a lake:Dataset ; dct:title "Churn" .', source="urn:c")
    assert merged(lake) == {}


@pytest.mark.parametrize(
    "files",
    [
        {"tokenizer.json": "same", "LICENSE": "same", ".gitattributes": "same", "config.json": "same"},
        {"training_args.bin": "same", "optimizer.pt": "same"},
        {"empty.safetensors": ""},
        {"text_encoder/model.safetensors": "same", "vae/model.safetensors": "same"},
    ],
    ids=["beside", "of training", "empty", "parts of a pipeline"],
)
def test_what_many_models_have_in_common_is_no_evidence(lake: Lake, files: dict[str, str]) -> None:
    said(lake, version("a/one", "main", files), source="urn:a")
    said(lake, by_content("part", "same", "part.safetensors"), source="urn:b")
    said(lake, by_content("empty", "", "empty.safetensors"), source="urn:c")
    assert not {home for home in merged(lake).values() if home.startswith("model/a/one")}
    assert lake.duplicates() == []


def test_one_of_several_weights_does_not_stand_for_a_version(lake: Lake) -> None:
    said(lake, version("acme/many", "main", {"a.gguf": "a", "b.gguf": "b"}), source="urn:a")
    said(lake, by_content("a", "a", "a.gguf"), source="urn:b")
    assert merged(lake) == {}
    said(lake, version("acme/many", "main", {"a.gguf": "a", "b.safetensors": "b"}), source="urn:a")
    assert merged(lake) == {f"model/a/version/{label_of('a')}": "model/acme/many/version/main"}


def test_repositories_with_equal_weights_are_for_people_to_judge(lake: Lake) -> None:
    said(lake, version("acme/churn", "main", {"model.safetensors": "w"}), source="urn:a")
    said(lake, by_content("churn", "w"), source="urn:b")
    assert len(merged(lake)) == 1
    said(lake, version("mirror/churn", "main", {"model.safetensors": "w"}), source="urn:c")
    assert merged(lake) == {}, "of which of the two the file is cannot be told"
    versions = [pair for pair in lake.duplicates() if pair.evidence[0].startswith("equal sha256:")]
    assert len(versions) == 2
    made_again(lake)
    said(lake, '<dataset/d> a lake:Dataset ; dct:title "D" .', source="urn:c")
    assert len(merged(lake)) == 1, "the other repository is gone"
    made_again(lake)


def test_two_revisions_with_equal_weights_are_two_versions(lake: Lake) -> None:
    files = {"model.safetensors": "w"}
    said(lake, version("acme/churn", "1", files) + version("acme/churn", "2", files), source="urn:a")
    assert merged(lake) == {}
    assert lake.duplicates() == []


def test_a_concept_doi_does_not_merge_versions(lake: Lake) -> None:
    doi = f'; dct:identifier "{DOI}"'
    said(lake, version("acme/churn", "1", {}, doi) + version("acme/churn", "2", {}, doi), source="urn:a")
    assert merged(lake) == {}


def test_the_doi_of_a_paper_on_arxiv_is_not_that_of_a_model(lake: Lake) -> None:
    for name in ("a", "b"):
        text = f'<model/{name}> a lake:Model ; dct:title "T" ; dct:identifier "10.48550/arXiv.1810.04805" .'
        said(lake, text, source=f"urn:{name}")
    assert merged(lake) == {}


def test_datasets_of_equal_data_by_another_name_scheme_are_one(lake: Lake) -> None:
    data = {"train.parquet": "rows", "README.md": "text"}
    said(lake, version("acme/d", "1", data, sort="Dataset"), source="urn:a")
    outside = version("acme/d", "1", data, sort="Dataset").replace("<dataset/acme/d", "<https://data.example.com/d")
    said(lake, outside, source="urn:b")
    home = f"{BASE}dataset/acme/d/version/1"
    assert lake.resolve("https://data.example.com/d/version/1") in (
        NamedNode(home),
        NamedNode("https://data.example.com/d/version/1"),
    )
    assert len(merged(lake)) == 1
    made_again(lake)


def test_retracted_evidence_is_none(lake: Lake) -> None:
    said(lake, f'<model/a> a lake:Model ; dct:title "A" ; dct:identifier "{DOI}" .', source="urn:a")
    said(lake, f'<model/b> a lake:Model ; dct:title "B" ; dct:identifier "{DOI}" .', source="urn:b")
    assert merged(lake) == {"model/b": "model/a"}
    lake.withdraw("urn:a", message="gone")
    assert merged(lake) == {}
    assert lake.resolve("b") == NamedNode(BASE + "model/b")
    made_again(lake)


def test_what_merged_sources_disagree_on_are_claims(lake: Lake) -> None:
    said(lake, by_content("churn", "w"), source="urn:a")
    text = version("acme/churn", "main", {"model.safetensors": "w"}, '; lake:parameterCount 7 ; dcat:version "main"')
    said(lake, text, source="urn:b")
    receipt = said(lake, by_content("churn", "w") + f"<{_own()}> lake:parameterCount 8 .", source="urn:a")
    claims = lake.query("claims", property=LAKE.parameterCount)
    assert sorted(zip(claims.column("value"), claims.column("source"), strict=True)) == [(7, "urn:b"), (8, "urn:a")]
    assert set(claims.column("resource")) == {f"{BASE}model/acme/churn/version/main"}
    assert "gate.contradiction" in {finding.code for _, finding in receipt.findings}
    made_again(lake)


def _own() -> str:
    return f"model/churn/version/{label_of('w')}"


def test_references_follow_the_name(lake: Lake) -> None:
    said(lake, by_content("churn", "w"), source="urn:a")
    run = f'<run/1> a lake:Run ; dct:title "R" ; lake:runStatus lake:finished ; lake:produced <{_own()}> .'
    said(lake, run, source="urn:run")
    said(lake, version("acme/churn", "main", {"model.safetensors": "w"}), source="urn:b")
    assert lake.query("ASK { <run/1> lake:produced <model/acme/churn/version/main> }")
    later = f"<evaluation/1> a lake:Evaluation ; lake:evaluates <{_own()}> ; lake:metric metric:f1 ; lake:value 0.5 ."
    said(lake, later, source="urn:later")
    assert lake.query("ASK { <evaluation/1> lake:evaluates <model/acme/churn/version/main> }")
    made_again(lake)
    lake.withdraw("urn:b", message="gone")
    assert lake.query(f"ASK {{ <run/1> lake:produced <{_own()}> }}")
    assert lake.query(f"ASK {{ <evaluation/1> lake:evaluates <{_own()}> }}")
    made_again(lake)


def test_before_the_merge_there_were_two(lake: Lake) -> None:
    said(lake, by_content("churn", "w"), source="urn:a")
    said(lake, version("acme/churn", "main", {"model.safetensors": "w"}), source="urn:b")
    home, alias = f"{BASE}model/acme/churn/version/main", BASE + _own()
    assert lake.resolve(alias).value == home
    assert lake.resolve(alias, at=1).value == alias
    assert lake.query(f"ASK {{ <{alias}> a lake:ModelVersion }}", as_of=1)
    assert not lake.query(f"ASK {{ <{alias}> a lake:ModelVersion }}", as_of=2)
    assert [len(lake.state(alias, at=at).said) for at in (1, 2)] == [1, 2]
    assert lake.history.of(lake.resolve(alias))[0].sequence == 1
    asked = lake.query("five-w-one-h", resource=alias)
    assert len(asked) == len(lake.query("five-w-one-h", resource=home)) > 0


def test_saying_the_same_again_makes_no_commit(lake: Lake) -> None:
    texts = {"urn:a": by_content("churn", "w"), "urn:b": version("acme/churn", "main", {"model.safetensors": "w"})}
    for source, text in texts.items():
        said(lake, text, source=source)
    head = lake.ledger.head()
    for source, text in texts.items():
        assert said(lake, text, source=source).commits == 0
    assert lake.ledger.head() == head


def test_a_merged_resource_is_curated_under_any_name(lake: Lake) -> None:
    said(lake, by_content("churn", "w"), source="urn:a")
    alias = NamedNode(BASE + _own())
    note = Triple(alias, DCT.description, Literal("Before."))
    lake.curate(add=[note], reason="because")
    said(lake, version("acme/churn", "main", {"model.safetensors": "w"}), source="urn:b")
    home = lake.resolve(alias)
    assert lake.query(f'ASK {{ <{home.value}> dct:description "Before." }}')
    wrong = Triple(alias, LAKE.versionOf, NamedNode(BASE + "model/churn"))
    lake.curate(remove=[wrong, Triple(home, DCT.description, Literal("Before."))], reason="a copy")
    assert lake.query(f"SELECT ?l {{ <{home.value}> lake:versionOf ?l }}").column("l") == [f"{BASE}model/acme/churn"]
    assert not lake.query(f"ASK {{ <{home.value}> dct:description ?d }}")
    made_again(lake)


def test_resources_of_different_spaces_stay_two(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, f'<model/a> a lake:Model ; dct:title "A" ; dct:identifier "{DOI}" .')
        secret = statements(f'<model/secret> a lake:Model ; dct:title "S" ; dct:identifier "{DOI}" .')
        lake.commit(Description(Source(NamedNode("urn:s"), "s"), secret, space="secret"))
        assert merged(lake) == {}
    for name in ("b", "c"):
        with modellake.open(tmp_path) as lake:
            text = statements(f'<model/{name}> a lake:Model ; dct:title "S" ; dct:identifier "{DOI}" .')
            lake.commit(Description(Source(NamedNode(f"urn:{name}"), "s"), text, space="secret"))
            assert not lake.query("ASK { GRAPH ?g { ?s lake:mergedInto ?o } }")
            for line in ("one", "two"):
                text = statements(version(f"{line}/secret", "1", {"m.bin": "secret"}))
                lake.commit(Description(Source(NamedNode(f"urn:{line}"), "s"), text, space="secret"))
            assert lake.duplicates() == [], "what must not be read must not be told of"
    with modellake.open(tmp_path, audience=Audience("all", frozenset({"default", "secret"}))) as lake:
        assert len(lake.query("SELECT ?s { GRAPH ?g { ?s lake:mergedInto <model/b> } }")) == 2
        assert len(lake.duplicates()) == 1
        made_again(lake)


def test_a_merge_that_the_view_could_not_follow_is_shown_later(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    said(lake, by_content("churn", "w"), source="urn:a")
    run = f'<run/1> a lake:Run ; dct:title "R" ; lake:runStatus lake:finished ; lake:produced <{_own()}> .'
    said(lake, run, source="urn:run")

    def fails(*_: object) -> None:
        raise UnavailableError("The disk is full", code="engine.failed")

    with monkeypatch.context() as patched:
        patched.setattr(lake.view.engine, "replace", fails)
        with pytest.raises(UnavailableError):
            said(lake, version("acme/churn", "main", {"model.safetensors": "w"}), source="urn:b")
    lake.view.catch_up()
    assert lake.query("ASK { <run/1> lake:produced <model/acme/churn/version/main> }")
    made_again(lake)


def test_another_process_sees_the_names(tmp_path: Path) -> None:
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        said(lake, by_content("a", "w"), source="urn:a")
        said(lake, by_content("b", "w"), source="urn:b")
    with modellake.open(tmp_path) as lake:
        assert len(merged(lake)) == 1
        said(lake, by_content("c", "w"), source="urn:c")
        assert len(merged(lake)) == 2
        made_again(lake)


def test_the_index_can_be_written_anew(lake: Lake) -> None:
    said(lake, by_content("a", "w") + f'<model/x> a lake:Model ; dct:title "X" ; dct:identifier "{DOI}" .')
    said(lake, '<model/acme/x> a lake:Model ; dct:title "X" .', source="urn:x")
    said(lake, '<model/y> a lake:Model ; dct:title "Y" ; dct:identifier "hf://acme/x" .', source="urn:y")
    records = list(lake.ledger.records())
    before = lake.ledger.identifiers.of_records(records)
    assert before
    lake.ledger.identifiers.replace({record: frozenset() for record in records})
    assert lake.ledger.identifiers.of_records(records) == {}
    lake.rebuild()
    assert lake.ledger.identifiers.of_records(records) == before


def test_a_lake_without_identifiers_has_no_index(lake: Lake) -> None:
    said(lake, CHURN)
    assert lake.ledger.identifiers.of_records(lake.ledger.records()) == {}
    assert not lake.identities.names_at(None)
    assert list(lake.ledger.identifiers.decided()) == []
    assert digest("") != digest("w")
