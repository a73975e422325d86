"""The pages about the terms of the ontology, one a theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.prefixes import PREFIXES
from modellake.core.terms import Term
from modellake.core.vocab import DCT, LAKE, OWL, RDF, RDFS, SKOS
from modellake.rdf.ontology import CLASSES, PROPERTIES, OntologyFile, curie
from modellake.rdf.pages.alignments import relations
from modellake.rdf.pages.markdown import code, origin, paragraphs, table
from modellake.rdf.pages.names import Names, anchor

_STATUS = NamedNode("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
_PREFIX = NamedNode("http://purl.org/vocab/vann/preferredNamespacePrefix")
_DOMAIN = (RDFS.domain, curie("schema:domainIncludes"))
_RANGE = (RDFS.range, curie("schema:rangeIncludes"))
_SUPER = (RDFS.subClassOf, RDFS.subPropertyOf)
_KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "object property",
    OWL.DatatypeProperty: "datatype property",
    OWL.AnnotationProperty: "annotation property",
    OWL.NamedIndividual: "individual",
    curie("owl:TransitiveProperty"): "transitive",
    curie("owl:SymmetricProperty"): "symmetric",
    curie("owl:FunctionalProperty"): "functional",
}
_SECTIONS = {"Classes": "class", "Properties": "property", "Individuals": "individual"}


def theme_page(names: Names, file: OntologyFile) -> str:
    """The page of one theme: every term with all that is said of it."""
    page, header, terms = names.page_of(file), names.header(file), names.terms_of(file)
    sections = {title: [term for term in terms if _section(names, term) == title] for title in _SECTIONS}
    return paragraphs(
        origin(f"ontology/{Path(file.name).name}"),
        f"# {names.text(header, DCT.title)}",
        names.text(header, DCT.description),
        *(f"**{title}:** {_links(names, found, page)}" for title, found in sections.items() if found),
        *(part for title, found in sections.items() for part in _section_parts(names, title, found, page)),
    )


def theme_index(names: Names) -> str:
    """The page that lists the themes."""
    whole = next(NamedNode(iri) for iri in names.ontology.homes if names.text(NamedNode(iri), _PREFIX))
    rows = [
        (
            f"[{names.text(names.header(file), DCT.title)}]({Path(file.name).stem}.md)",
            names.text(names.header(file), DCT.description),
            _counted(names, file),
        )
        for file in names.themes
    ]
    return paragraphs(
        origin("ontology/"),
        f"# {names.text(whole, DCT.title)} {names.text(whole, OWL.versionInfo)}",
        names.text(whole, DCT.description),
        f"Namespace: {code(PREFIXES['lake'])}, prefix {code('lake')}. The values of many properties are codes from"
        " the [code lists](../code-lists.md); the [shapes](../shapes.md) say what a description must have;"
        " the [alignments](../alignments/README.md) say where the terms stand in other vocabularies.",
        table(("theme", "about", "terms"), rows),
    )


def _section_parts(names: Names, title: str, terms: list[NamedNode], page: str) -> Iterator[str]:
    if terms:
        yield f"## {title}"
    for term in terms:
        yield from _entry(names, term, page)


def _entry(names: Names, term: NamedNode, page: str) -> Iterator[str]:
    """One term: name, labels, kind, definition, and a table of the rest."""
    kinds = ", ".join(_KINDS[kind] for kind in _KINDS if kind in names.ontology.objects(term, RDF.type))
    french = names.text(term, RDFS.label, language="fr")
    status = names.text(term, _STATUS)
    yield f'<a id="{anchor(term)}"></a>\n### {names.curie(term.value)}'
    yield f"**{names.text(term, RDFS.label)}** (fr: {french}) · {kinds} · {status}"
    yield names.text(term, SKOS.definition)
    rows = [(label, text) for label, text in _facts(names, term, page) if text]
    yield table(("", ""), rows)


def _facts(names: Names, term: NamedNode, page: str) -> Iterator[tuple[str, str]]:
    ontology = names.ontology
    own = [value for value in ontology.objects(term, *_SUPER) if _is_own(names, value)]
    yield "above it", names.links(own, page)
    yield "below it", names.links(_pointing(names, term, *_SUPER), page)
    yield "domain", names.links(ontology.objects(term, *_DOMAIN), page)
    yield "range", names.links(ontology.objects(term, *_RANGE), page)
    yield (
        "inverse of",
        names.links([*ontology.objects(term, OWL.inverseOf), *_pointing(names, term, OWL.inverseOf)], page),
    )
    yield "properties", names.links(_pointing(names, term, *_DOMAIN), page)
    yield "values of", names.links(_pointing(names, term, *_RANGE), page)
    yield "answers", ", ".join(names.text(facet, SKOS.prefLabel) + "?" for facet in _facets(names, term))
    yield "individuals", names.links(_pointing(names, term, RDF.type), page)
    yield "example", code(names.text(term, SKOS.example))
    yield "note", names.text(term, SKOS.scopeNote)
    yield "elsewhere", "; ".join(relations(names, term, page))
    yield (
        "source",
        " ".join(f"<{value.value}>" for value in ontology.objects(term, DCT.source) if isinstance(value, NamedNode)),
    )
    yield "replaced by", names.links(ontology.objects(term, curie("dct:isReplacedBy")), page)


def _pointing(names: Names, term: NamedNode, *predicates: NamedNode) -> list[Term]:
    """The own terms from which one of these properties leads to a term."""
    return [other for other in names.pointing(term, *predicates) if SKOS.inScheme not in _said(names, other)]


def _facets(names: Names, term: NamedNode) -> list[NamedNode]:
    """The questions of the 5W1H that a property answers."""
    return names.pointing(term, LAKE.groupsProperty)


def _said(names: Names, term: NamedNode) -> set[NamedNode]:
    return {item.predicate for item in names.ontology.about[term]}


def _is_own(names: Names, value: Term) -> bool:
    return not isinstance(value, NamedNode) or names.ontology.is_own(value)


def _section(names: Names, term: NamedNode) -> str:
    kinds = names.ontology.terms[term]
    return "Classes" if kinds & CLASSES else "Properties" if kinds & PROPERTIES else "Individuals"


def _links(names: Names, terms: list[NamedNode], page: str) -> str:
    return " · ".join(names.link(term, page) for term in terms)


def _counted(names: Names, file: OntologyFile) -> str:
    counts = Counter(_section(names, term) for term in names.terms_of(file))
    said = ((counts[title], title.lower(), singular) for title, singular in _SECTIONS.items())
    return ", ".join(f"{number} {singular if number == 1 else plural}" for number, plural, singular in said if number)
