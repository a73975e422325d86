"""What becomes of a dataset, its files, record sets and fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from croissant_files import (
    CONTEXT,
    CR,
    HARVESTER,
    codes,
    dataset,
    described,
    described_file,
    objects,
    terms,
    values,
)
from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import LAKE, RDF, XSD
from modellake.rdf.homes import split_by_home

Write = Callable[[str, str | bytes], Path]
LINE = "dataset/data.example.org/iris"
VERSION = f"{LINE}/version/1.0"


def test_line_and_version() -> None:
    found = described(dataset(description="Flowers", datePublished="2024-05-01", dateModified="2024-05"))
    assert objects(found, LINE, "rdf:type") == ["lake:Dataset"]
    assert objects(found, VERSION, "rdf:type") == ["lake:DatasetVersion"]
    assert objects(found, VERSION, "lake:versionOf") == [LINE]
    assert objects(found, VERSION, "dcat:version") == ["1.0"]
    assert objects(found, LINE, "dcat:landingPage") == ["https://data.example.org/iris"]
    assert terms(found, "dct:title") == [Literal("iris")] * 2
    assert terms(found, "dct:description") == [Literal("Flowers", language="en")] * 2
    assert terms(found, "dct:issued") == [Literal("2024-05-01", datatype=XSD.date)]
    assert terms(found, "dct:modified") == [Literal("2024-05", datatype=XSD.gYearMonth)]
    assert codes(found) == []


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"url": "https://huggingface.co/datasets/acme/iris"}, "dataset/acme/iris"),
        ({"url": "https://hf.co/datasets/iris/"}, "dataset/iris"),
        ({"@id": "https://huggingface.co/datasets/acme/iris"}, "dataset/acme/iris"),
        ({"@id": "https://data.example.org/sets/7"}, "https://data.example.org/sets/7"),
        ({"@id": "https://doi.org/10.5281/ZENODO.7"}, "https://doi.org/10.5281/zenodo.7"),
        ({"identifier": "doi:10.5281/zenodo.7"}, "https://doi.org/10.5281/zenodo.7"),
        ({"sameAs": ["https://example.org", "https://doi.org/10.5281/zenodo.7"]}, "https://doi.org/10.5281/zenodo.7"),
        ({"url": "https://data.example.org/"}, "dataset/data.example.org/iris"),
        ({"url": "https://data.example.org/sets"}, "dataset/data.example.org/sets/iris"),
        ({"url": "https://data.example.org/?id=3"}, "dataset/data.example.org/id=3/iris"),
        ({"url": "no address"}, "dataset/iris"),
        ({"url": None}, "dataset/iris"),
        ({"url": None, "name": "acme/iris"}, "dataset/acme/iris"),
        ({"url": None, "name": ".."}, "dataset/%252E%252E"),
        ({"@id": "#dataset"}, "dataset/data.example.org/iris"),
        ({"@id": "https://data.example.org/sets#7"}, "dataset/data.example.org/iris"),
    ],
)
def test_how_the_dataset_is_called(said: dict[str, Any], line: str) -> None:
    found = described(dataset(**said))
    assert values(found, "lake:versionOf") == [line]


@pytest.mark.parametrize(("place", "name"), [("/x/iris/metadata.json", "iris"), ("/x/y/flowers.json", "flowers")])
def test_a_nameless_dataset_is_called_like_its_place(place: str, name: str) -> None:
    found = described(dataset(name=None, url=None), place)
    assert values(found, "lake:versionOf") == [f"dataset/{name}"]
    assert objects(found, f"dataset/{name}", "dct:title") == [name]
    assert codes(found) == ["croissant.name-missing"]


@pytest.mark.parametrize(
    ("stated", "label", "noted"),
    [
        ("2.1.0", "2.1.0", []),
        (2, "2", []),
        (None, "main", ["croissant.version-missing"]),
        ("", "main", ["croissant.version-missing"]),
        ("..", "main", ["croissant.version-missing"]),
        ({"@value": "3"}, "3", []),
    ],
)
def test_the_version(stated: Any, label: str, noted: list[str]) -> None:
    found = described(dataset(version=stated))
    assert values(found, "dcat:version") == [label]
    assert codes(found) == noted


def test_a_live_dataset_needs_no_version() -> None:
    found = described(dataset(version=None, cr__isLiveDataset=True))
    assert codes(found) == []
    assert terms(found, "cr:isLiveDataset") == [Literal("true", datatype=XSD.boolean)]


def test_names_and_descriptions_in_several_languages() -> None:
    found = described(
        dataset(name={"de": "Schwertlilien", "en": "irises"}, description={"fr": "Des iris", "en": "Irises"})
    )
    assert objects(found, "dataset/data.example.org/iris/irises", "dct:title") == ["Schwertlilien", "irises"]
    assert Literal("Des iris", language="fr") in terms(found, "dct:description")


def test_the_language_of_the_document_is_that_of_prose_only() -> None:
    found = described(dataset(keywords=["flowers"], description="Irises", creator={"@type": "sc:Person", "name": "R."}))
    tagged = [item for item in found.statements if isinstance(item.object, Literal) and item.object.language]
    assert {item.predicate.value.rpartition("/")[2] for item in tagged} == {"description"}


@pytest.mark.parametrize(
    ("stated", "declared"),
    [
        ("cc-by-4.0", ["license:CC-BY-4.0"]),
        ("https://creativecommons.org/licenses/by-sa/3.0/", ["license:CC-BY-SA-3.0"]),
        ("https://creativecommons.org/publicdomain/zero/1.0/", ["license:CC0-1.0"]),
        ("https://choosealicense.com/licenses/mit/", ["license:MIT"]),
        ("https://spdx.org/licenses/Apache-2.0.html", ["license:Apache-2.0"]),
        ("http://www.apache.org/licenses/LICENSE-2.0", ["license:Apache-2.0"]),
        ({"@type": "sc:CreativeWork", "name": "MIT", "url": "https://opensource.org/licenses/MIT"}, ["license:MIT"]),
        ({"@id": "https://spdx.org/licenses/MIT"}, ["license:MIT"]),
        ("MIT OR Apache-2.0", ["license/MIT%20OR%20Apache-2.0"]),
        ("unknown", ["lake:unknown"]),
        ("gemma", ["license/gemma"]),
        ("https://data.example.org/terms", [f"{VERSION}#license"]),
        ({"@type": "sc:CreativeWork", "name": "Our terms"}, [f"{VERSION}#license"]),
    ],
)
def test_licenses(stated: Any, declared: list[str]) -> None:
    found = described(dataset(license=stated))
    assert objects(found, LINE, "lake:declaredLicense") == declared
    assert objects(found, VERSION, "lake:declaredLicense") == declared


def test_an_unknown_license_is_kept_word_for_word() -> None:
    found = described(dataset(license="Ask us"))
    assert objects(found, VERSION, "lake:licenseText") == ["Ask us"]
    assert values(found, "lake:declaredLicense") == []
    assert codes(found) == ["license.unknown"]


def test_agents() -> None:
    found = described(
        dataset(
            creator=[
                {"@type": "sc:Person", "name": "R. Fisher", "email": "r@example.org"},
                {"@type": "sc:Organization", "name": "Acme", "url": "https://huggingface.co/acme"},
                {"@type": "sc:Person", "@id": "https://orcid.org/0000-0002-1825-0097", "name": "J. Carberry"},
            ],
            publisher="UCI",
        )
    )
    creators = objects(found, LINE, "dct:creator")
    assert {"agent/acme", "https://orcid.org/0000-0002-1825-0097"} < set(creators) and len(creators) == 3
    assert values(found, "foaf:name") == ["Acme", "J. Carberry", "R. Fisher", "UCI"]
    assert values(found, "schema:email") == ["r@example.org"]
    assert objects(found, "agent/acme", "rdf:type") == ["prov:Organization"]
    assert len(objects(found, LINE, "dct:publisher")) == 1


def test_keywords_languages_and_citations() -> None:
    found = described(
        dataset(keywords="flowers, botany", inLanguage=["en", "German"], citeAs="@misc{iris}", citation="Fisher 1936")
    )
    assert objects(found, LINE, "dcat:keyword") == ["botany", "flowers"]
    assert objects(found, LINE, "dct:language") == ["German", "en"] or objects(found, LINE, "dct:language") == ["en"]
    assert objects(found, LINE, "dct:bibliographicCitation") == ["@misc{iris}"]
    assert objects(found, VERSION, "schema:citation") == ["Fisher 1936"]


def test_a_date_that_is_none_is_kept() -> None:
    found = described(dataset(datePublished="last summer", dateCreated="2024-02-31"))
    assert values(found, "dct:issued") == values(found, "dct:created") == []
    assert objects(found, VERSION, "schema:datePublished") == ["last summer"]
    assert codes(found) == ["croissant.date-malformed"] * 2


FILES = [
    {
        "@type": "cr:FileObject",
        "@id": "archive",
        "contentUrl": "https://data.example.org/iris.zip",
        "encodingFormat": "application/zip",
        "contentSize": "1234 B",
        "sha256": "AB" * 32,
        "cr:md5": "cd" * 16,
    },
    {
        "@type": "cr:FileSet",
        "@id": "tables",
        "cr:containedIn": {"@id": "archive"},
        "encodingFormat": "text/csv",
        "cr:includes": "*.csv",
    },
    {"@type": "cr:FileObject", "@id": "repo", "contentUrl": "https://git.example.org/i", "encodingFormat": "git+https"},
]


def test_files() -> None:
    found = described(dataset(distribution=FILES))
    archive, tables, repo = (f"{VERSION}#file-{name}" for name in ("archive", "tables", "repo"))
    assert objects(found, VERSION, "lake:hasDatasetDistribution") == [archive, repo, tables]
    assert objects(found, archive, "rdf:type") == ["cr:FileObject", "lake:DatasetDistribution"]
    assert objects(found, archive, "dcat:downloadURL") == ["https://data.example.org/iris.zip"]
    assert objects(found, archive, "dcat:byteSize") == ["1234"]
    assert objects(found, archive, "dcat:mediaType") == ["https://www.iana.org/assignments/media-types/application/zip"]
    assert values(found, "spdx:checksumValue") == ["ab" * 32, "cd" * 16]
    assert objects(found, archive, "schema:sha256") == ["AB" * 32]
    assert objects(found, tables, "cr:containedIn") == [archive]
    assert objects(found, tables, "cr:includes") == ["*.csv"]
    assert objects(found, repo, "dcat:accessURL") == ["https://git.example.org/i"]
    assert objects(found, repo, "dct:format") == ["git+https"]
    assert codes(found) == []


def test_a_path_inside_of_an_archive_names_no_file_of_the_version() -> None:
    inside = {"@type": "cr:FileObject", "@id": "f", "cr:containedIn": {"@id": "archive"}, "contentUrl": "a/b.csv"}
    found = described(dataset(distribution=[*FILES, inside, {**inside, "@id": "g", "contentUrl": "../../b"}]))
    assert values(found, "lake:fileName") == []
    assert "a/b.csv" in values(found, "schema:contentUrl")
    assert codes(found) == ["croissant.path-outside"]


@pytest.mark.parametrize(
    ("size", "exact"), [("12", ["12"]), (12, ["12"]), ("12 bytes", ["12"]), ("1.2 MB", []), ("-1", []), (True, [])]
)
def test_only_exact_sizes_are_sizes(size: Any, exact: list[str]) -> None:
    found = described(dataset(distribution=[{"@type": "cr:FileObject", "@id": "f", "contentSize": size}]))
    assert values(found, "dcat:byteSize") == exact
    if not exact:
        assert values(found, "schema:contentSize") == [str(size).lower() if size is True else size]


RECORDS = [
    {
        "@type": "cr:RecordSet",
        "@id": "flowers",
        "cr:key": {"@id": "id"},
        "field": [
            {"@type": "cr:Field", "@id": "flowers/id", "name": "id", "dataType": "sc:Integer"},
            {
                "@type": "cr:Field",
                "@id": "flowers/petal",
                "dataType": ["sc:Float", "wd:Q1"],
                "cr:arrayShape": "-1,3",
                "cr:source": {
                    "cr:fileSet": {"@id": "tables"},
                    "cr:extract": {"cr:column": "petal"},
                    "cr:transform": [{"cr:regex": "a"}, {"cr:regex": "b"}],
                },
                "cr:subField": [{"@type": "cr:Field", "@id": "flowers/petal/x", "dataType": "cr:Float16"}],
            },
            {"@type": "cr:Field", "@id": "flowers/split", "cr:references": {"field": {"@id": "parts/name"}}},
        ],
    },
    {
        "@type": "cr:RecordSet",
        "@id": "parts",
        "dataType": "cr:Split",
        "field": [{"@type": "cr:Field", "@id": "parts/name", "dataType": "sc:Text"}],
        "data": [{"parts/name": "train", "n": 1.50}, {"parts/name": "test", "n": 2}],
    },
]


def test_record_sets_and_fields() -> None:
    found = described(dataset(distribution=FILES, recordSet=RECORDS))
    flowers, petal = f"{VERSION}#records-flowers", f"{VERSION}#field-flowers%2Fpetal"
    assert objects(found, VERSION, "cr:recordSet") == [flowers, f"{VERSION}#records-parts"]
    assert len(objects(found, flowers, "cr:field")) == 3
    assert objects(found, flowers, "cr:key") == [f"{VERSION}#field-flowers%2Fid"]
    assert objects(found, petal, "rdf:type") == ["cr:Field", "lake:Field"]
    assert objects(found, petal, "lake:fieldName") == ["petal"]
    assert objects(found, petal, "lake:fieldType") == ["sc:Float"]
    assert objects(found, petal, "lake:fieldShape") == ["[-1, 3]"]
    assert objects(found, petal, "cr:dataType") == ["https://www.wikidata.org/wiki/Q1", "schema:Float"]
    assert objects(found, petal, "cr:subField") == [f"{petal}%2Fx"]
    assert objects(found, petal, "schema:position") == ["1"]
    assert objects(found, f"{VERSION}#field-flowers%2Fsplit", "cr:references") == [f"{VERSION}#field-parts%2Fname"]
    assert values(found, "cr:fileSet") == [f"{VERSION}#file-tables"]
    assert values(found, "cr:column") == ["petal"]
    assert values(found, "cr:regex") == ["a", "b"]
    assert codes(found) == []


def test_inline_records_are_json_with_their_digits() -> None:
    found = described(json.dumps(dataset(recordSet=RECORDS)).replace("1.5}", "1.50}"))
    (literal,) = terms(found, "cr:data")
    assert isinstance(literal, Literal)
    assert literal.datatype == NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON")
    assert literal.value == '[{"n":1.50,"parts/name":"train"},{"n":2,"parts/name":"test"}]'


def test_splits() -> None:
    found = described(dataset(recordSet=RECORDS))
    splits = [f"{VERSION}#split-test", f"{VERSION}#split-train"]
    assert objects(found, VERSION, "lake:hasSplit") == splits
    assert objects(found, splits[0], "lake:splitRole") == ["split:test"]
    assert objects(found, splits[0], "lake:splitOf") == [VERSION]
    assert objects(found, splits[0], "dct:title") == ["test"]


def test_splits_of_a_configuration_are_called_as_the_card_calls_them() -> None:
    rows = {"@type": "cr:RecordSet", "@id": "plain_splits", "dataType": "cr:Split", "data": {"plain/split_name": "dev"}}
    found = described(dataset(recordSet=[rows]))
    assert values(found, "lake:hasSplit") == [f"{VERSION}#split-plain%2Fdev"]
    assert values(found, "lake:splitRole") == ["split:validation"]


def test_references_in_circles_end() -> None:
    fields = [
        {"@type": "cr:Field", "@id": "a", "cr:subField": {"@id": "b"}, "cr:references": {"@id": "a"}},
        {"@type": "cr:Field", "@id": "b", "cr:subField": {"@id": "a"}, "cr:parentField": {"@id": "b"}},
    ]
    found = described(dataset(recordSet=[{"@type": "cr:RecordSet", "@id": "r", "field": fields}]))
    assert len(split_by_home(found.statements).by_home) == 2
    assert values(found, "cr:subField") == [f"{VERSION}#field-a", f"{VERSION}#field-b"]


def test_a_reference_to_nothing_is_noted_and_kept() -> None:
    source = {"@type": "cr:Field", "@id": "a", "cr:source": {"cr:fileObject": {"@id": "nowhere"}}}
    found = described(dataset(recordSet=[{"@type": "cr:RecordSet", "@id": "r", "field": [source]}]))
    assert codes(found) == ["croissant.reference-dangling"]
    assert terms(found, "cr:fileObject") == [Literal("nowhere")]
    assert found.findings[0].place is not None
    assert found.findings[0].place.path == '$.recordSet[0].field[0]["cr:source"]["cr:fileObject"]'


def test_one_name_for_several_parts_is_noted_and_loses_nothing() -> None:
    fields = [{"@type": "cr:Field", "@id": "a", "description": text} for text in ("one", "two")]
    found = described(dataset(recordSet=[{"@type": "cr:RecordSet", "@id": "r", "field": fields}]))
    assert codes(found) == ["croissant.name-duplicate"]
    assert len(values(found, "lake:fieldName")) == 2
    assert {"one", "two"} <= set(values(found, "dct:description"))


def test_responsible_ai() -> None:
    found = described(
        dataset(
            rai__dataBiases=["Only three species", "Few flowers"],
            rai__dataLimitations="Old",
            rai__dataUseCases="Teaching",
            rai__personalSensitiveInformation="None",
        )
    )
    assert len(objects(found, VERSION, "lake:hasKnownBias")) == 2
    assert len(objects(found, VERSION, "lake:hasLimitation")) == 1
    assert len(objects(found, VERSION, "lake:hasIntendedPurpose")) == 1
    assert values(found, "dct:description") == ["Few flowers", "Old", "Only three species", "Teaching"]
    assert terms(found, "rai:personalSensitiveInformation") == [Literal("None", language="en")]


def test_provenance() -> None:
    found = described(
        dataset(
            prov__wasDerivedFrom=[
                {"@type": "prov:Entity", "@id": "old", "prov:atLocation": "https://huggingface.co/datasets/acme/old"},
                {"@id": "https://data.example.org/other"},
            ],
            prov__wasGeneratedBy={
                "@type": "prov:Activity",
                "@id": "cleaning",
                "prov:startedAtTime": "2024-10-17",
                "prov:wasAssociatedWith": {"@type": "prov:Person", "@id": "me", "name": "R. Fisher"},
            },
        )
    )
    assert objects(found, LINE, "lake:derivedFromDataset") == ["dataset/acme/old"]
    assert objects(found, VERSION, "prov:wasDerivedFrom") == [
        f"{VERSION}#node-old",
        "https://data.example.org/other",
    ]
    assert objects(found, f"{VERSION}#node-cleaning", "prov:wasAssociatedWith") == [f"{VERSION}#node-me"]
    assert terms(found, "prov:startedAtTime") == [Literal("2024-10-17", datatype=XSD.date)]
    assert objects(found, f"{VERSION}#node-me", "foaf:name") == ["R. Fisher"]


def test_what_has_no_term_is_kept_under_its_own() -> None:
    found = described(
        dataset(
            temporalCoverage="1936",
            usageInfo={"@type": "sc:DefinedTerm", "@id": "http://purl.obolibrary.org/obo/DUO_0000042", "name": "GRU"},
            variableMeasured=[3, 3, 1.50],
            hasPart=[[1, 2], [3]],
        )
    )
    assert objects(found, VERSION, "schema:temporalCoverage") == ["1936"]
    assert objects(found, VERSION, "schema:usageInfo") == ["http://purl.obolibrary.org/obo/DUO_0000042"]
    assert values(found, "rdf:value") == ["1.5", "3", "3", "[1,2]", "[3]"] or "3" in values(found, "rdf:value")
    assert values(found, "rdf:value").count("3") == 2


def test_the_files_beside_the_document_are_verified(write: Write) -> None:
    good = hashlib.sha256(b"good").hexdigest()
    files = [
        {"@type": "cr:FileObject", "@id": name, "contentUrl": path, "sha256": digest}
        for name, path, digest in (
            ("good", "data/good.csv", good),
            ("bad", "data/bad.csv", good),
            ("absent", "data/absent.csv", good),
        )
    ]
    write("iris/data/good.csv", "good")
    write("iris/data/bad.csv", "bad")
    place = write("iris/metadata.json", json.dumps(dataset(distribution=files)))
    found = described_file(place)
    assert codes(found) == ["croissant.checksum-differs"]
    assert "bad.csv" in found.findings[0].message
    assert found.findings[0].place is not None and found.findings[0].place.path == "$.distribution[1].sha256"
    before = HARVESTER.fingerprint(str(place))
    write("iris/data/bad.csv", "good")
    assert codes(described_file(place)) == []
    assert HARVESTER.fingerprint(str(place)) != before


@pytest.mark.parametrize(
    "path",
    ["../secret.csv", "/etc/hostname", "file:///etc/hostname", "C:\\secret", "a/../../secret.csv", "..\\secret.csv"],
)
def test_files_outside_of_the_folder_are_not_opened(write: Write, path: str) -> None:
    write("secret.csv", "secret")
    wrong = {"@type": "cr:FileObject", "@id": "f", "contentUrl": path, "sha256": "00" * 32}
    found = described_file(write("iris/metadata.json", json.dumps(dataset(distribution=[wrong]))))
    assert codes(found) == ["croissant.path-outside"]
    assert values(found, "lake:fileName") == values(found, "dcat:downloadURL") == []
    assert values(found, "schema:contentUrl") == [path]


def test_links_out_of_the_folder_are_not_followed(write: Write, tmp_path: Path) -> None:
    write("secret.csv", "secret")
    linked = {"@type": "cr:FileObject", "@id": "f", "contentUrl": "link.csv", "sha256": "00" * 32}
    place = write("iris/metadata.json", json.dumps(dataset(distribution=[linked])))
    (tmp_path / "iris" / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert codes(described_file(place)) == []


def test_version_0_8() -> None:
    old = {
        "@context": {
            "@vocab": "https://schema.org/",
            "ml": "http://mlcommons.org/schema/",
            "sc": "https://schema.org/",
            **{key: f"ml:{key}" for key in ("column", "extract", "field", "recordSet", "source", "references", "key")},
            "dataType": {"@id": "ml:dataType", "@type": "@vocab"},
        },
        "@type": "sc:Dataset",
        "name": "iris",
        "version": "1.0",
        "distribution": [
            {"@type": "sc:FileObject", "name": "a.zip", "contentUrl": "https://data.example.org/a.zip"},
            {"@type": "sc:FileSet", "name": "tables", "containedIn": "a.zip", "includes": "*.csv"},
        ],
        "recordSet": [
            {
                "@type": "ml:RecordSet",
                "name": "flowers",
                "key": "id",
                "field": [
                    {
                        "@type": "ml:Field",
                        "name": "id",
                        "dataType": "sc:Text",
                        "source": {"distribution": "tables", "extract": {"column": "id"}},
                        "references": {"field": "flowers/id"},
                    }
                ],
            }
        ],
    }
    found = described(old)
    version = "dataset/iris/version/1.0"
    assert objects(found, f"{version}#file-tables", "rdf:type") == ["cr:FileSet", "lake:DatasetDistribution"]
    assert objects(found, f"{version}#file-tables", "cr:containedIn") == [f"{version}#file-a.zip"]
    assert objects(found, f"{version}#records-flowers", "cr:key") == [f"{version}#field-flowers%2Fid"]
    assert objects(found, f"{version}#field-flowers%2Fid", "cr:references") == [f"{version}#field-flowers%2Fid"]
    assert values(found, "cr:fileSet") == [f"{version}#file-tables"]
    assert codes(found) == []


@pytest.mark.parametrize("namespace", ["http://schema.org/", "https://schema.org/", "http://www.schema.org/"])
@pytest.mark.parametrize("croissant", [CR, CR.replace("http:", "https:"), "http://mlcommons.org/schema/"])
def test_spellings_of_namespaces_mean_the_same(namespace: str, croissant: str) -> None:
    context = json.loads(json.dumps(CONTEXT).replace(CR, croissant).replace("https://schema.org/", namespace))
    tree = dataset(recordSet=RECORDS, distribution=FILES, temporalCoverage="1936")
    expected = described(tree).statements
    assert set(split_by_home(described({**tree, "@context": context}).statements).by_home.items()) == set(
        split_by_home(expected).by_home.items()
    )


@pytest.mark.parametrize(
    "context",
    [
        "http://mlcommons.org/croissant/1.0",
        "https://schema.org/",
        "https://schema.org",
        ["https://schema.org/", {"cr": CR}],
        [{"@vocab": "https://schema.org/"}, "http://mlcommons.org/croissant/1.1"],
    ],
)
def test_known_contexts_are_built_in(context: Any) -> None:
    found = described({**dataset(recordSet=RECORDS, distribution=FILES), "@context": context})
    assert values(found, "cr:dataType")
    assert len(values(found, "lake:fieldName")) == 5
    assert objects(found, VERSION, "lake:hasSplit") == [f"{VERSION}#split-test", f"{VERSION}#split-train"]


def test_a_document_without_context_or_type() -> None:
    tree = dataset(recordSet=RECORDS, distribution=FILES)
    del tree["@context"], tree["@type"]
    found = described(tree)
    assert codes(found) == ["croissant.context-missing", "croissant.type-missing"]
    assert len(values(found, "lake:fieldName")) == 5


def test_graphs_and_arrays() -> None:
    tree = dataset(
        distribution=[{"@id": "f", "@type": "cr:FileObject"}], recordSet={"@id": "r", "@type": "cr:RecordSet"}
    )
    context = tree.pop("@context")
    others = [
        {"@type": "cr:FileObject", "@id": "f", "contentUrl": "a.csv"},
        {"@type": "cr:RecordSet", "@id": "r", "field": [{"@type": "cr:Field", "@id": "r/x"}]},
    ]
    graph = described({"@context": context, "@graph": [*others, tree]})
    assert objects(graph, VERSION, "lake:hasDatasetDistribution") == [f"{VERSION}#file-f"]
    assert objects(graph, VERSION, "cr:recordSet") == [f"{VERSION}#records-r"]
    assert objects(graph, f"{VERSION}#records-r", "cr:field") == [f"{VERSION}#field-r%2Fx"]
    assert codes(graph) == []
    array = described([{"@context": context, **tree}, *({"@context": context, **other} for other in others)])
    assert split_by_home(array.statements).by_home == split_by_home(graph.statements).by_home


def test_the_type_of_everything_is_kept() -> None:
    found = described(dataset(about={"@type": ["sc:Thing", "no class"], "name": "irises"}))
    assert NamedNode("https://schema.org/Thing") in [
        item.object for item in found.statements if item.predicate == RDF.type
    ]
    assert values(found, "schema:additionalType") == ["no class"]


def test_tasks() -> None:
    found = described(
        {
            "@context": {"cr": CR, "sc": "https://schema.org/"},
            "@type": "cr:EvaluationTask",
            "@id": "https://data.example.org/benchmark",
            "sc:name": "Irises, told apart",
            "cr:input": {"@type": "sc:Dataset", "@id": "https://data.example.org/sets/7"},
            "cr:evaluatedSolution": {"@id": "https://data.example.org/solution"},
            "cr:evaluationResults": [
                {"@type": "cr:EvaluationResult", "cr:metric": "Accuracy", "cr:value": "9.5e-1"},
                {"@type": "cr:EvaluationResult", "cr:metric": "petal distance", "cr:value": "low"},
                {"@type": "cr:EvaluationResult", "cr:value": 1},
            ],
        }
    )
    task = "https://data.example.org/benchmark"
    assert objects(found, task, "rdf:type") == ["cr:EvaluationTask", "lake:EvaluationProtocol"]
    assert objects(found, task, "lake:onData") == ["https://data.example.org/sets/7"]
    assert [item.subject.value for item in found.statements if item.object == LAKE.Evaluation] == [
        f"{task}#result-1",
        f"{task}#result-2",
    ]
    assert terms(found, "lake:value") == [Literal("0.95", datatype=XSD.decimal)]
    assert terms(found, "lake:verbatimValue") == [Literal("low")]
    assert objects(found, f"{task}#result-1", "lake:metric") == ["metric:accuracy"]
    assert objects(found, f"{task}#result-2", "lake:metric") == [f"{task}#metric-petal%20distance"]
    assert codes(found) == ["croissant.result-incomplete"]


def test_parts_without_names_are_called_by_their_places() -> None:
    tree = dataset(distribution=[{"@type": "cr:FileObject", "contentUrl": f"{n}.csv"} for n in range(2)])
    tree["recordSet"] = [{"@type": "cr:RecordSet", "field": [{"@type": "cr:Field"}, {"@type": "cr:Field"}]}]
    found = described(tree)
    files = [f"{VERSION}#file-distribution-{n}" for n in range(2)]
    assert objects(found, VERSION, "lake:hasDatasetDistribution") == files
    assert len(values(found, "lake:fieldName")) == 2
    turned = described(dict(reversed(list(tree.items()))))
    assert split_by_home(turned.statements).by_home == split_by_home(found.statements).by_home


def test_as_a_site_of_competitions_writes_it() -> None:
    """Types without prefix, a license with name and page, an MD5 in base64, a number as version."""
    file = {"@id": "archive.zip", "@type": "cr:FileObject", "encodingFormat": "application/zip", "contentSize": "5 B"}
    found = described(
        dataset(
            version=3,
            creator={"@type": "Person", "name": "Someone", "url": "/someone", "image": "https://i.example.org/1.png"},
            license={"@type": "CreativeWork", "name": "CC0: Public Domain", "url": "https://spdx.org/licenses/CC0-1.0"},
            includedInDataCatalog={"@type": "DataCatalog", "name": "Sets", "url": "https://data.example.org"},
            isAccessibleForFree=True,
            distribution=[{**file, "cr:md5": "Lh9zRYXVVNoszRrzMfv4Hg=="}],
        )
    )
    assert values(found, "dcat:version") == ["3"] * 1
    assert set(values(found, "lake:declaredLicense")) == {"license:CC0-1.0"}
    assert objects(found, f"{LINE}/version/3", "schema:isAccessibleForFree") == ["true"]
    assert values(found, "spdx:checksumValue") == ["2e1f734585d554da2ccd1af331fbf81e"]
    assert values(found, "cr:md5") == ["Lh9zRYXVVNoszRrzMfv4Hg=="]
    assert "/someone" in values(found, "schema:url")
    assert codes(found) == []


def test_as_a_repository_of_research_data_writes_it() -> None:
    """A DOI as page, people with ORCIDs, affiliations and given names, citations that are described."""
    orcid = "https://orcid.org/0000-0002-1825-0097"
    found = described(
        dataset(
            url="https://doi.org/10.7910/DVN/ABC",
            creator=[
                {
                    "@type": "Person",
                    "@id": orcid,
                    "givenName": "Josiah",
                    "familyName": "Carberry",
                    "affiliation": {"@type": "Organization", "name": "Brown"},
                    "name": "Carberry, Josiah",
                }
            ],
            citation=[{"@type": "CreativeWork", "name": "Irises", "@id": "https://doi.org/10.1/x"}],
            license="http://creativecommons.org/publicdomain/zero/1.0",
        )
    )
    assert values(found, "lake:versionOf") == ["https://doi.org/10.7910/dvn/abc"]
    assert objects(found, orcid, "foaf:name") == ["Carberry, Josiah"]
    assert objects(found, orcid, "schema:familyName") == ["Carberry"]
    assert "https://doi.org/10.1/x" in values(found, "schema:citation")
    assert set(values(found, "lake:declaredLicense")) == {"license:CC0-1.0"}
    assert len(split_by_home(found.statements).by_home) == 4


def test_references_by_another_spelling_of_an_address_arrive() -> None:
    context = {**CONTEXT, "my": "https://data.example.org/parts/"}
    files = [
        {"@type": "cr:FileObject", "@id": "my:a", "contentUrl": "https://data.example.org/a.zip"},
        {"@type": "cr:FileSet", "@id": "s", "cr:containedIn": {"@id": "https://data.example.org/parts/a"}},
    ]
    found = described({**dataset(distribution=files), "@context": context})
    assert objects(found, f"{VERSION}#file-s", "cr:containedIn") == [f"{VERSION}#file-my:a"]
    assert codes(found) == []


def test_references_that_repeat_a_type_are_references() -> None:
    source = {"cr:fileObject": {"@type": "cr:FileObject", "@id": "archive"}, "cr:extract": {"cr:column": "x"}}
    field = {
        "@type": "cr:Field",
        "@id": "r/x",
        "cr:source": source,
        "cr:references": {"@type": "cr:Field", "@id": "r/x"},
    }
    records = {"@type": "cr:RecordSet", "@id": "r", "cr:key": {"@id": "r/x", "@type": "cr:Field"}, "field": [field]}
    found = described(dict(reversed(dataset(distribution=FILES, recordSet=[records]).items())))
    assert values(found, "cr:fileObject") == [f"{VERSION}#file-archive"]
    assert values(found, "cr:key") == values(found, "cr:references") == [f"{VERSION}#field-r%2Fx"]
    assert codes(found) == []


def test_schema_org_alone() -> None:
    found = described(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "name": "iris",
            "version": "1.0",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "wasDerivedFrom": "https://huggingface.co/datasets/acme/old",
            "distribution": {
                "@type": "DataDownload",
                "contentUrl": "https://data.example.org/a.csv",
                "encodingFormat": "text/csv",
            },
        }
    )
    assert values(found, "dcat:downloadURL") == ["https://data.example.org/a.csv"]
    assert values(found, "dct:conformsTo") == ["cr:1.0"]
    assert set(values(found, "lake:derivedFromDataset")) == {"dataset/acme/old"}
    assert "lake:DatasetDistribution" in values(found, "rdf:type")
    assert codes(found) == []


def test_keys_that_mean_the_same_property_become_one() -> None:
    field = {"@type": "cr:Field", "@id": "r/x", "dataType": "sc:Text", "cr:dataType": "sc:URL"}
    file = {
        "@type": "cr:FileObject",
        "@id": "f",
        "contentSize": "1",
        "sc:contentSize": "2",
        "name": "a",
        "sc:name": "b",
    }
    tree = dataset(distribution=[file], recordSet=[{"@type": "cr:RecordSet", "@id": "r", "field": [field]}])
    found = described(tree)
    assert len(values(found, "lake:fieldType")) == len(values(found, "dcat:byteSize")) == 1
    assert values(found, "cr:dataType") == ["schema:Text", "schema:URL"]
    assert objects(found, f"{VERSION}#file-f", "dct:title") == ["a", "b"]


def test_two_results_of_one_name_are_one_evaluation() -> None:
    results = [{"@id": "r", "cr:metric": "accuracy", "cr:value": value} for value in (1, 2)]
    task = {
        "@type": "cr:EvaluationTask",
        "cr:evaluatedSolution": {"@id": "https://x.org/s"},
        "cr:evaluationResults": results,
    }
    found = described({"@context": CONTEXT, **task})
    assert len(values(found, "lake:value")) == 1
    assert len(values(found, "cr:value")) == 2
    assert codes(found) == ["croissant.name-duplicate"]
