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
from modellake.web.problems import HTTPError

# Raised when the same statements are written otherwise.
_FORM = "1"
_CODED = re.compile(r'-(?:gzip|zstd)"$')
_TAG = re.compile(r'(W/)?("[^"]*")')


def entity_tag(parts: Iterable[bytes], form: str) -> str:
    """A strong tag for what was written from these parts in a form."""
    computed = hashlib.sha256(f"{_FORM} {form}\n".encode())
    for part in parts:
        computed.update(part)
    return f'"{computed.hexdigest()[:32]}"'


def validated(request: Request, response: Response) -> Response:
    """The response, or 304 without its body when the client has it.

    Raises:
        HTTPError: 412 ``record.changed``: it is not what the client wants.
    """
    if request.method not in ("GET", "HEAD") or response.status != 200:
        return response
    own = dict(response.headers)
    tag, modified = own.get("ETag", ""), own.get("Last-Modified")
    if not _is_wanted(request, tag, modified):
        raise HTTPError(
            412,
            "The document is not as the request expects it to be",
            code="record.changed",
            remedy="Ask for it without If-Match and If-Unmodified-Since.",
        )
    held = _held_tag(request, tag, modified)
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


def _is_wanted(request: Request, own: str, modified: str | None) -> bool:
    """Do the conditions hold that go before all others (RFC 9110, section 13.2.2)? A weak tag is equal to none."""
    tags = request.headers.get("if-match")
    if tags is not None:
        return tags.strip() == "*" or own in [_CODED.sub('"', tag) for weak, tag in _TAG.findall(tags) if not weak]
    until = _date(request, "if-unmodified-since")
    return until is None or modified is None or parsedate_to_datetime(modified) <= until


def _held_tag(request: Request, own: str, modified: str | None) -> str | None:
    """The tag under which the client has what would be sent; None when it has not."""
    tags = request.headers.get("if-none-match")
    if tags is None:
        return own if _is_held_since(request, modified) else None
    if tags.strip() == "*":
        return own
    return next((tag for _, tag in _TAG.findall(tags) if _CODED.sub('"', tag) == own), None)


def _is_held_since(request: Request, modified: str | None) -> bool:
    since = _date(request, "if-modified-since")
    return since is not None and modified is not None and parsedate_to_datetime(modified) <= since


def _date(request: Request, name: str) -> datetime | None:
    """The time in a header; None where there is none, or none that can be read (RFC 9110, section 13.1.3)."""
    try:
        time = parsedate_to_datetime(request.headers[name])
    except (KeyError, ValueError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
