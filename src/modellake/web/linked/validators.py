"""Validators: has what a client has kept changed (RFC 9110, sections 8.8 and 13, https://www.rfc-editor.org/rfc/rfc9110)?

A tag is made of what is said and of the form it is said in, so it is strong; an answer that is compressed on its way
has the name of the coding in its tag, which is no matter when tags are compared.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from modellake.web.delivery import coding_of
from modellake.web.messages import Request, Response

# Raised when the same statements are written otherwise.
_FORM = "1"
_CODED = re.compile(r'-(?:gzip|zstd)"$')
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def entity_tag(parts: Iterable[bytes], form: str) -> str:
    """A strong tag for what was written from these parts in a form."""
    computed = hashlib.sha256(f"{_FORM} {form}\n".encode())
    for part in parts:
        computed.update(part)
    return f'"{computed.hexdigest()[:32]}"'


def validated(request: Request, response: Response) -> Response:
    """The response, or 304 without its body when the client has it."""
    if request.method not in ("GET", "HEAD") or response.status != 200:
        return response
    own = dict(response.headers)
    held = _held_tag(request, own.get("ETag", ""), own.get("Last-Modified"))
    if held is None:
        return response
    kept = ((name, value) for name, value in response.headers if name not in ("Content-Type", "Content-Location"))
    return Response(304, b"", [(name, held if name == "ETag" else value) for name, value in kept])


def coded(request: Request, response: Response) -> Response:
    """The response with the tag of the form in which it will be compressed."""
    coding = coding_of(request, response) if response.status == 200 else None
    if coding:
        response.headers = [
            (name, f'{value[:-1]}-{coding}"' if name == "ETag" else value) for name, value in response.headers
        ]
    return response


def http_date(time: str) -> str:
    """A time of the ledger (ISO 8601 in UTC) as HTTP has it, in whole seconds."""
    return format_datetime(datetime.fromisoformat(time).astimezone(UTC), usegmt=True)


def _held_tag(request: Request, own: str, modified: str | None) -> str | None:
    """The tag under which the client has what would be sent; None when it has not."""
    tags = request.headers.get("if-none-match")
    if tags is None:
        return own if _is_held_since(request, modified) else None
    if tags.strip() == "*":
        return own
    return next((tag for tag in _TAG.findall(tags) if _CODED.sub('"', tag) == own), None)


def _is_held_since(request: Request, modified: str | None) -> bool:
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= _aware(parsedate_to_datetime(since))
    except (ValueError, OverflowError):
        return False


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
