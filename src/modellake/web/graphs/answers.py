"""Answers about graphs, whatever keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from modellake.core.errors import NotFoundError
from modellake.web.delivery import coding_of
from modellake.web.graphs.payloads import sent_form
from modellake.web.graphs.targets import Asked
from modellake.web.messages import Pairs, Response
from modellake.web.negotiate import Choice


def read(choice: Choice, found: str | None, body: bytes = b"") -> Response:
    """What a graph with that hash holds."""
    return Response(200, body, [("Content-Type", choice.content_type), *tag_header(found, choice.offer.name)])


def not_modified(asked: Asked, found: str | None, choice: Choice) -> Response:
    """The reader has it."""
    own = tag(found, choice.offer.name)
    return Response(304, headers=[("ETag", f'"{asked.conditions.kept(own)}"')] if own else [])


def coded(asked: Asked, response: Response) -> Response:
    """The response with the tag of the form in which it will be compressed."""
    coding = coding_of(asked.request, response) if response.status == 200 else None
    if coding:
        response.headers = [
            (name, f'{value[:-1]}-{coding}"' if name == "ETag" else value) for name, value in response.headers
        ]
    return response


def written(asked: Asked, found: str | None, *, location: str | None = None) -> Response:
    """A graph has been written, and has this hash now; ``location`` is given when it has come into being."""
    headers = tag_header(found, sent_form(asked.request))
    if location is None:
        return Response(204, headers=headers)
    return Response(201, headers=[("Location", location), *headers])


def tag(found: str | None, form: str) -> str | None:
    """The tag of a graph with that hash in that form, without its quotes; None where the hash is not known."""
    return f"{found}-{form}" if found else None


def tag_header(found: str | None, form: str) -> Pairs:
    """The header ``ETag``, where the hash is known."""
    text = tag(found, form)
    return [("ETag", f'"{text}"')] if text else []


def unknown(graph: object, remedies: Iterable[str] = ()) -> NotFoundError:
    """There is no such graph."""
    remedy = " ".join(remedies) or "PUT makes it."
    return NotFoundError(f"There is no graph {graph}", code="graph.unknown", remedy=remedy)
