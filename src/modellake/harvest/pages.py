"""Reference pages of the built-in harvesters, written from their code: what they read, how they name, what they map."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points

from pyoxigraph import NamedNode

from modellake.core.plugins import HARVESTERS, Harvester, MappedField, extra_of, load_harvester, mapping_of
from modellake.harvest.codes import codes_of
from modellake.rdf.assets import ontology_dir
from modellake.rdf.ontology import read_ontology
from modellake.rdf.pages.markdown import code, origin, paragraphs, table
from modellake.rdf.pages.names import Names

FOLDER = "harvesters"
_SOURCES = "https://w3id.org/model-lake/source/"
_MESSAGES = 3
_LITERAL = re.compile(r"``(.+?)``")
_SECTION = re.compile(r"\n\s*\n(?:Args|Returns|Raises|Attributes):.*", re.DOTALL)


def harvester_pages() -> Iterator[tuple[str, str]]:
    """The page of every built-in harvester and the list of them, by their paths below ``docs/reference``."""
    names = Names(read_ontology(ontology_dir()))
    harvesters = [load_harvester(entry.name) for entry in _built_in()]
    yield f"{FOLDER}/README.md", _index(harvesters)
    for harvester in harvesters:
        yield _page_name(harvester), _page(names, harvester)


def _built_in() -> list[EntryPoint]:
    entries = (entry for entry in entry_points(group=HARVESTERS) if entry.module.split(".")[0] == "modellake")
    return sorted(entries, key=lambda entry: entry.name)


def _page_name(harvester: Harvester) -> str:
    return f"{FOLDER}/{harvester.name}.md"


def _index(harvesters: Iterable[Harvester]) -> str:
    return paragraphs(
        origin("src/modellake/harvest/"),
        "# Harvesters",
        "`modellake harvest PLACE` asks each installed harvester whether it reads what is at the place;"
        " `--from NAME` names one. `modellake harvest --list` lists those that are installed, those of other packages"
        " among them: [how to write one](../../how-to/write-a-harvester.md).",
        table(
            ("harvester", "reads", "fields mapped", "its libraries"),
            (
                (
                    f"[{code(item.name)}]({item.name}.md)",
                    item.summary,
                    str(len(mapping_of(item)) or ""),
                    _libraries(item),
                )
                for item in harvesters
            ),
        ),
        "## Findings of every harvester",
        "A document that cannot be read is kept in quarantine with the reason, and never ends the harvest of others.",
        table(("code", "what it says"), _COMMON),
    )


_COMMON = (
    ("`harvester.none`", "No harvester accepts the place"),
    ("`harvester.ambiguous`", "Several harvesters accept a file: `--from` names one"),
    ("`harvester.unknown`", "No harvester of that name is installed"),
    ("`harvester.unusable`", "No harvester accepts the place, and some could not be asked"),
    ("`harvester.broken`", "A plugin cannot be loaded, or lacks a member that every harvester has"),
    ("`harvester.extra-missing`", "A harvester needs a library that is not installed; it is named"),
    ("`harvester.failed`", "The harvester itself fails on the document"),
    ("`harvester.crashed`", "The process that reads the document dies, for want of memory or by a fault in a library"),
    ("`harvester.timeout`", "The document was not read within `--time-limit`"),
    ("`harvester.workers`", "No worker process can be started"),
    ("`source.several`", "`--source` is for one file or folder"),
    ("`source.no-folder`", "The `--source` of a folder does not end in a slash"),
    ("`source.elsewhere`", "`--source` for a URL, which is its name already"),
    ("`source.file`", "`--source` is the `file:` IRI of some place"),
    ("`quarantine.named`", "A document with a `--source` is not found again from quarantine: harvest it again"),
)


def _page(names: Names, harvester: Harvester) -> str:
    kind = type(harvester)
    return paragraphs(
        origin("src/modellake/harvest/"),
        f"# {harvester.name}",
        harvester.summary + ".",
        _libraries(harvester) and f"Its libraries come with {_libraries(harvester)}.",
        _prose(inspect.getdoc(kind)),
        "## What it reads",
        table(
            ("", ""),
            (
                ("accepts", _prose(inspect.getdoc(kind.accepts))),
                ("finds", _prose(inspect.getdoc(kind.find))),
                ("names the source", _prose(inspect.getdoc(kind.source))),
                ("reads", _prose(inspect.getdoc(kind.read))),
            ),
        ),
        *_mapping(names, harvester),
        *_codes(harvester),
    )


def _libraries(harvester: Harvester) -> str:
    """How to install what a harvester uses besides the core; empty where that is nothing."""
    extra = extra_of(type(harvester).__module__)
    return code(f"pip install 'modellake[{extra}]'") if extra else ""


def _mapping(names: Names, harvester: Harvester) -> Iterator[str]:
    rows = mapping_of(harvester)
    if rows:
        yield "## What becomes of its fields"
        yield "A field that is read but becomes nothing has no term; the note says why."
        page = _page_name(harvester)
        yield table(("field", "becomes", "note"), (_row(names, row, page) for row in rows))


def _row(names: Names, row: MappedField, page: str) -> tuple[str, str, str]:
    terms = " ".join(_term(names, term, page) for term in row.terms)
    return code(row.field), terms, _literal(row.note)


def _term(names: Names, term: NamedNode, page: str) -> str:
    """A term, linked; one of the namespace of a format in a short form."""
    if term.value.startswith(_SOURCES):
        return code("source/" + term.value.removeprefix(_SOURCES))
    return names.link(term, page)


def _codes(harvester: Harvester) -> Iterator[str]:
    found = codes_of(harvester)
    if found:
        yield "## What it may find"
        yield "Codes of errors and findings, as they stand in its code, with what they say; `…` stands for a value."
        yield table(("code", "says"), ((code(name), _messages(said)) for name, said in found.items()))


def _messages(said: list[str]) -> str:
    more = f" · and {len(said) - _MESSAGES} more" if len(said) > _MESSAGES else ""
    return _escaped(" · ".join(said[:_MESSAGES])) + more


def _prose(text: str | None) -> str:
    """A docstring without its sections, in Markdown."""
    return _literal(_SECTION.sub("", text or "").strip())


def _literal(text: str) -> str:
    return _LITERAL.sub(r"`\1`", text)


def _escaped(text: str) -> str:
    """A text whose signs mean nothing in Markdown."""
    return re.sub(r"([<>*_\[\]])", r"\\\1", text)
