"""The text of a license beside a card: stated where the card names none, compared where it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from cards import BASE, HARVESTER, IRIS, objects
from repositories import repository

from modellake.core.description import Description

APACHE = (Path(__file__).parents[2] / "LICENSE").read_bytes()
LINE = f"{BASE}model/churn"
LISTED = "http://spdx.org/licenses/"


def describe(folder: Path, front_matter: str, files: dict[str, object]) -> Description:
    document = repository(folder / "churn", files, f"---\n{front_matter}\n---\n# Churn\n")
    return HARVESTER.describe(str(document), document.read_bytes(), IRIS)


def codes(description: Description) -> list[str]:
    return [finding.code for finding in description.findings]


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE.txt", "license.md", "LICENCE", "COPYING"])
@pytest.mark.parametrize("front_matter", ["tags: [a]", "license: unknown", "license: other", "license: apache"])
def test_a_card_that_names_no_license(tmp_path: Path, name: str, front_matter: str) -> None:
    description = describe(tmp_path, front_matter, {name: APACHE})
    for subject in (LINE, f"{LINE}/version/main"):
        assert LISTED + "Apache-2.0" in objects(description, subject, "lake:declaredLicense")


def test_a_card_that_names_the_same_one(tmp_path: Path) -> None:
    description = describe(tmp_path, "license: apache-2.0", {"LICENSE": APACHE})
    assert objects(description, LINE, "lake:declaredLicense") == [LISTED + "Apache-2.0"]
    assert codes(description) == []


def test_a_card_that_names_another_one(tmp_path: Path) -> None:
    description = describe(tmp_path, "license: mit", {"LICENSE": APACHE})
    assert objects(description, LINE, "lake:declaredLicense") == [LISTED + "MIT"]
    (finding,) = description.findings
    assert finding.code == "card.license-disagrees"
    assert "The card says MIT, and LICENSE is the text of Apache-2.0" in finding.message
    assert finding.place is not None and str(finding.place).endswith("LICENSE")


@pytest.mark.parametrize("words", ["bsd", "openrail", "ours", "MIT AND"])
def test_a_card_that_means_another_one(tmp_path: Path, words: str) -> None:
    description = describe(tmp_path, f"license: {words}", {"LICENSE": APACHE})
    assert objects(description, LINE, "lake:declaredLicense") == []
    assert codes(description)[1:] == ["card.license-disagrees"]


def test_an_expression_with_that_license_agrees(tmp_path: Path) -> None:
    description = describe(tmp_path, "license: MIT OR Apache-2.0", {"LICENSE": APACHE})
    assert objects(description, LINE, "lake:declaredLicense") == [f"{BASE}license/MIT%20OR%20Apache-2.0"]
    assert codes(description) == []


@pytest.mark.parametrize("content", [APACHE + b"\nFor research only.\n", b"Ask us.", b"\xff\xfe\xfd", b"x" * 1_000_000])
def test_a_text_that_is_none_of_the_list(tmp_path: Path, content: bytes) -> None:
    description = describe(tmp_path, "tags: [a]", {"LICENSE": content})
    assert objects(description, LINE, "lake:declaredLicense") == []
    assert set(codes(description)) <= {"license.text-unknown"}
    named = describe(tmp_path, "license: mit", {"LICENSE": content})
    assert codes(named) == []


@pytest.mark.parametrize("name", ["vendor/LICENSE", "LICENSE-MIT", "NOTICE", "LICENSE.py"])
def test_licenses_of_parts_are_not_that_of_the_whole(tmp_path: Path, name: str) -> None:
    description = describe(tmp_path, "tags: [a]", {name: APACHE})
    assert objects(description, LINE, "lake:declaredLicense") == []
