"""Descriptions of a run: its logbook as what the lake takes in, without secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import NamedNode, Triple

from modellake.core.description import Description, Source
from modellake.core.iris import LakeIRIs
from modellake.core.report import Finding
from modellake.lake.recording.logbook import Logbook
from modellake.lake.recording.secrets import cleansed, cleansed_text
from modellake.lake.recording.series import Series, series_source
from modellake.rdf.canon import canonical_ntriples
from modellake.rdf.codec import write_statements
from modellake.rdf.formats import syntax_named

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

_SYNTAX = syntax_named("ntriples")
_SHORT = 12


def described(
    lake: Lake, log: Logbook, source: NamedNode, series: Sequence[Series], findings: tuple[Finding, ...]
) -> list[Description]:
    """Everything that one commit of a run consists of."""
    place = f"run {cleansed_text(log.name)}"
    said = _description(Source(source, place, _SYNTAX.media_type), log.statements(), findings)
    parts = [_description(series_source(log.id, item.number, lake.iris), item.statements(lake.iris)) for item in series]
    return [*_environment(lake, log), *_common(lake.iris, log), *parts, said]


def _environment(lake: Lake, log: Logbook) -> list[Description]:
    """The environment is the same for many runs: said once, by a source of its own."""
    iris, environment = lake.iris, log.environment
    if lake.ledger.has_record(iris.record(environment.iri(iris)).value):
        return []
    source = Source(iris.source(f"environment/{environment.name}"), "the environment of a run")
    return [_description(source, environment.statements(iris))]


def _common(iris: LakeIRIs, log: Logbook) -> Iterator[Description]:
    """What many runs say in the same words, by a source that all who say so share.

    Said by each run for itself, a record would have as many sources as there are runs, all of them to be read with
    every further one.
    """
    said: dict[NamedNode, set[Triple]] = {}
    for record in log.common():
        said.setdefault(record.iri(iris), set()).update(record.statements(iris))
    for iri, statements in said.items():
        name = iri.value.removeprefix(iris.base)
        digest = hashlib.sha256(canonical_ntriples(cleansed(statements))).hexdigest()[:_SHORT]
        source = Source(iris.source(f"run/of/{quote(name, safe='/')}/{digest}"), f"what runs say of {name}")
        yield _description(source, statements)


def _description(source: Source, statements: Iterable[Triple], findings: tuple[Finding, ...] = ()) -> Description:
    clean = cleansed(statements)
    # What the gate refuses is kept in this form.
    original = write_statements(clean, _SYNTAX)
    return Description(source, sorted(clean, key=str), findings=findings, original=original)
