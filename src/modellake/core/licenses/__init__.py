"""Licenses: what people state as one, read as SPDX licenses and expressions, and their IRIs.

Nothing is guessed: what can mean several licenses, or none that is known, stays a text with a finding.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from modellake.core.licenses.expressions import Compound, Expression, OrLater, Simple, WithException
from modellake.core.licenses.listed import spdx_id
from modellake.core.licenses.resources import Statement, expression_iri, expression_statements
from modellake.core.licenses.stated import StatedLicense, read_license
from modellake.core.prefixes import PREFIXES

__all__ = [
    "Compound",
    "Expression",
    "OrLater",
    "Simple",
    "StatedLicense",
    "Statement",
    "WithException",
    "expression_iri",
    "expression_statements",
    "read_license",
    "spdx_license",
]


def spdx_license(name: str) -> NamedNode | None:
    """The license that an SPDX identifier names, in any case; None for other texts."""
    known = spdx_id(name.strip())
    return NamedNode(PREFIXES["license"] + known) if known else None
