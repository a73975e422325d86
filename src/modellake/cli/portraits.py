"""Portraits: all that the lake says about one resource, by the questions of the 5W1H, and who says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, Triple

from modellake.cli.output import count, moment, paint, say, short_name, show_pairs, term_text
from modellake.core.errors import NotFoundError
from modellake.core.iris import home_of
from modellake.core.terms import Term, subject_iri
from modellake.lake.lake import Lake
from modellake.lake.state import RecordState
from modellake.lake.tables import Table, to_python
from modellake.rdf.canon import normal_statement

QUERY = "five-w-one-h"
_FACETS = ("who", "what", "when", "where", "why", "how")
PARTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Said:
    """One source of a record, and the commit that its present content came with."""

    source: str
    place: str
    sequence: int
    time: str
    agent: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A property that should have one value, and what each source says."""

    subject: NamedNode
    predicate: NamedNode
    claims: tuple[tuple[str, Term], ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the lake says about a resource.

    Attributes:
        facets: rows of the query ``five-w-one-h``: facet, property, value.
        more: what the record states besides, about the resource itself and about its parts.
        merged: other names of the resource, each with the evidence for it.
    """

    resource: NamedNode
    facets: Table
    more: tuple[Triple, ...]
    sources: tuple[Said, ...]
    contradictions: tuple[Contradiction, ...]
    merged: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The portrait as JSON-ready values."""
        facets = [dict(zip(self.facets.columns, map(to_python, row), strict=True)) for row in self.facets.rows]
        return {
            "resource": self.resource.value,
            "facets": facets,
            "more": [_statement_dict(statement) for statement in self.more],
            "sources": [
                {"source": said.source, "place": said.place, "commit": said.sequence, "time": said.time}
                for said in self.sources
            ],
            "contradictions": [_contradiction_dict(item) for item in self.contradictions],
            "merged": [{"resource": name, "evidence": list(evidence)} for name, evidence in self.merged],
        }


def state_of(lake: Lake, name: str, at: int | None) -> RecordState:
    """The state of the record about a resource, now or after commit ``at``.

    Raises:
        NotFoundError: the lake says nothing about it.
    """
    resource = lake.resolve(name, at=at)
    state = lake.state(resource, at=at)
    if state.is_empty:
        raise _nothing_said(resource, name, at)
    return state


def portrait_of(lake: Lake, name: str, at: int | None) -> Portrait:
    """What the lake says about a resource, now or after commit ``at``.

    Raises:
        NotFoundError: it says nothing.
    """
    state, resource = state_of(lake, name, at), lake.resolve(name, at=at)
    facets = lake.query(QUERY, as_of=at, resource=resource)
    more = tuple(_besides(state, resource, facets))
    merged = tuple(_merged_names(lake, resource, at))
    return Portrait(resource, facets, more, tuple(_sources(lake, resource, at)), tuple(_disputes(lake, state)), merged)


def _nothing_said(resource: NamedNode, name: str, sequence: int | None) -> NotFoundError:
    if sequence is None:
        then, remedy = "", "See what there is: modellake query contents"
    else:
        then, remedy = f" at commit {sequence}", f"See what happened: modellake history {name}"
    return NotFoundError(f"The lake says nothing about {resource.value}{then}", code="resource.unknown", remedy=remedy)


def show_portrait(portrait: Portrait, base: str) -> None:
    """A portrait, facet by facet."""
    say(paint(short_name(portrait.resource.value, base), bold=True))
    say(paint(portrait.resource.value, dim=True))
    for facet, pairs in _by_facet(portrait.facets, base).items():
        _show_section(facet, pairs)
    _show_more(portrait, base)
    said_by = [(said.place, f"commit {said.sequence}, {moment(said.time)}") for said in portrait.sources]
    _show_section("said by", said_by)
    if portrait.merged:
        names = ((short_name(name, base), "; ".join(why) or "decided by hand") for name, why in portrait.merged)
        _show_section("merged with", list(names))
    for item in portrait.contradictions:
        _show_contradiction(item, portrait.resource, base)


def _show_section(title: str, pairs: list[tuple[str, str]]) -> None:
    say()
    say(paint(title, "cyan", bold=True))
    show_pairs(pairs)


def _show_more(portrait: Portrait, base: str) -> None:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for item in portrait.more:
        about = short_name(subject_iri(item).value, base)
        groups[about].append((short_name(item.predicate.value), _shortened(term_text(item.object, base))))
    own = groups.pop(short_name(portrait.resource.value, base), None)
    if own:
        _show_section("besides", own)
    for part, pairs in list(groups.items())[:PARTS_SHOWN]:
        _show_section(part, pairs)
    if len(groups) > PARTS_SHOWN:
        say()
        say(f"… and {count(len(groups) - PARTS_SHOWN, 'more part')}; --format turtle gives all of them.")


def _besides(state: RecordState, resource: NamedNode, facets: Table) -> list[Triple]:
    """What a record states and the facets do not show; engines may write a value in another way."""
    shown = {
        normal_statement(Triple(resource, name, value))
        for _, name, value in facets.rows
        if isinstance(name, NamedNode) and value is not None
    }
    return sorted((item for item in state.statements if normal_statement(item) not in shown), key=str)


def _by_facet(facets: Table, base: str) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {facet: [] for facet in _FACETS}
    for facet, name, value in facets.rows:
        groups.setdefault(term_text(facet), []).append((term_text(name), _shortened(term_text(value, base))))
    return {facet: pairs for facet, pairs in groups.items() if pairs}


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else line[:297] + "…"


def _sources(lake: Lake, resource: NamedNode, at: int | None) -> Iterator[Said]:
    contents = lake.history.contents(resource, at)
    notes = lake.ledger.source_notes({content.source for content in contents}, at=at)
    for content in {(item.source, item.kind): item for item in contents}.values():
        place = notes[content.source].place if content.source in notes else content.source
        if content.source == lake.iris.curated.value:
            place = "curated by hand" if content.kind == "statements" else "taken back by hand"
        commit = lake.ledger.commit(content.sequence)
        yield Said(content.source, place, content.sequence, commit.time, commit.agent)


def _merged_names(lake: Lake, resource: NamedNode, at: int | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = lake.identities.names_at(at)
    for name in names.members(home_of(resource).value)[1:]:
        yield name, names.evidence.get(name, ())


def _disputes(lake: Lake, state: RecordState) -> Iterator[Contradiction]:
    limited = {
        (item.subject, item.predicate)
        for item in state.statements
        if item.predicate in lake.gate.pack.single_valued and isinstance(item.subject, NamedNode)
    }
    for subject, predicate in sorted(limited, key=str):
        by_source = state.values_by_source(subject, predicate)
        if len(set[Triple]().union(*by_source.values())) > 1:
            curated = lake.iris.curated
            claims = ((source or curated, value.object) for source, values in by_source.items() for value in values)
            ordered = sorted(((source.value, value) for source, value in claims), key=str)
            yield Contradiction(subject, predicate, tuple(ordered))


def _show_contradiction(item: Contradiction, resource: NamedNode, base: str) -> None:
    about = "" if item.subject == resource else f" of {short_name(item.subject.value, base)}"
    say()
    say(paint(f"sources disagree on {short_name(item.predicate.value)}{about}", "yellow", bold=True))
    show_pairs((term_text(value, base), short_name(source, base)) for source, value in item.claims)


def _statement_dict(statement: Triple) -> dict[str, Any]:
    return {
        "subject": subject_iri(statement).value,
        "property": statement.predicate.value,
        "value": to_python(statement.object),
    }


def _contradiction_dict(item: Contradiction) -> dict[str, Any]:
    return {
        "subject": item.subject.value,
        "property": item.predicate.value,
        "claims": [{"source": source, "value": to_python(value)} for source, value in item.claims],
    }
