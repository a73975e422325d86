"""The reference implementations: rdflib graphs and pySHACL as the oracle of the gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modellake.core.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    import rdflib

_SH = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True, slots=True)
class ReferenceResult:
    """One ``sh:ValidationResult`` of pySHACL, with the attribute names of ``shacl.Result``."""

    focus_node: str
    path: str | None
    value: str | None
    component_iri: str
    severity_iri: str
    messages: list[str]
    source_shape: str | None
    root_shape: str | None


def reference_results(data: str, shapes: str) -> Iterator[ReferenceResult]:
    """The results of pySHACL for a data and a shapes graph, both N-Triples.

    Raises:
        UnavailableError: pySHACL is not installed.
        UsageError: ``shapes.malformed``.
    """
    try:
        import pyshacl
        import rdflib
        from pyparsing import ParseBaseException
    except ImportError as error:
        raise UnavailableError(
            "The reference engine pySHACL is not installed",
            code="engine.missing",
            remedy="pip install 'modellake[reference]'",
        ) from error
    data_graph = rdflib.Graph().parse(data=data, format="nt")
    # pySHACL mutates the shapes graph it is given, so every run gets one of its own.
    shapes_graph = rdflib.Graph().parse(data=shapes, format="nt")
    try:
        _, report, _ = pyshacl.validate(data_graph, shacl_graph=shapes_graph, allow_infos=True, allow_warnings=True)
    except (RuntimeError, ValueError, re.error, ParseBaseException) as error:
        # Paths, lists, patterns and queries of shapes are looked at when there is something to use them on.
        raise malformed_shapes(str(error)) from error
    sh = rdflib.Namespace(_SH)
    # Results below sh:detail explain others; only the report's own results are results.
    for node in report.objects(None, sh.result):
        yield _result(report, node, sh)


def malformed_shapes(said: str) -> UsageError:
    """That an engine cannot use the shapes it was given, as it says so."""
    text = " ".join(said.split())
    return UsageError(
        f"The shapes cannot be used: {text[:400]}",
        code="shapes.malformed",
        remedy="Mend them: https://www.w3.org/TR/shacl/ says what each of their properties may be.",
    )


def _result(report: rdflib.Graph, node: Any, sh: Any) -> ReferenceResult:
    def one(name: str) -> str | None:
        term = report.value(node, sh[name])
        return None if term is None else str(term.n3())

    shape = one("sourceShape")
    return ReferenceResult(
        focus_node=one("focusNode") or "",
        path=one("resultPath"),
        value=one("value"),
        component_iri=(one("sourceConstraintComponent") or "").strip("<>"),
        severity_iri=(one("resultSeverity") or "").strip("<>"),
        messages=[str(text) for text in report.objects(node, sh.resultMessage)],
        source_shape=shape,
        root_shape=shape,
    )
