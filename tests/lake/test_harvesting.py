"""Documents of harvesters on their way into a lake, and back from quarantine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from modellake.core.description import Description, Refusal
from modellake.core.plugins import load_harvester
from modellake.lake.harvesting import harvest_document, harvest_place, retry_item
from modellake.lake.lake import Lake

Write = Callable[[str, str], Path]
GOOD = "---\nlicense: mit\n---\n# Good\n"
BAD = "---\nlicense: [mit\n---\n# Bad\n"


@pytest.fixture
def cards(write: Write) -> str:
    write("cards/bad/README.md", BAD)
    return str(write("cards/good/README.md", GOOD).parent.parent)


def test_each_document_becomes_a_description_or_a_refusal(lake: Lake, cards: str) -> None:
    bad, good = harvest_place(load_harvester("huggingface"), cards, lake.iris)
    assert isinstance(bad, Refusal)
    assert bad.original == BAD.encode()
    assert bad.report.findings[0].code == "parse.yaml"
    assert isinstance(good, Description)
    assert good.original == GOOD.encode()


def test_known_bytes_are_taken_instead_of_the_place(lake: Lake, cards: str) -> None:
    document = str(Path(cards) / "bad" / "README.md")
    again = harvest_document(load_harvester("huggingface"), document, lake.iris, GOOD.encode())
    assert isinstance(again, Description)


def test_a_document_that_is_gone_is_a_refusal_of_its_source(lake: Lake, tmp_path: Path) -> None:
    harvester, absent = load_harvester("huggingface"), str(tmp_path / "gone" / "README.md")
    refusal = harvest_document(harvester, absent, lake.iris)
    assert isinstance(refusal, Refusal)
    assert refusal.source == harvester.source(absent)


def test_a_retry_keeps_source_and_space(lake: Lake, cards: str) -> None:
    bad = harvest_document(load_harvester("huggingface"), str(Path(cards) / "bad" / "README.md"), lake.iris)
    receipt = lake.commit_each([replace(bad, space="secret")])
    item = lake.ledger.quarantine.get(receipt.refused[0].quarantine or 0)
    again = retry_item(item, lake.iris, GOOD.encode())
    assert isinstance(again, Description)
    assert (again.source.iri, again.source.harvester, again.space) == (bad.source.iri, "huggingface", "secret")
    assert lake.commit_each([again]).accepted == [item.place]
    assert lake.ledger.quarantine.list() == []


def test_a_retry_of_what_is_gone_takes_the_bytes_that_were_kept(lake: Lake, cards: str) -> None:
    path = Path(cards) / "bad" / "README.md"
    receipt = lake.commit_each([harvest_document(load_harvester("huggingface"), str(path), lake.iris)])
    path.unlink()
    again = retry_item(lake.ledger.quarantine.get(receipt.refused[0].quarantine or 0), lake.iris)
    assert isinstance(again, Refusal)
    assert again.original == BAD.encode()
    assert again.report.findings[0].code == "parse.yaml"
