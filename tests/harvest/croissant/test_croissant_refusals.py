"""Bad documents: each is refused with a code, a place and a remedy, or taken in with a finding that has them."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from croissant_files import CR, DOCUMENT, HARVESTER, IRIS, codes, dataset, described, values

from modellake.core.errors import ParseError
from modellake.harvest.croissant.documents import MAX_BYTES
from modellake.harvest.croissant.tree import MAX_DEPTH, MAX_NODES
from modellake.rdf.homes import split_by_home

Write = Callable[[str, str | bytes], Path]
GOOD = json.dumps(dataset(), indent=1)
SEVERAL = json.dumps([dataset(), dataset(name="other")])


@pytest.mark.parametrize(
    ("content", "code", "line", "path"),
    [
        ("", "parse.empty", 1, "$"),
        ("  \n ", "parse.empty", 2, "$"),
        ("no json", "parse.syntax", 1, "$"),
        ('{"a": 1', "parse.syntax", 1, "$"),
        ('{"a": 1}\n}', "parse.syntax", 2, "$"),
        ('{"a": [1,\n]}', "parse.syntax", 2, "$.a[1]"),
        ('{"a": [1\n 2]}', "parse.syntax", 2, "$.a"),
        ('{"a"\n 1}', "parse.syntax", 2, "$.a"),
        ("{a: 1}", "parse.syntax", 1, "$"),
        ('{"a": "\n"}', "parse.syntax", 1, "$.a"),
        ('{"a": "\\x"}', "parse.syntax", 1, "$.a"),
        ('{"a": "never closed', "parse.syntax", 1, "$.a"),
        ('{"a":\n NaN}', "parse.syntax", 2, "$.a"),
        ('{"a": -Infinity}', "parse.syntax", 1, "$.a"),
        ('{"a": 01}', "parse.syntax", 1, "$"),
        ('{"a": tru}', "parse.syntax", 1, "$.a"),
        ('{"a": "\\ud800"}', "parse.encoding", 1, "$.a"),
        ('{"a": {"b": 1,\n "b": 2}}', "parse.duplicate-key", 2, "$.a.b"),
        ('{"a": ' + "9" * 2_000 + "}", "parse.too-large", 1, "$.a"),
        ('{"' + "k" * 2_000 + '": 1}', "parse.too-large", 1, "$"),
        ("[" * 10_000, "parse.too-deep", 1, None),
        ('{"a":' * 10_000, "parse.too-deep", 1, None),
        ("1", "parse.not-croissant", 1, "$"),
        ("[]", "parse.not-croissant", 1, "$"),
        ("{}", "parse.not-croissant", 1, "$"),
        ('{"@type": "sc:Person", "name": "me"}', "parse.not-croissant", 1, "$"),
        ('{"@type": "sc:Dataset",\n"@context": "https://example.org/c"}', "parse.remote-context", 2, '$["@context"]'),
        ('{"@type": "sc:Dataset", "@context": 5}', "parse.context", 1, '$["@context"]'),
        (SEVERAL, "parse.several-datasets", 1, "$[1]"),
    ],
)
def test_refusals(content: str, code: str, line: int, path: str | None) -> None:
    with pytest.raises(ParseError) as caught:
        described(content)
    error = caught.value
    assert error.code == code, error
    assert error.remedy and error.place and error.place.document == DOCUMENT
    assert error.place.line == line
    assert path is None or error.place.path == path


@pytest.mark.parametrize(
    "context",
    [
        ["https://schema.org/", "https://w3id.org/ro/crate/1.1/context"],
        {"@import": "https://example.org/context"},
        [{"@vocab": "https://schema.org/"}, ["file:///etc/hostname"]],
    ],
)
def test_remote_contexts_are_never_fetched(context: Any) -> None:
    with pytest.raises(ParseError) as caught:
        described({**dataset(), "@context": context})
    assert caught.value.code == "parse.remote-context"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    found = described(GOOD.encode(encoding))
    assert values(found, "dct:title") == ["iris", "iris"]
    assert min(place.line or 0 for place in found.places.values()) == 1


@pytest.mark.parametrize("content", [b'{"name": "\xff"}', codecs.BOM_UTF16_LE + b'{"a"', b'{"a": "\0"}'])
def test_wrong_encodings(content: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        described(content)
    assert caught.value.code in ("parse.encoding", "parse.syntax") and caught.value.place


def test_too_large_documents(write: Write) -> None:
    place = write("big.json", b"[" + b" " * MAX_BYTES + b"]")
    with pytest.raises(ParseError) as caught:
        HARVESTER.read(str(place))
    assert caught.value.code == "parse.too-large" and caught.value.remedy
    with pytest.raises(ParseError) as caught:
        HARVESTER.describe(str(place), b" " * (MAX_BYTES + 1), IRIS)
    assert caught.value.code == "parse.too-large"


def test_too_many_values() -> None:
    with pytest.raises(ParseError) as caught:
        described(json.dumps(dataset(about=[0] * (MAX_NODES + 1))))
    assert caught.value.code == "parse.too-large" and caught.value.place and caught.value.place.path


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for place, code in (("pipe.json", "parse.not-a-file"), ("absent.json", "parse.unreadable")):
        with pytest.raises(ParseError) as caught:
            HARVESTER.read(str(tmp_path / place))
        assert caught.value.code == code and caught.value.remedy


def test_large_texts_are_kept_whole() -> None:
    text = "long " * 2_000_000
    assert values(described(dataset(description=text)), "dct:description") == [text, text]


def test_long_names_make_short_iris() -> None:
    name = "n" * 100_000
    found = described(
        dataset(
            name=name,
            distribution=[{"@type": "cr:FileObject", "@id": name}],
            recordSet=[{"@type": "cr:RecordSet", "@id": name, "field": [{"@type": "cr:Field", "name": name}]}],
            creator={"@id": f"https://example.org/{name}", "name": name},
        )
    )
    named = [term for item in found.statements for term in (item.subject, item.object) if hasattr(term, "value")]
    assert max(len(term.value) for term in named if str(term).startswith("<")) < 3_000
    assert name in values(found, "dct:identifier")


def test_depth_within_the_bound() -> None:
    nested: Any = {"name": "end"}
    for _ in range(MAX_DEPTH - 2):
        nested = {"about": nested}
    found = described(dataset(**nested))
    assert "end" in values(found, "schema:name")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"distribution": "data.csv"}, "value-unexpected"),
        ({"distribution": [["data.csv"]]}, "value-unexpected"),
        ({"name": [["iris"]]}, "value-unexpected"),
        ({"license": [[1]]}, "value-unexpected"),
        ({"creator": [["me"]]}, "value-unexpected"),
        ({"distribution": [{"@type": "cr:FileObject", "@id": "f", "sha256": "no digits"}]}, "checksum-malformed"),
        ({"distribution": [{"@id": "f"}]}, "reference-dangling"),
        ({"recordSet": [{"@id": "r"}]}, "reference-dangling"),
        ({"creator": {"@id": "nobody"}}, "reference-dangling"),
        ({"datePublished": 5}, "date-malformed"),
        ({"prov__wasAssociatedWith": {"@type": "prov:Person", "name": "me"}}, "association-of-dataset"),
    ],
)
def test_what_is_wrong_is_noted_and_kept(said: dict[str, Any], code: str) -> None:
    found = described(dataset(**said))
    assert f"croissant.{code}" in codes(found)
    assert all(finding.remedy and finding.place and finding.place.line for finding in found.findings)
    assert split_by_home(found.statements).by_home


WRONG = [None, True, 0, 1.5, "", " ", "x", [], {}, [None], [[]], [{}], {"@id": ""}, {"@id": 5}, {"@value": None}]
PROPERTIES = [
    "@id @type name description version url license creator publisher keywords inLanguage sameAs identifier citeAs",
    "datePublished conformsTo distribution recordSet alternateName cr:isLiveDataset rai:dataBiases prov:wasDerivedFrom",
]


@pytest.mark.parametrize("key", " ".join(PROPERTIES).split())
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_values_of_every_wrong_kind(key: str, value: Any) -> None:
    tree = dataset()
    tree[key] = value
    try:
        found = described(tree)
    except ParseError as error:
        assert key == "@type" and error.code == "parse.not-croissant"
        return
    assert split_by_home(found.statements).by_home
    assert len(values(found, "lake:versionOf")) == 1


@pytest.mark.parametrize("key", ["@id", "@type", "name", "contentUrl", "contentSize", "sha256", "cr:containedIn"])
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_values_of_every_wrong_kind_in_a_file(key: str, value: Any) -> None:
    file = {"@type": "cr:FileObject", "@id": "f", key: value}
    assert split_by_home(described(dataset(distribution=[file])).statements).by_home


@pytest.mark.parametrize("key", ["@id", "@type", "name", "dataType", "cr:source", "cr:subField", "cr:references"])
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_values_of_every_wrong_kind_in_a_field(key: str, value: Any) -> None:
    field = {"@type": "cr:Field", "@id": "f", key: value}
    record_set = {"@type": "cr:RecordSet", "@id": "r", "field": [field], "data": value, "cr:key": value}
    assert split_by_home(described(dataset(recordSet=[record_set])).statements).by_home


def test_terms_that_lead_in_a_circle() -> None:
    context = {"a": "b", "b": "a", "p": "p:p", "q": {"@id": "q:x"}, "@vocab": "https://schema.org/", "n": None}
    found = described({"@context": context, "@type": "Dataset", "a": "1", "p:x": "2", "q": "3", "n": "4"})
    literals = {item.object.value for item in found.statements if hasattr(item.object, "value")}
    assert {"1", "2", "3", "4"} <= literals


@pytest.mark.parametrize(
    "key", ["<no iri>", "sp ace", "cr:<>", "http://x/{y}", "\u202e", "#", ":", "@unknown", "@graph "]
)
def test_keys_that_are_no_iris_are_kept(key: str) -> None:
    found = described(dataset(**{key: "kept"}))
    told = [item for item in found.statements if getattr(item.object, "value", "").strip('"') == "kept"]
    assert len(told) == 1
    assert split_by_home(found.statements).by_home


def test_many_findings_are_bounded() -> None:
    files = [{"@type": "cr:FileObject", "@id": f"f{n}", "sha256": "x"} for n in range(1_000)]
    found = described(dataset(distribution=files))
    assert 200 <= len(found.findings) <= 202
    assert "croissant.more-findings" in codes(found)


def test_find_and_accepts(write: Write, tmp_path: Path) -> None:
    write("sets/a/metadata.json", GOOD)
    write("sets/b/any-name.jsonld", GOOD.encode("utf-16"))
    write("sets/c/old.json", GOOD.replace(CR, "http://mlcommons.org/schema/"))
    write("sets/d/escaped.json", GOOD.replace("/", "\\/"))
    write("sets/a/output/rows.jsonl", GOOD)
    write("sets/a/crate.json", '{"@context": "https://w3id.org/ro/crate/1.1/context"}')
    write("sets/a/prose.json", '["see mlcommons.org/croissant"]')
    write("sets/a/text.md", GOOD)
    write("sets/.hidden/metadata.json", GOOD)
    write("other/data.json", "[1]")
    (tmp_path / "sets" / "link").symlink_to(tmp_path / "sets")
    found = [Path(place).relative_to(tmp_path / "sets").as_posix() for place in HARVESTER.find(str(tmp_path / "sets"))]
    assert found == ["a/metadata.json", "b/any-name.jsonld", "c/old.json", "d/escaped.json"]
    assert HARVESTER.accepts(str(tmp_path / "sets")) and HARVESTER.accepts(str(tmp_path / "sets/d/escaped.json"))
    for place in ("other", "other/data.json", "sets/a/text.md", "absent"):
        assert not HARVESTER.accepts(str(tmp_path / place))
    assert list(HARVESTER.find(str(tmp_path / "other/data.json"))) == [str(tmp_path / "other/data.json")]
