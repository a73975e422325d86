"""The page about the code lists."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from modellake.core.vocab import DCT, OWL, SKOS
from modellake.rdf.pages.alignments import relations
from modellake.rdf.pages.markdown import code, origin, paragraphs, table
from modellake.rdf.pages.names import Names, anchor

_PAGE = "code-lists.md"


def lists_page(names: Names) -> str:
    """The page with every code list and its concepts."""
    contents = " · ".join(f"[{names.text(scheme, DCT.title)}](#{anchor(scheme)})" for scheme in names.schemes)
    return paragraphs(
        origin("ontology/schemes/"),
        "# Code lists",
        "The values that properties take where a list of them helps. Data use the IRI of a concept, such as"
        " `task:text-classification`; JSON-LD documents may use its code alone.",
        contents,
        *(part for scheme in names.schemes for part in _section(names, scheme)),
    )


def _section(names: Names, scheme: NamedNode) -> Iterator[str]:
    sources = [
        f"<{value.value}>" for value in names.ontology.objects(scheme, DCT.source) if isinstance(value, NamedNode)
    ]
    version = names.text(scheme, OWL.versionInfo)
    yield f'<a id="{anchor(scheme)}"></a>\n## {names.text(scheme, DCT.title)}'
    yield names.text(scheme, DCT.description)
    yield f"{code(scheme.value)}, version {version}" + (f", after {' '.join(sources)}" if sources else "")
    yield table(("code", "label", "fr", "meaning", "elsewhere"), (_row(names, term) for term in names.concepts(scheme)))


def _row(names: Names, concept: NamedNode) -> tuple[str, ...]:
    also = sorted(value.value for value in names.ontology.objects(concept, SKOS.altLabel) if isinstance(value, Literal))
    label = names.text(concept, SKOS.prefLabel) + (f" (also: {', '.join(also)})" if also else "")
    return (
        code(names.curie(concept.value)),
        label,
        names.text(concept, SKOS.prefLabel, language="fr"),
        names.text(concept, SKOS.definition),
        "; ".join(relations(names, concept, _PAGE)),
    )
