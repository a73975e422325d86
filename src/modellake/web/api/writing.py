"""What is written, and what became of it: commits, verdicts, the quarantine."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from modellake.core.description import Description
from modellake.core.errors import NotFoundError, ParseError, UsageError
from modellake.lake.documents import describe_text
from modellake.lake.lake import Lake
from modellake.lake.verdicts import verdicts_of
from modellake.ledger.quarantine import QuarantineItem
from modellake.rdf.formats import SYNTAXES, Syntax, syntax_named
from modellake.web.api import models
from modellake.web.api.calls import Call, Calling
from modellake.web.callers import Role
from modellake.web.problems import HTTPError

router = APIRouter(prefix="/api", tags=["The lake as JSON"])
_TURTLE = """@prefix lake: <https://w3id.org/model-lake#> .
@prefix dct: <http://purl.org/dc/terms/> .

<model/acme/churn> a lake:Model ; dct:title "Churn" .
"""
_MEDIA_TYPES = [*(syntax.media_type for syntax in SYNTAXES), "application/json"]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "RDF; `application/json` is read as JSON-LD. Relative IRIs are resolved against the base IRI.",
        "content": {
            name: {"schema": {"type": "string"}, **({"example": _TURTLE} if name == "text/turtle" else {})}
            for name in _MEDIA_TYPES
        },
    }
}
Message = Annotated[str, Query(max_length=2000, description="Why, for the history.")]
SourceName = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="The IRI of the document. What it said before and says no longer is withdrawn.",
        examples=["https://example.org/cards/churn"],
    ),
]


@router.post("/commit", openapi_extra=_BODY)
async def commit(call: Calling, message: Message = "", source: SourceName = None) -> models.Receipt:
    """Take an RDF document into the lake, all of it in one commit or nothing. Needs the role contributor.

    Without a source of its own, the document is called by its digest: the same text is the same source.
    """
    call.caller.require(Role.CONTRIBUTOR)
    syntax, content = _syntax(call), await call.body()
    return await call.write(partial(_committed, call, content, syntax, message, source))


@router.post("/validate", openapi_extra=_BODY)
async def validate(call: Calling, source: SourceName = None) -> models.Verdict:
    """What the gate would say to a commit of an RDF document; nothing is written, not even to quarantine."""
    syntax, content = _syntax(call), await call.body()
    return await call.judge(partial(_verdict, call.lake, content, syntax, source))


@router.get("/quarantine")
async def quarantine(
    call: Calling,
    all: Annotated[bool, Query(description="Also what has been taken in since.")] = False,
    after: Annotated[int, Query(ge=0, le=2**53, description="Only items with a greater number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> models.Quarantine:
    """What the gate refused and nobody has mended yet, oldest first. Needs the role contributor."""
    call.caller.require(Role.CONTRIBUTOR)
    return await call.read(partial(_listed, call.lake, "all" if all else "open", after, limit))


@router.get("/quarantine/{item}")
async def quarantine_item(
    call: Calling, item: Annotated[int, Path(ge=0, le=2**53, description="The number of the item.")]
) -> models.QuarantineItem:
    """One thing that the gate refused, and why. Needs the role contributor."""
    call.caller.require(Role.CONTRIBUTOR)
    return await call.read(partial(_one, call.lake, item))


def _syntax(call: Call) -> Syntax:
    """The RDF syntax of the body."""
    header = call.request.headers.get("content-type", "")
    try:
        return syntax_named(header)
    except UsageError:
        what = f"{header[:100]!r} is no" if header else "The request has no"
        raise HTTPError(
            415,
            f"{what} media type of RDF",
            code="http.media-type",
            remedy=f"Send one of: {', '.join(_MEDIA_TYPES)}.",
            headers=[("Accept-Post", ", ".join(_MEDIA_TYPES))],
        ) from None


def _committed(call: Call, content: bytes, syntax: Syntax, message: str, source: str | None) -> models.Receipt:
    described = _described(call.lake, content, syntax, source)
    receipt = call.lake.commit(described, message=message, agent=call.caller.agent)
    return models.Receipt.model_validate(receipt.to_dict())


def _verdict(lake: Lake, content: bytes, syntax: Syntax, source: str | None) -> models.Verdict:
    (verdict,) = verdicts_of(lake.validate(_described(lake, content, syntax, source)), lake.iris)
    return models.Verdict.model_validate({**verdict.to_dict(), "conforms": verdict.report.conforms})


def _described(lake: Lake, content: bytes, syntax: Syntax, source: str | None) -> Description:
    """A document that was sent.

    Raises:
        ParseError: it cannot be read, or states nothing: that would withdraw all that its source said.
    """
    document = describe_text(content, syntax.name, lake.iris, source=source)
    if not document.statements:
        raise ParseError("The document states nothing", code="parse.empty", remedy="Send at least one statement.")
    return document


def _listed(lake: Lake, status: str, after: int, limit: int) -> models.Quarantine:
    found = lake.ledger.quarantine.list(None if status == "all" else status, after=after, limit=limit + 1)
    more = found[limit - 1].id if len(found) > limit else None
    spaces = lake.view.audience.spaces
    return models.Quarantine(items=[_item(item) for item in found[:limit] if item.space in spaces], next=more)


def _one(lake: Lake, number: int) -> models.QuarantineItem:
    item = lake.ledger.quarantine.get(number)
    if item.space not in lake.view.audience.spaces:
        raise NotFoundError(f"The quarantine has no item {number}", code="quarantine.unknown")
    return _item(item)


def _item(item: QuarantineItem) -> models.QuarantineItem:
    names = ("id", "time", "status", "place", "source", "media_type", "harvester", "agent", "size")
    facts = {name: getattr(item, name) for name in names}
    return models.QuarantineItem.model_validate(
        {**facts, "taken_in_with": item.sequence, "report": item.report.to_dict()}
    )
