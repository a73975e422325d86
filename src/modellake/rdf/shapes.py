"""Shape packs: SHACL shapes compiled once, applied to statements, answered as findings.

The engine is ``shacl`` (Rust); where there is no wheel of it the reference implementation pySHACL answers by
itself. Both give the same findings (SHACL 1.0 Core and SHACL-SPARQL, https://www.w3.org/TR/shacl/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UnavailableError
from modellake.core.prefixes import compact_all
from modellake.core.report import SH, Finding, Severity
from modellake.rdf.assets import concatenated, gate_files, read_turtle
from modellake.rdf.codec import ntriples_text
from modellake.rdf.reference import malformed_shapes, reference_results

EngineName = Literal["auto", "shacl", "pyshacl"]
_PATH = NamedNode(SH + "path")
_MAX_COUNT = NamedNode(SH + "maxCount")
_MESSAGE = NamedNode(SH + "message")


class Result(Protocol):
    """What both engines tell of a ``sh:ValidationResult``; terms are in N-Triples syntax."""

    @property
    def focus_node(self) -> str: ...
    @property
    def path(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def component_iri(self) -> str: ...
    @property
    def severity_iri(self) -> str: ...
    @property
    def messages(self) -> list[str]: ...
    @property
    def source_shape(self) -> str | None: ...
    @property
    def root_shape(self) -> str | None: ...


@dataclass(frozen=True)
class ShapePack:
    """Compiled shapes with what reports need to know about them.

    Attributes:
        text: the Turtle text of the pack, which a commit keeps as the shapes in force.
        statements: the shapes graph.
    """

    text: bytes
    statements: tuple[Triple, ...] = field(repr=False)

    @classmethod
    def from_files(cls, files: list[Path]) -> ShapePack:
        """The pack that these Turtle files make together."""
        return cls(concatenated(files), tuple(read_turtle(files)))

    def validate(self, statements: Iterable[Triple], *, engine: EngineName = "auto") -> list[Finding]:
        """The findings about ``statements``, supertypes being stated in them already.

        Raises:
            UsageError: ``shapes.malformed``.
            UnavailableError: the engine that was asked for is not installed.
        """
        return self.validate_text(ntriples_text(statements), engine=engine)

    def validate_text(self, content: str, *, engine: EngineName = "auto") -> list[Finding]:
        """Like `validate`, for statements as N-Triples."""
        return [self._finding(result) for result in self._results(content, engine)]

    def results(self, statements: Iterable[Triple], *, engine: EngineName = "auto") -> list[Result]:
        """The engine's own results (https://www.w3.org/TR/shacl/#results-validation-result)."""
        return self._results(ntriples_text(statements), engine)

    def _results(self, content: str, engine: EngineName) -> list[Result]:
        if _available(engine) == "shacl":
            return list(self._compiled.validate_text(content, format="ntriples").results)
        return list(reference_results(content, self._ntriples))

    def max_count(self, shape: str) -> int | None:
        """The ``sh:maxCount`` of a property shape."""
        return self._max_counts.get(shape)

    @cached_property
    def single_valued(self) -> frozenset[NamedNode]:
        """The properties that some shape allows at most one value of."""
        paths: dict[object, NamedNode] = {
            item.subject: item.object
            for item in self.statements
            if item.predicate == _PATH and isinstance(item.object, NamedNode)
        }
        limited = (item.subject for item in self.statements if item.predicate == _MAX_COUNT and _limit(item) == 1)
        return frozenset(paths[shape] for shape in limited if shape in paths)

    @cached_property
    def _max_counts(self) -> Mapping[str, int]:
        return {
            item.subject.value: _limit(item)
            for item in self.statements
            if item.predicate == _MAX_COUNT and isinstance(item.subject, NamedNode)
        }

    @cached_property
    def _messages(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for item in self.statements:
            # Shapes without a name are called otherwise by each engine: its own report has their messages.
            shape = item.subject if item.predicate == _MESSAGE else None
            if isinstance(shape, NamedNode) and isinstance(item.object, RdfLiteral):
                found[shape.value].append((item.object.language or "", item.object.value))
        return {shape: tuple(sorted(texts)) for shape, texts in found.items()}

    @cached_property
    def _remedies(self) -> Mapping[str, str]:
        """The messages in English."""
        return {shape: dict(texts).get("en", "") for shape, texts in self._messages.items()}

    @cached_property
    def _ntriples(self) -> str:
        return ntriples_text(self.statements)

    @cached_property
    def _compiled(self) -> Any:
        import shacl

        try:
            return shacl.Shapes.from_text(self._ntriples, format="ntriples")
        except ValueError as error:
            raise malformed_shapes(str(error)) from error

    def _finding(self, result: Result) -> Finding:
        shape = result.root_shape or result.source_shape
        iri = shape.strip("<>") if shape and shape.startswith("<") else None
        messages = self._messages.get(iri or "") or tuple(("", text) for text in result.messages)
        said = self._remedies.get(iri or "") or (result.messages[0] if result.messages else "")
        component = result.component_iri
        detail = _detail(component, result.path, result.value)
        return Finding(
            code="gate.shape",
            severity=_severity(result.severity_iri),
            message=detail,
            remedy=said or None,
            focus=result.focus_node,
            path=result.path,
            value=result.value,
            shape=iri,
            component=component,
            messages=messages,
        )


def _available(asked: EngineName) -> EngineName:
    if asked == "pyshacl" or find_spec("shacl") is not None:
        return "pyshacl" if asked == "pyshacl" else "shacl"
    if asked == "shacl":
        raise UnavailableError(
            "The SHACL engine 'shacl' has no wheel for this platform",
            code="engine.missing",
            remedy="Use the reference engine: --engine pyshacl",
        )
    return "pyshacl"


_SEVERITIES = {SH + severity: severity for severity in Severity}


def _severity(iri: str) -> Severity:
    """A severity of somebody's own blocks, as sh:Violation does: nothing is known that would let it pass."""
    return _SEVERITIES.get(iri, Severity.VIOLATION)


@lru_cache(maxsize=1)
def load_gate() -> ShapePack:
    """The shapes that every write is checked against."""
    return ShapePack.from_files(gate_files())


_EXPLAINED = {
    "Or": "satisfies none of the alternatives that the rule allows",
    "Xone": "must satisfy exactly one of the alternatives that the rule allows",
    "Not": "is what the rule forbids",
    "And": "does not satisfy all that the rule asks for",
    "Node": "has the value {value} of {path}, which does not satisfy the rule for such nodes",
    "QualifiedMinCount": "has too few values of {path} of the kind that the rule asks for",
    "QualifiedMaxCount": "has too many values of {path} of the kind that the rule limits",
    "Closed": "has the property {path}, which the rule does not allow there",
    "MinCount": "has too few values of {path}",
    "MaxCount": "has too many values of {path}",
    "Datatype": "has the value {value} of {path}, which is of another datatype than allowed",
    "NodeKind": "has the value {value} of {path}, which is of the wrong kind (IRI, literal)",
    "Class": "refers by {path} to {value}, which is not known to be of the class expected",
    "In": "has the value {value} of {path}, which is not on the list",
    "HasValue": "lacks the value of {path} that the rule asks for",
    "Pattern": "has the value {value} of {path}, which does not match the pattern",
    "MinLength": "has the value {value} of {path}, which is too short",
    "MaxLength": "has the value {value} of {path}, which is too long",
    "MinInclusive": "has the value {value} of {path}, which is too small",
    "MinExclusive": "has the value {value} of {path}, which is too small",
    "MaxInclusive": "has the value {value} of {path}, which is too large",
    "MaxExclusive": "has the value {value} of {path}, which is too large",
    "LessThan": "has the value {value} of {path}, which is not below the value that it must stay below",
    "LessThanOrEquals": "has the value {value} of {path}, which exceeds the value that it may not exceed",
    "UniqueLang": "has two values of {path} in one language",
}


def _detail(component: str, path: str | None, value: str | None) -> str:
    """What the engine found, in a sentence; the shape's own message says what to do about it."""
    name = component.rpartition("#")[2].removesuffix("ConstraintComponent")
    text = _EXPLAINED.get(name, f"breaks the rule {name}" + (" for {path}" if path else ""))
    shown = value if value is None or len(value) <= 120 else value[:117] + "…"
    return text.format(path=_shortened(path or ""), value=_shortened(shown or ""))


_shortened = lru_cache(maxsize=16_384)(compact_all)


def _limit(item: Triple) -> int:
    value = item.object
    return int(value.value) if isinstance(value, RdfLiteral) else 0
