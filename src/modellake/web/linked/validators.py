"""Validators: has what a client has kept changed (RFC 9110, sections 8.8 and 13, https://www.rfc-editor.org/rfc/rfc9110)?

A tag is made of what is said and of the form it is said in; so it is strong. The codings in which answers are
compressed are made anew each time, and a client that has kept one has kept the same words: their tags are compared
without the ending that tells the coding.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from modellake.web.messages import Request, Response

# Raised when the same statements are written otherwise.
_FORM = "1"
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def entity_tag(parts: Iterable[bytes], form: str) -> str:
    """A strong tag for what was written from these parts in a form."""
    computed = hashlib.sha256(f"{_FORM} {form}\n".encode())
    for part in parts:
        computed.update(part)
    return f'"{computed.hexdigest()[:32]}"'


def validated(request: Request, response: Response) -> Response:
    """The response, or 304 without its body when the client has it."""
    if request.method not in ("GET", "HEAD") or response.status != 200 or not _is_held(request, response):
        return response
    kept = [(name, value) for name, value in response.headers if name not in ("Content-Type", "Content-Location")]
    return Response(304, b"", kept)


def http_date(time: str) -> str:
    """A time of the ledger (ISO 8601 in UTC) as HTTP has it, in whole seconds."""
    return format_datetime(datetime.fromisoformat(time).astimezone(UTC), usegmt=True)


def _is_held(request: Request, response: Response) -> bool:
    own = dict(response.headers)
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or own.get("ETag") in _TAG.findall(tags)
    since, modified = request.headers.get("if-modified-since"), own.get("Last-Modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= _aware(parsedate_to_datetime(since))
    except (ValueError, OverflowError):
        return False


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
