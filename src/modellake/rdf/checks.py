"""The checks of an ontology that are queries: each asks for what is wrong and has no answer when nothing is.

They answer with ``?entity ?property ?value``, the columns of a ROBOT report (https://robot.obolibrary.org/report),
so that ``robot report`` and any SPARQL engine over the merged files can run them as they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from modellake.core.errors import QueryError
from modellake.core.report import Severity
from modellake.rdf.assets import query_dir, shapes_dir
from modellake.rdf.queries import read_query
from modellake.rdf.shapes import ShapePack

_HEADER = re.compile(r"^# (severity|remedy): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        title: what is wrong with what it finds.
        question: what it asks.
        source: the pitfall of OOPS!, the check of ROBOT or FOOPS!, or the rule of a specification that it is.
        remedy: what to do about it.
    """

    name: str
    title: str
    question: str
    source: str
    severity: Severity
    remedy: str
    text: str


def ontology_checks() -> list[Check]:
    """All checks, by name."""
    return [read_check(path) for path in sorted((query_dir() / "ontology").glob("*.rq"))]


def ontology_shapes() -> ShapePack:
    """The shapes that the own statements of an ontology are checked against."""
    return ShapePack.from_files(sorted((shapes_dir() / "ontology").glob("*.ttl")))


def read_check(path: Path) -> Check:
    """A check and its header.

    Raises:
        QueryError: the header lacks its severity or its remedy.
    """
    query = read_query(path)
    header = dict(_HEADER.findall(query.text))
    if set(header) != {"severity", "remedy"}:
        raise QueryError(f"{path}: a check says '# severity: …' and '# remedy: …'", code="query.header")
    severity = Severity(header["severity"])
    return Check(query.name, query.title, query.question, query.source, severity, header["remedy"], query.text)
