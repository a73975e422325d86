# ruff: noqa: ARG002  harvesters take what they are given
"""Harvesters that fail in every way they can: none of them ends a harvest of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.description import Description, Refusal, Source
from modellake.core.errors import NotFoundError, UnavailableError
from modellake.core.plugins import accepting_harvesters, folder_of, load_harvester, mapping_of
from modellake.core.vocab import DCT, LAKE, RDF
from modellake.lake.harvesting import harvest_document, harvest_place
from modellake.lake.lake import Lake

GOOD = """
class {name}:
    name, summary = "{name}", "files that end in .{name}"
    def accepts(self, place): return place.endswith(".{name}")
    def find(self, place): yield place
    def source(self, document): ...
    def read(self, document): return b""
    def describe(self, document, content, iris): ...
"""
MODULES = {
    "works": GOOD.format(name="works"),
    "needs": "import a_library_that_nobody_has\n" + GOOD.format(name="needs"),
    "breaks": "1 / 0\n" + GOOD.format(name="breaks"),
    "quits": "import sys; sys.exit(3)\n" + GOOD.format(name="quits"),
    "lacks": "class lacks:\n    name = 'lacks'\n",
    "asks": GOOD.format(name="asks").replace('return place.endswith(".asks")', "raise OSError('no')"),
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six packages with a harvester each, five of which are broken."""
    site = tmp_path / "site"
    for name, text in MODULES.items():
        info = site / f"{name}_package-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"{name}_module.py").write_text(text)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-package\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[modellake.harvesters]\n{name} = {name}_module:{name}\n")
    monkeypatch.syspath_prepend(site)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("needs", "harvester.extra-missing", ["'needs'", "a_library_that_nobody_has"]),
        ("breaks", "harvester.broken", ["'breaks'", "ZeroDivisionError"]),
        ("quits", "harvester.broken", ["'quits'", "SystemExit"]),
        ("lacks", "harvester.broken", ["'lacks'", "summary, accepts, find, source, read, describe"]),
    ],
)
def test_a_harvester_that_cannot_be_loaded_says_why(name: str, code: str, words: list[str]) -> None:
    with pytest.raises(UnavailableError) as caught:
        load_harvester(name)
    assert (caught.value.code, caught.value.exit_status) == (code, 4)
    assert all(word in caught.value.message for word in words)
    assert (f"{name}-package" in caught.value.remedy) or caught.value.remedy.endswith(
        "pip install a_library_that_nobody_has"
    )


@pytest.mark.usefixtures("installed")
def test_broken_harvesters_do_not_stand_in_the_way_of_others() -> None:
    assert [harvester.name for harvester in accepting_harvesters("thing.works")] == ["works"]


@pytest.mark.usefixtures("installed")
def test_where_none_accepts_those_that_could_not_be_asked_are_named() -> None:
    with pytest.raises(UnavailableError) as caught:
        accepting_harvesters("thing.unheard-of")
    assert caught.value.code == "harvester.unusable"
    for name in sorted(set(MODULES) - {"works"}):
        assert f"'{name}'" in caught.value.message


class Stranger:
    """A complete harvester without optional members; tests break one member of it at a time."""

    name, summary = "stranger", "strange files"

    def accepts(self, place: str) -> bool:
        return True

    def find(self, place: str) -> Iterator[str]:
        yield from ("one", "two")

    def source(self, document: str) -> Source:
        return Source(NamedNode(f"urn:strange:{document}"), document, "", self.name)

    def read(self, document: str) -> bytes:
        return b"some bytes"

    def describe(self, document: str, content: bytes, iris: Any) -> Any:
        line = iris.resource("model", document)
        return Description(
            self.source(document), [Triple(line, RDF.type, LAKE.Model), Triple(line, DCT.title, Literal(document))]
        )


def failing(*_: object) -> Any:
    raise RuntimeError("out of order")


def quitting(*_: object) -> Any:
    raise SystemExit(3)


def importing(*_: object) -> Any:
    import a_library_that_nobody_has

    return a_library_that_nobody_has


def half_finding(_: object, __: str) -> Iterator[str]:
    yield "one"
    raise RuntimeError("out of order")


@pytest.mark.parametrize("member", ["source", "read", "describe", "find"])
@pytest.mark.parametrize("fault", [failing, quitting, importing])
def test_a_member_that_fails_refuses_its_document_and_no_other(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, member: str, fault: Any
) -> None:
    broken = type("Broken", (Stranger,), {member: fault})()
    items = [*harvest_place(broken, "a place with blanks", lake.iris), *harvest_place(Stranger(), "x", lake.iris)]
    receipt = lake.commit_each(items)
    assert receipt.accepted == ["one", "two"]
    codes = {item.report.findings[0].code for item in receipt.refused}
    assert codes == {"harvester.extra-missing" if fault is importing else "harvester.failed"}
    assert len(receipt.refused) == (1 if member == "find" else 2)


def test_what_was_found_before_the_finding_failed_is_kept(lake: Lake) -> None:
    broken = type("Broken", (Stranger,), {"find": half_finding})()
    receipt = lake.commit_each(harvest_place(broken, "somewhere", lake.iris))
    assert (receipt.accepted, [item.place for item in receipt.refused]) == (["one"], ["somewhere"])


@pytest.mark.parametrize("said", [None, "text", Description(Source(NamedNode("urn:s"), "x"), ["no triple"])])
def test_a_harvester_that_returns_something_else_is_found_out(lake: Lake, said: Any) -> None:
    broken = type("Broken", (Stranger,), {"describe": lambda *_: said})()
    refusal = harvest_document(broken, "one", lake.iris)
    assert isinstance(refusal, Refusal)
    assert refusal.report.findings[0].code == "harvester.failed"
    assert "TypeError" in refusal.report.findings[0].message
    assert refusal.original == b"some bytes"


def test_statements_may_come_from_an_iterator(lake: Lake) -> None:
    def describe(self: Stranger, document: str, content: bytes, iris: Any) -> Description:
        said = Stranger.describe(self, document, content, iris)
        return Description(said.source, iter(said.statements))

    lazy = type("Lazy", (Stranger,), {"describe": describe})()
    assert lake.commit_each(harvest_place(lazy, "x", lake.iris)).records == 2


def test_errors_about_the_call_are_the_callers(lake: Lake) -> None:
    def find(*_: object) -> Iterator[str]:
        raise NotFoundError("There is no such server")

    with pytest.raises(NotFoundError):
        list(harvest_place(type("Broken", (Stranger,), {"find": find})(), "x", lake.iris))


def test_optional_members_may_be_absent(tmp_path: Path) -> None:
    assert mapping_of(Stranger()) == ()
    assert folder_of(Stranger(), str(tmp_path / "card.md")) == tmp_path
    assert folder_of(Stranger(), str(tmp_path)) == tmp_path
    assert folder_of(Stranger(), "https://example.org/card.md") is None
    elsewhere = type("Elsewhere", (Stranger,), {"folder": lambda _, document: f"{document}/.."})()
    assert folder_of(elsewhere, "a") == Path("a/..")
