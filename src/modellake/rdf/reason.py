"""OWL 2 DL reasoning over an ontology: HermiT, which owlready2 brings along and Java runs.

Offline: imports are not followed, and foreign terms that nobody declares are declared by their use.
HermiT: https://doi.org/10.1007/s10817-014-9305-1.
"""

from __future__ import annotations

import io
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UnavailableError
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import OWL, RDF, RDFS
from modellake.rdf.codec import ntriples_text

_OWL = PREFIXES["owl"]
_DISJOINT = NamedNode(_OWL + "disjointWith")
_EQUIVALENT = NamedNode(_OWL + "equivalentClass")
_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_PROMPT = 'Exception in thread "main" '  # how Java begins what it says of an exception
_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))


@dataclass(frozen=True, slots=True)
class Classification:
    """What a reasoner says about an ontology.

    Attributes:
        consistent: False when the ontology contradicts itself; then the rest is empty.
        unsatisfiable: the classes that can have no instance.
        superclasses: of every named class all named classes above it, asserted or inferred.
    """

    consistent: bool
    unsatisfiable: frozenset[str] = frozenset()
    superclasses: Mapping[str, frozenset[str]] = field(default_factory=dict)


def classify(statements: Iterable[Triple]) -> Classification:
    """Is the ontology that these statements make consistent, and what follows for its classes?

    Raises:
        UnavailableError: owlready2 or Java is not installed (``extra.missing``, ``java.missing``), or HermiT
            gave up on the ontology (``reasoner.failed``).
    """
    owlready2 = _owlready2()
    axioms = {item for item in statements if item.predicate != OWL.imports}
    world = owlready2.World()
    # owlready2 tells on stderr what it mends on the way, such as a property of two kinds.
    with redirect_stderr(io.StringIO()):
        _load(world, axioms | set(_declarations(axioms)))
        inferred = world.get_ontology("urn:modellake:inferred")
        try:
            with inferred:
                owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Classification(consistent=False)
        except owlready2.OwlReadyJavaError as error:
            raise _failure(error) from error
    unsatisfiable = frozenset(kind.iri for kind in world.inconsistent_classes() if kind.iri != _OWL + "Nothing")
    return Classification(True, unsatisfiable, _superclasses(world))


def _owlready2() -> Any:
    try:
        import owlready2
    except ImportError as error:
        raise UnavailableError(
            "owlready2, which brings the reasoner HermiT, is not installed",
            code="extra.missing",
            remedy="pip install 'modellake[reason]', or leave the reasoner out: --skip-reasoner",
        ) from error
    if shutil.which(owlready2.JAVA_EXE) is None:
        raise UnavailableError(
            "Java, which runs the reasoner HermiT, is not on the PATH",
            code="java.missing",
            remedy="Install a Java runtime, version 8 or newer, or leave the reasoner out: --skip-reasoner",
        )
    return owlready2


def _load(world: Any, axioms: Iterable[Triple]) -> None:
    content = io.BytesIO(ntriples_text(axioms).encode())
    world.get_ontology("urn:modellake:asserted#").load(fileobj=content)


def _declarations(axioms: Iterable[Triple]) -> Iterator[Triple]:
    """Types for named terms that are used as classes or properties and are declared nowhere."""
    listed = list(axioms)
    declared = {item.subject for item in listed if item.predicate == RDF.type}
    kinds = {item.subject: item.object for item in listed if item.predicate == RDF.type and item.object in _PROPERTIES}
    for item in listed:
        for term in (item.subject, item.object):
            if not isinstance(term, NamedNode) or term in declared or term.value.startswith(_BUILT_IN):
                continue
            if item.predicate in (RDFS.subClassOf, _EQUIVALENT, _DISJOINT):
                yield Triple(term, RDF.type, OWL.Class)
            elif item.predicate == RDFS.subPropertyOf:
                yield Triple(term, RDF.type, kinds.get(item.subject, OWL.ObjectProperty))


def _superclasses(world: Any) -> dict[str, frozenset[str]]:
    direct: dict[str, set[str]] = defaultdict(set)
    for kind in world.classes():
        direct[kind.iri] |= {above.iri for above in kind.ancestors() if above.iri != kind.iri}
    return {kind: frozenset(above) for kind, above in direct.items()}


def _failure(error: Exception) -> UnavailableError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in lines if "Exception" in line), lines[-1] if lines else "no reason given")
    return UnavailableError(
        f"HermiT gave up: {said.removeprefix(_PROMPT)}",
        code="reasoner.failed",
        remedy="Mend what it names; where it names nothing, give Java more memory or leave it out: --skip-reasoner",
    )
