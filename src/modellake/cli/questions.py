"""What is asked: a SPARQL text or the name of a query, and its parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from modellake.cli.output import paint, say, write_json
from modellake.core.errors import NotFoundError, UsageError
from modellake.rdf.queries import NamedQuery, Parameter, list_named

STDIN = Path("-")


def question_text(question: str | None, text: str | None, file: Path | None) -> str:
    """The one question that was asked.

    Raises:
        UsageError: none was, or more than one.
        NotFoundError: the file is not there.
    """
    given = [item for item in (question, text, file) if item is not None]
    if len(given) != 1:
        raise UsageError(
            "Ask one question" if given else "What is the question?",
            code="query.which",
            remedy="Give a SPARQL query or the name of one (modellake query --list), or -e TEXT, or -f FILE.",
        )
    if question is not None and _is_file(question):
        raise UsageError(f"{question} is a file", code="query.which", remedy=f"Ask what it holds: -f {question}")
    return given[0] if isinstance(given[0], str) else file_text(given[0])


def bound_params(given: list[str]) -> dict[str, str]:
    """Parameters as they were typed: ``name=value``.

    Raises:
        UsageError: one is not of that form, or is given twice.
    """
    found: dict[str, str] = {}
    for item in given:
        name, mark, value = item.partition("=")
        if not mark or not name:
            raise UsageError(f"{item!r} is no parameter", code="query.parameter", remedy="Write --param NAME=VALUE")
        if name in found:
            raise UsageError(f"The parameter {name!r} is given twice", code="query.parameter")
        found[name] = value
    return found


def show_named(*, as_json: bool) -> None:
    """The named queries with their questions and parameters."""
    queries = list_named()
    if as_json:
        write_json([_query_dict(query) for query in queries])
        return
    for query in queries:
        say(f"{paint(query.name, bold=True)}  {query.title}")
        say(f"    {query.question}")
        for param in query.params:
            say(f"    {paint(f'--param {param.name}=…', 'cyan')}  {param.text}{_need(param)}")
        say(paint(f"    {query.example}", dim=True))


def _need(param: Parameter) -> str:
    if param.default is not None:
        return f" (by default {param.default})"
    return "" if param.required else " (may be left out)"


def _query_dict(query: NamedQuery) -> dict[str, Any]:
    params = [
        {
            "name": param.name,
            "type": param.type,
            "required": param.required,
            "default": param.default,
            "text": param.text,
        }
        for param in query.params
    ]
    return {
        "name": query.name,
        "title": query.title,
        "question": query.question,
        "source": query.source,
        "parameters": params,
        "example": query.example,
    }


def _is_file(question: str) -> bool:
    """A file may be called like a query; a name with a dot can be nothing else."""
    return "." in question and not any(mark in question for mark in "{ \n") and Path(question).is_file()


def file_text(file: Path) -> str:
    """What a file holds, or stdin.

    Raises:
        NotFoundError: it is not there.
        UsageError: it is not UTF-8.
    """
    if file == STDIN:
        return typer.get_text_stream("stdin", encoding="utf-8").read()
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}", code="file.absent")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8", code="parse.encoding") from error
