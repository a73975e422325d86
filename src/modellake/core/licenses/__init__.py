"""Licenses: what people state as one, read as SPDX licenses and expressions, and their IRIs.

Nothing is guessed: what can mean several licenses, or none that is known, stays a text with a finding.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.licenses.expressions import Compound, Expression, OrLater, Simple, WithException, simple_parts
from modellake.core.licenses.listed import spdx_id
from modellake.core.licenses.stated import StatedLicense, read_license
from modellake.core.prefixes import PREFIXES

__all__ = [
    "Compound",
    "Expression",
    "OrLater",
    "Simple",
    "StatedLicense",
    "WithException",
    "expression_iri",
    "read_license",
    "spdx_license",
]


def spdx_license(name: str) -> NamedNode | None:
    """The license that an SPDX identifier names, in any case; None for other texts."""
    known = spdx_id(name.strip())
    return NamedNode(PREFIXES["license"] + known) if known else None


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
