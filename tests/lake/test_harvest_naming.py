"""Harvests under other names than those of places: the same statements, said by the sources that were given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import modellake
from modellake.core.errors import UsageError
from modellake.lake.harvesting.choosing import choose
from modellake.lake.harvesting.naming import naming_of
from modellake.lake.lake import Lake
from modellake.lake.payloads import Payloads

AT = "https://example.org/models/"
Write = Callable[[str, str | bytes], Path]
CARD = "---\nlicense: mit\n---\n# A\n"
# What stands in a table is a claim, which names its source.
RATED = """\
---
license: mit
---
# Rated

## Evaluation results

| Dataset | Accuracy |
|---|---|
| SST-2 | 0.91 |
"""


def said(lake: Lake) -> dict[tuple[str, str], bytes]:
    """What documents say in a lake now."""
    return {
        (item.record, item.source): item.content
        for _, held in lake.ledger.contents_all()
        for item in held
        if item.kind == "statements" and item.source != lake.iris.curated.value
    }


def sources(lake: Lake) -> set[str]:
    return {source for _, source in said(lake)}


@pytest.fixture
def cards(write: Write) -> Path:
    write("cards/a b/rated/README.md", RATED)
    write("cards/ä/plain/README.md", CARD)
    return write("cards/a b/rated/weights.bin", b"1234").parents[2]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_folder_says_the_same_under_other_names(tmp_path: Path, cards: Path, workers: int) -> None:
    with modellake.open(tmp_path / "one") as one, modellake.open(tmp_path / "other") as other:
        one.harvest(cards)
        receipt = other.harvest(cards, source=AT, workers=workers)
        assert receipt.refused == []
        here = f"{cards.as_uri()}/"
        renamed = {
            (record, source.replace(here, AT)): content.replace(here.encode(), AT.encode())
            for (record, source), content in said(one).items()
        }
        assert {key: sorted(text.splitlines()) for key, text in said(other).items()} == {
            key: sorted(text.splitlines()) for key, text in renamed.items()
        }
        assert sources(other) == {f"{AT}a%20b/rated/README.md", f"{AT}%C3%A4/plain/README.md"}
        claims = other.query("SELECT ?source { ?claim a lake:Claim ; lake:assertedBy ?source }")
        assert claims.column("source") == [f"{AT}a%20b/rated/README.md"]


def test_nothing_tells_where_the_files_were(lake: Lake, cards: Path, tmp_path: Path) -> None:
    lake.harvest(cards, source=AT, message="Cards")
    quads = [str(quad) for quad in lake.view.engine.quads()]
    assert any(AT in line for line in quads)
    assert [line for line in quads if "file:" in line or str(tmp_path) in line] == []


def test_a_document_alone(lake: Lake, cards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cards / "ä" / "plain")
    for place in ("README.md", "./README.md", cards / "ä" / "plain" / "README.md"):
        lake.harvest(place, source="https://example.org/card?id=7#it")
    assert sources(lake) == {"https://example.org/card?id=7#it"}
    assert lake.ledger.head().sequence == 1


def test_what_is_as_it_was_is_not_read_again(lake: Lake, cards: Path) -> None:
    lake.harvest(cards, source=AT)
    chosen = choose([str(cards)], "huggingface")
    again = [item.item for item in lake.harvested(chosen, naming=naming_of([str(cards)], AT))]
    assert again == [None, None]
    assert lake.harvest(cards, source=AT).counts() == {"accepted": 0, "unchanged": 2, "refused": 0}
    elsewhere = lake.harvested(chosen, naming=naming_of([str(cards)], "https://example.org/elsewhere/"))
    assert None not in [item.item for item in elsewhere]


def test_a_folder_that_has_moved_is_the_same_source(lake: Lake, cards: Path, tmp_path: Path) -> None:
    lake.harvest(cards, source=AT)
    before = sources(lake)
    moved = cards.rename(tmp_path / "moved")
    (moved / "ä" / "plain" / "README.md").write_text(CARD.replace("mit", "apache-2.0"))
    lake.harvest(moved, source=AT)
    assert sources(lake) == before
    licenses = [
        content
        for (_, source), content in said(lake).items()
        if source.endswith("plain/README.md") and b"spdx.org/licenses" in content
    ]
    assert licenses and all(b"Apache-2.0" in content and b"MIT" not in content for content in licenses)


def test_a_document_that_is_read_again_keeps_its_name(lake: Lake, cards: Path) -> None:
    naming = naming_of([str(cards)], AT)
    for item in lake.harvested(choose([str(cards)], "huggingface"), naming=naming):
        assert item.read_again(lake.iris).source == item.source
        again = item.read_again(lake.iris).item
        assert again is not None and item.item is not None
        assert again.source == item.item.source


def test_bytes_are_kept_of_what_has_another_name(lake: Lake, cards: Path) -> None:
    lake.harvest(cards, source=AT, store=True)
    kept: Payloads = lake.payloads
    assert sum(1 for _ in kept.verify()) > 0


@pytest.mark.parametrize(
    ("places", "iri", "code"),
    [
        (["cards", "cards"], AT, "source.several"),
        (["https://example.org/a"], AT, "source.elsewhere"),
        (["cards"], "https://example.org/models", "source.no-folder"),
        (["cards"], "models/", "iri.malformed"),
        (["cards"], "", "iri.malformed"),
        (["cards"], "file:///cards/", "source.file"),
    ],
)
def test_what_cannot_be_a_name(
    lake: Lake, cards: Path, monkeypatch: pytest.MonkeyPatch, places: list[str], iri: str, code: str
) -> None:
    monkeypatch.chdir(cards.parent)
    with pytest.raises(UsageError) as refused:
        lake.harvest(places, source=iri)
    assert refused.value.code == code
    assert lake.ledger.head().sequence == 0
