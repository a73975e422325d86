"""What the license of a card becomes."""

from __future__ import annotations

import pytest
from cards import BASE, LINE, describe_yaml, objects

VERSION = f"{LINE}/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"


@pytest.mark.parametrize(
    ("tag", "license_"),
    [
        ("apache-2.0", "http://spdx.org/licenses/Apache-2.0"),
        ("mit", "http://spdx.org/licenses/MIT"),
        ("MIT", "http://spdx.org/licenses/MIT"),
        ("cc-by-nc-sa-4.0", "http://spdx.org/licenses/CC-BY-NC-SA-4.0"),
        ("odbl", "http://spdx.org/licenses/ODbL-1.0"),
        ("unknown", "https://w3id.org/model-lake#unknown"),
        ("llama2", f"{BASE}license/llama2"),
        ("openrail++", f"{BASE}license/openrail++"),
    ],
)
def test_tags_of_the_hub_are_licenses(tag: str, license_: str) -> None:
    description = describe_yaml(f"license: {tag}")
    for subject in (LINE, VERSION):
        assert objects(description, subject, "lake:declaredLicense") == [license_]
        assert objects(description, subject, "lake:licenseText") == [tag]
    assert description.findings == ()


def test_a_tag_that_spdx_deprecates_is_kept_as_stated() -> None:
    description = describe_yaml("license: gpl-3.0")
    assert objects(description, LINE, "lake:declaredLicense") == ["http://spdx.org/licenses/GPL-3.0"]
    (finding,) = description.findings
    assert (finding.code, finding.remedy) == (
        "license.deprecated-id",
        "State GPL-3.0-only or GPL-3.0-or-later instead of GPL-3.0.",
    )
    assert finding.place is not None and finding.place.path == "license"


def test_an_expression_is_a_license_with_its_parts() -> None:
    description = describe_yaml("license: MIT OR Apache-2.0")
    license_ = f"{BASE}license/MIT%20OR%20Apache-2.0"
    assert objects(description, LINE, "lake:declaredLicense") == [license_]
    assert objects(description, license_, "spdx:member") == [
        "http://spdx.org/licenses/MIT",
        "http://spdx.org/licenses/Apache-2.0",
    ]


@pytest.mark.parametrize(
    ("details", "license_"),
    [
        ("license_name: llama3.2\nlicense_link: LICENSE", f"{BASE}license/llama3.2"),
        ("license_link: https://creativecommons.org/licenses/by-nc/4.0/", "http://spdx.org/licenses/CC-BY-NC-4.0"),
        ("license_name: mit\nlicense_link: https://spdx.org/licenses/MIT", "http://spdx.org/licenses/MIT"),
        ("license_name: mit\nlicense_link: https://spdx.org/licenses/ISC", f"{VERSION}#license"),
        ("license_name: ours\nlicense_link: https://spdx.org/licenses/MIT", f"{VERSION}#license"),
        ("license_name: unknown", f"{VERSION}#license"),
    ],
)
def test_what_other_stands_for_may_be_a_known_license(details: str, license_: str) -> None:
    description = describe_yaml(f"license: other\n{details}")
    assert objects(description, LINE, "lake:declaredLicense") == [license_]
    assert objects(description, LINE, "lake:licenseText") == ["other"]


def test_licenses_of_the_hub_alone_are_described() -> None:
    description = describe_yaml("license: bigscience-bloom-rail-1.0")
    license_ = f"{BASE}license/bigscience-bloom-rail-1.0"
    assert objects(description, license_, "dct:title") == ["BigScience BLOOM RAIL 1.0"]
    assert objects(description, license_, "rdf:type") == ["https://w3id.org/model-lake#License"]


def test_several_licenses_are_all_stated() -> None:
    description = describe_yaml("license: [mit, cc-by-4.0]")
    assert len(objects(description, LINE, "lake:declaredLicense")) == 2


def test_other_is_the_license_that_the_card_names() -> None:
    description = describe_yaml(
        "license: other\nlicense_name: coqui-public-model-license\nlicense_link: https://coqui.ai/cpml"
    )
    own = f"{VERSION}#license"
    assert objects(description, LINE, "lake:declaredLicense") == [own]
    assert objects(description, own, "dct:title") == ["coqui-public-model-license"]
    assert objects(description, own, "foaf:page") == ["https://coqui.ai/cpml"]
    assert objects(description, VERSION, HF + "license_name") == []


def test_a_link_to_a_file_is_no_page() -> None:
    description = describe_yaml("license: other\nlicense_name: ours\nlicense_link: LICENSE.md")
    own = f"{VERSION}#license"
    assert objects(description, own, "foaf:page") == []
    assert objects(description, own, HF + "license_link") == ["LICENSE.md"]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("other", "card.license-unnamed"),
        ("mine", "license.unknown"),
        ("openrail", "license.ambiguous"),
        ("cc", "license.ambiguous"),
        ("MIT AND", "license.expression"),
    ],
)
def test_a_license_that_cannot_be_told_is_kept_word_for_word(tag: str, code: str) -> None:
    description = describe_yaml(f"license: {tag}")
    assert objects(description, LINE, "lake:declaredLicense") == []
    assert objects(description, LINE, "lake:licenseText") == [tag]
    assert [finding.code for finding in description.findings] == [code]


def test_a_license_name_without_other_is_kept() -> None:
    description = describe_yaml("license: mit\nlicense_name: Expat")
    assert objects(description, VERSION, HF + "license_name") == ["Expat"]
