"""How pages name and link terms: CURIEs, and where each term is described."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from os.path import relpath
from pathlib import Path, PurePosixPath

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from modellake.core.prefixes import PREFIXES, compact
from modellake.core.terms import Term
from modellake.core.vocab import DCT, OWL, RDF, SKOS
from modellake.rdf.expressions import expression
from modellake.rdf.ontology import Ontology, OntologyFile
from modellake.rdf.pages.markdown import code

_LOCAL = re.compile(r"[\w.%~+-]*")


class Names:
    """The terms of an ontology as its pages write them.

    Args:
        ontology: the files of the ontology; ``align/`` and ``schemes/`` are told by their folders.
    """

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology

    @cached_property
    def themes(self) -> list[OntologyFile]:
        """The files that declare terms, and not the alignments or code lists."""
        files = [file for file in self.ontology.files if Path(file.name).parent.name not in ("align", "schemes")]
        return [file for file in files if self.terms_of(file)]

    @cached_property
    def alignments(self) -> list[OntologyFile]:
        """The files that align the ontology with other vocabularies."""
        return [file for file in self.ontology.files if Path(file.name).parent.name == "align"]

    @cached_property
    def schemes(self) -> list[NamedNode]:
        """The code lists, by title."""
        found = [NamedNode(iri) for iri in self.ontology.homes]
        lists = [term for term in found if SKOS.ConceptScheme in self.ontology.objects(term, RDF.type)]
        return sorted(lists, key=lambda term: self.text(term, DCT.title))

    def pointing(self, term: Term, *predicates: NamedNode) -> list[NamedNode]:
        """The own terms from which one of these properties leads to a term, in the order of the terms."""
        found = (other for predicate, other in self._pointers.get(term, ()) if predicate in predicates)
        return list(dict.fromkeys(found))

    @cached_property
    def _pointers(self) -> Mapping[Term, list[tuple[NamedNode, NamedNode]]]:
        """Which own terms lead to a term, and by what."""
        found: dict[Term, list[tuple[NamedNode, NamedNode]]] = defaultdict(list)
        for other in self.ontology.terms:
            for item in self.ontology.about.get(other, ()):
                found[item.object].append((item.predicate, other))
        return found

    def header(self, file: OntologyFile) -> NamedNode:
        """The ontology that a file describes."""
        return next(
            item.subject
            for item in file.statements
            if item.predicate == RDF.type and item.object == OWL.Ontology and isinstance(item.subject, NamedNode)
        )

    def terms_of(self, file: OntologyFile) -> list[NamedNode]:
        """The own terms that a file declares, in the order of the file."""
        declared = (item.subject for item in file.statements if item.predicate == RDF.type)
        return [term for term in dict.fromkeys(declared) if term in self.ontology.terms and isinstance(term, NamedNode)]

    def page_of(self, file: OntologyFile) -> str:
        """The page about a file, below ``docs/reference``."""
        path = Path(file.name)
        folder = "alignments" if path.parent.name == "align" else "ontology"
        return f"{folder}/{path.stem}.md"

    def text(self, term: Term, *predicates: NamedNode, language: str = "en") -> str:
        """What is said of a term in a language, or without one."""
        said = [value for value in self.ontology.objects(term, *predicates) if isinstance(value, Literal)]
        fitting = [value.value for value in said if value.language in (language, None)]
        return " ".join(dict.fromkeys(fitting))

    def curie(self, iri: str) -> str:
        """The short form of an IRI, with the prefixes that the files declare."""
        short = compact(iri)
        if short != iri:
            return short
        for namespace, prefix in self._prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def link(self, term: Term, page: str) -> str:
        """A term as code, linked from a page to where it is described, if it is."""
        if not isinstance(term, NamedNode):
            return code(expression(self.ontology, term))
        target = self._places.get(term)
        shown = code(self.curie(term.value))
        return f"[{shown}]({target_from(page, target)})" if target else shown

    def links(self, terms: list[Term], page: str) -> str:
        """Several terms, in the order of their short names."""
        return ", ".join(sorted({self.link(term, page) for term in terms}))

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        """Namespaces and the prefixes that the files give them, the longest namespace first."""
        found: dict[str, str] = {}
        for file in self.ontology.files:
            parser = parse(file.content, format=RdfFormat.TURTLE, base_iri=file.base)
            for _ in parser:
                pass
            found |= {namespace: prefix for prefix, namespace in parser.prefixes.items()}
        found |= {namespace: prefix for prefix, namespace in PREFIXES.items()}
        return dict(sorted(found.items(), key=lambda item: -len(item[0])))

    @cached_property
    def _places(self) -> Mapping[NamedNode, str]:
        found = {term: f"{self.page_of(file)}#{anchor(term)}" for file in self.themes for term in self.terms_of(file)}
        for scheme in self.schemes:
            found[scheme] = f"code-lists.md#{anchor(scheme)}"
            found |= {term: f"code-lists.md#{anchor(scheme)}" for term in self.concepts(scheme)}
        return found

    def concepts(self, scheme: NamedNode) -> list[NamedNode]:
        """The concepts of a code list, in the order of its file."""
        found = (item for file in self.ontology.files for item in file.statements)
        members = (item.subject for item in found if item.predicate == SKOS.inScheme and item.object == scheme)
        return [term for term in dict.fromkeys(members) if isinstance(term, NamedNode)]


def anchor(term: NamedNode) -> str:
    """The name of the place of a term on its page."""
    return re.split(r"[#/]", term.value)[-1]


def target_from(page: str, target: str) -> str:
    """A link from one page to a place on another."""
    path, _, place = target.partition("#")
    if path == page:
        return f"#{place}"
    return f"{PurePosixPath(relpath(path, PurePosixPath(page).parent)).as_posix()}#{place}"
