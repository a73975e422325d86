"""The page about licenses is what is recognized now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modellake.core.iris import LakeIRIs
from modellake.core.vocab import LAKE
from modellake.harvest.licenses import ResolvedLicense, resolve_license

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "licenses.md"
TEXT = PAGE.read_text(encoding="utf-8")
IRIS = LakeIRIs("https://lake.example.org/")
ROW = re.compile(r"\| `([^|]+)` \|([^|]*)\|([^|]*)\|")
EXAMPLES = ROW.findall(TEXT.partition("## Whole texts")[0])
CODES = re.findall(r"^\| `(license\.[a-z-]+)` \| (Warning|Info) \|", TEXT, re.MULTILINE)


def shown(license_: ResolvedLicense) -> str:
    if license_.iri is None:
        return ""
    if license_.iri == LAKE.unknown:
        return "`lake:unknown`"
    if license_.spdx:
        return f"`{license_.spdx}`"
    return f"license `{license_.iri.value.removeprefix(IRIS.base + 'license/')}`"


@pytest.mark.parametrize(("stated", "becomes", "because"), EXAMPLES)
def test_examples_of_licenses(stated: str, becomes: str, because: str) -> None:
    license_ = resolve_license(stated, IRIS, IRIS.resource("model", "a"))
    assert shown(license_) == becomes.strip()
    codes = {finding.code for finding in license_.findings}
    assert codes == set(re.findall(r"`(license\.[a-z-]+)`", because))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30
    assert {code for _, _, because in EXAMPLES for code in re.findall(r"`(license\.[a-z-]+)`", because)} <= dict(
        CODES
    ).keys()


def test_all_codes_are_on_the_page() -> None:
    source = Path(__file__).parents[2] / "src" / "modellake"
    files = [*(source / "core" / "licenses").glob("*.py"), *(source / "harvest" / "licenses").glob("*.py")]
    found = re.findall(r'"(license\.[a-z-]+)",\s+Severity\.([A-Z]+)', "".join(file.read_text() for file in files))
    assert {(code, severity.capitalize()) for code, severity in found} == set(CODES)
