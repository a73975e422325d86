"""Checking an ontology: its shapes, its queries, its reasoner; one report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from modellake.core.errors import UnavailableError, UsageError
from modellake.core.report import Finding, Report, Severity
from modellake.core.terms import Term
from modellake.core.vocab import DCT
from modellake.lake.tables import table_of
from modellake.rdf.checks import Check, ontology_checks, ontology_shapes
from modellake.rdf.ontology import Ontology
from modellake.rdf.reason import classify
from modellake.rdf.shapes import EngineName
from modellake.store.embedded import EmbeddedEngine

_MARKS = NamedNode("urn:modellake:marks")


def check_ontology(ontology: Ontology, *, reasoner: bool = True, engine: EngineName = "auto") -> Report:
    """Everything that is wrong with an ontology, in the order of severity, file and line.

    A reasoner that is not installed is a finding too: what was not checked is not known to be right.

    Args:
        ontology: the files, read together.
        reasoner: whether HermiT decides on consistency; it takes a second or two.
        engine: which SHACL engine answers.

    Raises:
        UsageError: what is given is a part of an ontology without the rest, whose terms would all look foreign.
    """
    _check_whole(ontology)
    found = [*shape_findings(ontology, engine), *query_findings(ontology)]
    if reasoner:
        found += reasoner_findings(ontology)
    return Report(tuple(sorted(found, key=_order)))


def shape_findings(ontology: Ontology, engine: EngineName = "auto") -> Iterator[Finding]:
    """What the shapes of ``shapes/ontology/`` say about own terms, headers and code lists."""
    for finding in ontology_shapes().validate(ontology.own_statements, engine=engine):
        name = (finding.shape or "").rpartition("#")[2]
        focus, predicate, value = (_term(text) for text in (finding.focus, finding.path, finding.value))
        place = None if focus is None else ontology.place_of(focus, predicate, value)
        yield replace(finding, code=f"ontology.{name}", place=place)


def query_findings(ontology: Ontology) -> Iterator[Finding]:
    """What the queries of ``queries/ontology/`` answer."""
    engine = EmbeddedEngine(_MARKS)
    engine.add(Quad(*item) for item in ontology.statements)
    for check in ontology_checks():
        for entity, predicate, value in table_of(engine.query(check.text)).rows:
            if entity is not None:
                yield _query_finding(check, ontology, entity, predicate, value)


def reasoner_findings(ontology: Ontology) -> Iterator[Finding]:
    """What HermiT finds: a contradiction, classes without any possible instance, or that it cannot run."""
    try:
        classified = classify(ontology.statements)
    except UnavailableError as error:
        yield Finding(f"ontology.{error.code}", Severity.WARNING, f"Consistency is not checked: {error}", error.remedy)
        return
    if not classified.consistent:
        text = "The ontology contradicts itself: nothing can satisfy all that it says"
        yield Finding("ontology.inconsistent", Severity.VIOLATION, text, "Let Protégé explain it, with HermiT.")
    for iri in sorted(classified.unsatisfiable):
        yield Finding(
            "ontology.unsatisfiable",
            Severity.VIOLATION,
            "The class can have no instance",
            "Look above it for a disjointness or a restriction that excludes what it demands.",
            ontology.place_of(NamedNode(iri)),
            focus=f"<{iri}>",
        )


def _check_whole(ontology: Ontology) -> None:
    for iri in ontology.homes:
        for whole in ontology.objects(NamedNode(iri), DCT.isPartOf):
            if isinstance(whole, NamedNode) and whole.value not in ontology.homes:
                raise UsageError(
                    f"{iri} is a part of {whole}, which is not here",
                    code="ontology.part",
                    remedy="Name the folder that holds the whole ontology.",
                )


def _query_finding(
    check: Check, ontology: Ontology, entity: Term, predicate: Term | None, value: Term | None
) -> Finding:
    subject = ontology.named(entity)
    return Finding(
        code=f"ontology.{check.name}",
        severity=check.severity,
        message=check.title,
        remedy=check.remedy,
        place=ontology.place_of(subject, predicate, value),
        focus=str(subject),
        path=None if predicate is None else str(predicate),
        value=None if value is None else str(value),
    )


def _term(text: str | None) -> Term | None:
    """A term from its N-Triples form; None for what is no single term, such as a path."""
    try:
        quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)), None)
    except SyntaxError:
        return None
    return quad.object if quad else None


def _order(finding: Finding) -> tuple[int, str, int, str, str, str]:
    place = finding.place
    where = (place.document or "", place.line or 0) if place else ("", 0)
    ranked = list(Severity).index(finding.severity)
    return (ranked, *where, finding.code, finding.focus or "", finding.value or "")
