"""The pages about other vocabularies: what is below their terms, and what merely corresponds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from modellake.core.vocab import DCT, RDFS, SKOS
from modellake.rdf.ontology import OntologyFile, curie
from modellake.rdf.pages.markdown import code, origin, paragraphs, table
from modellake.rdf.pages.names import Names, target_from

# What holds of every statement made with the lake's term, against what a person should know.
AXIOMS: Mapping[NamedNode, str] = {
    curie("owl:equivalentClass"): "same as",
    curie("owl:equivalentProperty"): "same as",
    RDFS.subClassOf: "kind of",
    RDFS.subPropertyOf: "kind of",
}
MATCHES: Mapping[NamedNode, str] = {
    SKOS.exactMatch: "means the same as",
    SKOS.closeMatch: "is close to",
    curie("skos:broadMatch"): "is narrower than",
    SKOS.narrowMatch: "is wider than",
    SKOS.relatedMatch: "is related to",
}


def alignment_page(names: Names, file: OntologyFile) -> str:
    """The page of one vocabulary."""
    page, header = names.page_of(file), names.header(file)
    see = (f"<{value.value}>" for value in names.ontology.objects(header, RDFS.seeAlso) if isinstance(value, NamedNode))
    axioms, matches = list(_stated(names, file, AXIOMS)), list(_stated(names, file, MATCHES))
    return paragraphs(
        origin(f"ontology/align/{Path(file.name).name}"),
        f"# {names.text(header, DCT.title)}",
        names.text(header, DCT.description),
        f"See {' '.join(see)}.",
        "## What follows" if axioms else "",
        "Whoever asks for these terms of the other vocabulary gets what the lake describes: it is stated in the"
        " default graph."
        if axioms
        else "",
        table(("term of the lake", "", "term there"), (_row(names, item, AXIOMS, page) for item in axioms)),
        "## What corresponds" if matches else "",
        "Nothing follows from these; they tell people and mappers where to look." if matches else "",
        table(("term of the lake", "", "term there"), (_row(names, item, MATCHES, page) for item in matches)),
    )


def alignment_index(names: Names) -> str:
    """The page that lists the vocabularies."""
    rows = [
        (
            f"[{names.text(names.header(file), DCT.title)}]({Path(file.name).stem}.md)",
            str(len(list(_stated(names, file, AXIOMS)))),
            str(len(list(_stated(names, file, MATCHES)))),
        )
        for file in names.alignments
    ]
    return paragraphs(
        origin("ontology/align/"),
        "# Alignments",
        "Where the terms of the lake stand in other vocabularies. What *follows* is an axiom and is stated in the"
        " lake's default graph; what *corresponds* is a hint for people and mappers. Each page ends with what gets lost"
        " on the way. [Why another ontology](../../explanation/why-another-ontology.md) compares the vocabularies.",
        table(("vocabulary", "what follows", "what corresponds"), rows),
    )


def relations(names: Names, term: NamedNode, page: str) -> Iterator[str]:
    """How a term relates to those of other vocabularies, each with a link to the alignment."""
    for predicate, said in {**AXIOMS, **MATCHES}.items():
        found = [
            f"[{code(names.curie(item.object.value))}]({target_from(page, names.page_of(file)).rstrip('#')})"
            for file in names.alignments
            for item in file.about.get(term, ())
            if item.predicate == predicate and isinstance(item.object, NamedNode)
        ]
        if found:
            yield f"{said} {', '.join(found)}"


def _stated(names: Names, file: OntologyFile, predicates: Mapping[NamedNode, str]) -> Iterator[Triple]:
    for item in file.statements:
        foreign = isinstance(item.object, NamedNode) and not names.ontology.is_own(item.object)
        if item.predicate in predicates and foreign:
            yield item


def _row(names: Names, item: Triple, said: Mapping[NamedNode, str], page: str) -> tuple[str, str, str]:
    return names.link(item.subject, page), said[item.predicate], names.link(item.object, page)
