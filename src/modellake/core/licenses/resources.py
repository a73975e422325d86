"""Expressions as resources: their IRIs, and what describes them, in the terms of SPDX 2.3 (https://spdx.org/rdf/terms/)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.licenses.expressions import Compound, Expression, OrLater, Simple, WithException, simple_parts
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import DCT, LAKE, RDF, SPDX

Statement = tuple[NamedNode, NamedNode, NamedNode | Literal]
_SETS = {"AND": SPDX.ConjunctiveLicenseSet, "OR": SPDX.DisjunctiveLicenseSet}


def expression_iri(expression: Expression, iris: LakeIRIs, home: NamedNode | None = None) -> NamedNode | None:
    """What stands for an expression: SPDX's own IRI for one license of its list, else a license of the lake.

    Args:
        expression: of any form.
        iris: how the lake names things.
        home: the resource whose license is stated. References to texts of a document mean something there alone:
            an expression with one is a part of the home, and nothing where no home is given.
    """
    if isinstance(expression, Simple) and expression.is_listed:
        return NamedNode(PREFIXES["license"] + expression.name)
    if all(part.is_listed for part in simple_parts(expression)):
        return iris.resource("license", str(expression))
    return iris.fragment(home, f"license-{expression}") if home else None


def expression_statements(
    expression: Expression, iris: LakeIRIs, home: NamedNode | None = None
) -> dict[Statement, None]:
    """What describes an expression and its parts, in order and without duplicates; nothing for a listed license.

    Args:
        expression: of any form.
        iris: how the lake names things.
        home: as in `expression_iri`.
    """
    return dict.fromkeys(_describe(expression, iris, home))


def _describe(expression: Expression, iris: LakeIRIs, home: NamedNode | None) -> Iterator[Statement]:
    """An expression in the terms of SPDX 2.3 (https://spdx.org/rdf/terms/), its parts included."""
    node = expression_iri(expression, iris, home)
    if node is None or (isinstance(expression, Simple) and expression.is_listed):
        return
    text = Literal(str(expression))
    yield (node, RDF.type, LAKE.License)
    yield (node, DCT.title, text)
    yield (node, DCT.identifier, text)
    yield (node, LAKE.licenseText, text)
    if isinstance(expression, WithException):
        yield (node, SPDX.licenseException, NamedNode(PREFIXES["license"] + expression.exception))
    if not isinstance(expression, Simple):
        yield (node, RDF.type, _kind(expression))
        for part in _members(expression):
            member = expression_iri(part, iris, home)
            if member is not None:
                yield (node, SPDX.member, member)
                yield from _describe(part, iris, home)


def _kind(expression: OrLater | WithException | Compound) -> NamedNode:
    if isinstance(expression, Compound):
        return _SETS[expression.operator]
    return SPDX.WithExceptionOperator if isinstance(expression, WithException) else SPDX.OrLaterOperator


def _members(expression: OrLater | WithException | Compound) -> tuple[Expression, ...]:
    return expression.members if isinstance(expression, Compound) else (expression.license,)
