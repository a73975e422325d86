"""Harvesting again: what is as it was is not read, and that is never wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import harvest_plugins
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, Triple

import modellake
from modellake.core.errors import RefusedError
from modellake.core.plugins import Harvester, load_harvester
from modellake.core.vocab import DCT
from modellake.harvest.fingerprints import SMALL
from modellake.lake.harvesting import harvest_place
from modellake.lake.harvesting.choosing import choose
from modellake.lake.harvesting.documents import Harvested
from modellake.lake.harvesting.versions import rules_of
from modellake.lake.lake import Lake

BASE = "https://lake.example.org/"
Write = Callable[[str, str | bytes], Path]
CARD = "---\nlicense: mit\n---\n# A\n"
OTHER_CARD = "---\nlicense: apache-2.0\ntags: [a]\n---\n# A\n"


def read(lake: Lake, place: Path, harvester: str | Harvester = "huggingface") -> list[str]:
    """The documents that a harvest would read now."""
    harvested = lake.harvested(choose([str(place)], harvester))
    return [Path(item.document).parent.name for item in harvested if item.item is not None]


def said(lake: Lake) -> dict[tuple[str, str], bytes]:
    """What documents say in a lake now."""
    return {
        (item.record, item.source): item.content
        for _, held in lake.ledger.contents_all()
        for item in held
        if item.kind == "statements" and item.source != lake.iris.curated.value
    }


@pytest.fixture
def cards(write: Write) -> Path:
    for name in "ab":
        write(f"cards/{name}/README.md", CARD)
    return write("cards/a/weights.bin", b"1234").parent.parent


def test_nothing_is_read_twice(lake: Lake, cards: Path) -> None:
    assert read(lake, cards) == ["a", "b"]
    assert lake.harvest(cards).counts() == {"accepted": 2, "unchanged": 0, "refused": 0}
    assert read(lake, cards) == []
    receipt = lake.harvest(cards)
    assert receipt.counts() == {"accepted": 0, "unchanged": 2, "refused": 0}
    assert list(receipt.unchanged) == [str(cards / name / "README.md") for name in "ab"]
    assert receipt.commits == 0
    assert lake.harvest(cards, dry_run=True).counts() == {"accepted": 0, "unchanged": 2, "refused": 0}
    assert lake.harvest(cards, strict=True).counts() == {"accepted": 0, "unchanged": 2, "refused": 0}
    assert len(list(lake.harvested(choose([str(cards)]), reread=True))) == 2
    assert lake.harvest(cards, reread=True).counts() == {"accepted": 0, "unchanged": 2, "refused": 0}


def test_what_changes_beside_a_card_is_seen(lake: Lake, cards: Path) -> None:
    lake.harvest(cards)
    (cards / "a" / "weights.bin").write_bytes(b"4321")
    assert read(lake, cards) == ["a"]
    assert len(lake.harvest(cards).accepted) == 1
    (cards / "b" / "more").mkdir()
    (cards / "b" / "more" / "config.json").write_text("{}")
    assert read(lake, cards) == ["b"]
    lake.harvest(cards)
    (cards / "a" / "weights.bin").rename(cards / "a" / "model.bin")
    assert read(lake, cards) == ["a"]
    lake.harvest(cards)
    (cards / "a" / "model.bin").unlink()
    assert read(lake, cards) == ["a"]


def test_a_change_without_consequences_is_read_once(lake: Lake, write: Write) -> None:
    plain = harvest_plugins.Plain()
    place = write("one/a.plain", "acme/a\n").parent
    lake.harvest(place, plain)
    (place / "a.plain").write_text("acme/a\r\n")
    assert read(lake, place, plain) == ["one"]
    assert lake.harvest(place, plain).counts() == {"accepted": 0, "unchanged": 1, "refused": 0}
    assert read(lake, place, plain) == []


def test_a_large_file_is_trusted_only_when_it_has_settled(lake: Lake, cards: Path, monkeypatch: Any) -> None:
    large = cards / "a" / "weights.bin"
    large.write_bytes(bytes(SMALL + 1))
    lake.harvest(cards)
    assert read(lake, cards) == ["a"]
    monkeypatch.setattr("modellake.harvest.fingerprints._SETTLED", -1)
    lake.harvest(cards)
    assert read(lake, cards) == []
    # The same size, the same times: only the clock of the file's state tells.
    before = large.stat()
    large.write_bytes(b"1" * (SMALL + 1))
    os.utime(large, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read(lake, cards) == ["a"]


def test_what_was_quarantined_is_read_again(lake: Lake, cards: Path) -> None:
    lake.harvest(cards)
    card = cards / "a" / "README.md"
    card.write_text("---\nlicense: [mit\n---\n")
    assert lake.harvest(cards).counts() == {"accepted": 0, "unchanged": 1, "refused": 1}
    assert read(lake, cards) == ["a"]
    card.write_text(CARD)
    assert read(lake, cards) == ["a"]
    assert lake.harvest(cards).counts() == {"accepted": 0, "unchanged": 2, "refused": 0}
    assert lake.ledger.quarantine.count() == 0
    assert read(lake, cards) == []


def test_what_was_withdrawn_comes_back(lake: Lake, cards: Path) -> None:
    lake.harvest(cards)
    before = said(lake)
    lake.withdraw((cards / "a" / "README.md").as_uri(), message="away")
    assert read(lake, cards) == ["a"]
    lake.harvest(cards)
    assert said(lake) == before


def test_other_rules_or_another_harvester_read_again(lake: Lake, cards: Path, monkeypatch: Any) -> None:
    lake.harvest(cards)
    with monkeypatch.context() as patched:
        patched.setattr("modellake.lake.drafting.rules_in_force", lambda _: {"shapes": b"others"})
        assert read(lake, cards) == ["a", "b"]
    with monkeypatch.context() as patched:
        patched.setattr("modellake.lake.harvesting.versions._code_digest", lambda _: b"other code")
        assert read(lake, cards) == ["a", "b"]
    assert read(lake, cards) == []


def test_code_that_cannot_be_found_makes_no_reading(lake: Lake, write: Write, monkeypatch: Any) -> None:
    place = write("one/a.plain", "acme/a\n").parent
    monkeypatch.setattr(harvest_plugins.Plain, "__module__", "module_without_a_file")
    assert rules_of(harvest_plugins.Plain(), {}) == b""
    lake.harvest(place, harvest_plugins.Plain())
    assert read(lake, place, harvest_plugins.Plain()) == ["one"]


def test_code_texts_and_libraries_count(monkeypatch: Any) -> None:
    huggingface = load_harvester("huggingface")
    rules = rules_of(huggingface, {"shapes": b"a"})
    assert rules == rules_of(huggingface, {"shapes": b"a"}) != b""
    assert rules != rules_of(huggingface, {"shapes": b"b"})
    assert rules != rules_of(load_harvester("files"), {"shapes": b"a"})
    monkeypatch.setattr("modellake.lake.harvesting.versions._libraries", lambda _: ("PyYAML 7",))
    assert rules != rules_of(huggingface, {"shapes": b"a"})


def test_strict_is_all_or_nothing(lake: Lake, cards: Path) -> None:
    (cards / "b" / "README.md").write_text("---\nlicense: [mit\n---\n")
    with pytest.raises(RefusedError) as caught:
        lake.harvest(cards, strict=True)
    assert len(caught.value.quarantined) == 1
    assert said(lake) == {}
    assert lake.harvest(cards).counts() == {"accepted": 1, "unchanged": 0, "refused": 1}


def test_receipts_tell_reasons_once_each(lake: Lake, cards: Path, write: Write) -> None:
    for name in "cd":
        write(f"cards/{name}/README.md", "---\nlicense: [mit\n---\n")
    receipt = lake.harvest(cards)
    (reason,) = receipt.reasons()
    assert (reason.count, reason.kind) == (2, ("parse.yaml", None))
    assert reason.place.startswith(str(cards / "c" / "README.md"))
    assert receipt.to_dict()["reasons"] == [reason.to_dict()]
    assert lake.harvest(cards, dry_run=True).counts() == {"accepted": 0, "unchanged": 2, "refused": 2}


def test_a_harvester_without_a_fingerprint_is_told_by_the_bytes(lake: Lake, write: Write) -> None:
    place = write("one/a.plain", "acme/a\n").parent
    plain = harvest_plugins.Plain()
    lake.harvest(place, plain)
    assert read(lake, place, plain) == []
    (place / "a.plain").write_text("acme/b\n")
    assert read(lake, place, plain) == ["one"]


@pytest.mark.parametrize(("told", "described"), [(b"same", 1), (None, 2)])
def test_a_fingerprint_is_believed_and_none_is_none(
    lake: Lake, write: Write, told: bytes | None, described: int
) -> None:
    place = write("one/a.plain", "acme/a\n")
    watchful = harvest_plugins.Watchful(told)
    lake.harvest(place, watchful)
    lake.harvest(place, watchful)
    assert watchful.described == described


def test_two_documents_of_one_source_count_as_in_a_full_harvest(lake: Lake, write: Write, tmp_path: Path) -> None:
    first, last = write("two/a.plain", "acme/a\n"), write("two/b.plain", "acme/b\n")
    twofold = harvest_plugins.Twofold()
    with modellake.open(tmp_path / "full", base_iri=BASE) as full:
        for text in ("acme/c\n", "acme/d\n", "acme/c\n"):
            first.write_text(text)
            lake.harvest(last.parent, twofold)
            full.harvest(last.parent, twofold, reread=True)
            assert said(lake) == said(full)


def test_who_writes_between_reading_and_committing_is_noticed(lake: Lake, cards: Path) -> None:
    """What was seen to be as it was is judged by what the ledger says when it is its turn."""
    lake.harvest(cards)
    before = said(lake)
    items: list[Harvested] = list(lake.harvested(choose([str(cards)])))
    assert [item.item for item in items] == [None, None]
    lake.withdraw(items[0].source.iri.value, message="meanwhile")
    assert lake.take_in(items).counts() == {"accepted": 1, "unchanged": 1, "refused": 0}
    assert said(lake) == before


def test_a_source_that_somebody_else_wrote_is_read_again(lake: Lake, cards: Path) -> None:
    lake.harvest(cards)
    before = said(lake)
    (item, _) = harvest_place(load_harvester("huggingface"), str(cards), lake.iris)
    more = Triple(lake.iris.resource("model", "a"), DCT.description, Literal("More"))
    lake.commit_each([replace(item, statements=[*item.statements, more])])  # type: ignore[union-attr]
    assert said(lake) != before
    lake.harvest(cards)
    assert said(lake) == before


NAMES = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.just("card"), NAMES, st.sampled_from([CARD, OTHER_CARD, CARD + "\n", "---\na: [\n---\n"])),
    st.tuples(st.just("beside"), NAMES, st.sampled_from([b"1", b"2", b"{}"])),
    st.tuples(st.just("alone"), NAMES, st.none()),
    st.tuples(st.just("gone"), NAMES, st.none()),
    st.tuples(st.just("withdraw"), NAMES, st.none()),
    st.tuples(st.just("edit"), NAMES, st.none()),
    st.tuples(st.just("retract"), NAMES, st.none()),
    st.tuples(st.just("harvest"), st.none(), st.none()),
)


def take_step(lakes: Iterable[Lake], folder: Path, step: tuple[str, Any, Any]) -> None:
    """Do the same to the files, or to both lakes."""
    what, name, value = step
    card = folder / str(name) / "README.md"
    if what == "card":
        card.parent.mkdir(exist_ok=True)
        card.write_text(value)
    elif what == "beside":
        card.parent.mkdir(exist_ok=True)
        (card.parent / "weights.bin").write_bytes(value)
    elif what == "alone":
        (card.parent / "weights.bin").unlink(missing_ok=True)
    elif what == "gone":
        shutil.rmtree(card.parent, ignore_errors=True)
    for lake in lakes:
        if what == "withdraw":
            lake.withdraw(card.as_uri(), message="property")
        elif what == "edit":
            with suppress(RefusedError):  # There may be nothing to edit.
                lake.curate(
                    add=[Triple(lake.iris.resource("model", name), DCT.description, Literal("By hand"))], reason="more"
                )
        elif what == "retract":
            with suppress(RefusedError):
                lake.curate(remove=[Triple(lake.iris.resource("model", name), DCT.title, Literal(name))], reason="no")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
def test_an_incremental_harvest_is_a_full_harvest(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("cards")
    take_step((), folder, ("card", "a", CARD))
    with (
        modellake.open(tmp_path_factory.mktemp("one"), base_iri=BASE) as incremental,
        modellake.open(tmp_path_factory.mktemp("two"), base_iri=BASE) as full,
    ):
        for step in [*steps, ("harvest", None, None)]:
            take_step((incremental, full), folder, step)
            if step[0] == "harvest":
                one = incremental.harvest(folder, "huggingface")
                other = full.harvest(folder, "huggingface", reread=True)
                assert one.counts() == other.counts()
                assert said(incremental) == said(full)
                assert incremental.ledger.quarantine.count() == full.ledger.quarantine.count()
