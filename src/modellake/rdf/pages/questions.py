"""The page about the named questions."""

from __future__ import annotations

import re

from modellake.rdf.assets import query_dir
from modellake.rdf.pages.markdown import code, origin, paragraphs, table
from modellake.rdf.queries import NamedQuery, list_named

_COMPETENCY = re.compile(r"(CQ\d+) (.*)")


def questions_page() -> str:
    """The page with every named query: the competency questions first, in their order."""
    named = list_named()
    competency = sorted((query for query in named if _number(query)), key=lambda query: (_number(query), query.name))
    others = [query for query in named if not _number(query)]
    return paragraphs(
        origin("queries/"),
        "# Questions",
        "Every question is a file of SPARQL that runs in any engine. In the lake it has a name:"
        " `modellake query NAME --param NAME=VALUE`, or `lake.query(NAME, name=value)` in Python. Each one is tested"
        " with its whole expected answer on an example lake, in Oxigraph and in rdflib, and on lakes where the answer"
        " must be empty ([tests/queries](../../tests/queries/)).",
        "## Competency questions",
        table(
            ("no.", "question", "asked by", "query", "parameters", "expected answer"),
            ((_number(query), *_row(query)) for query in competency),
        ),
        "## Further questions",
        table(("question", "asked by", "query", "parameters", "expected answer"), map(_row, others)),
    )


def _number(query: NamedQuery) -> str:
    found = _COMPETENCY.match(query.question)
    return found[1] if found else ""


def _row(query: NamedQuery) -> tuple[str, ...]:
    found = _COMPETENCY.match(query.question)
    place = query.path.relative_to(query_dir()).as_posix()
    params = ", ".join(code(item.name) + ("" if item.required else " (optional)") for item in query.params)
    answer = f"[answer](../../tests/queries/expected/{query.name}.txt)"
    return (
        found[2] if found else query.question,
        query.source,
        f"[{code(query.name)}](../../queries/{place})",
        params,
        answer,
    )
