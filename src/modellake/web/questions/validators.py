"""Validators: is the answer that a client has kept still the answer (RFC 9110 section 13.1.2)?"""

from __future__ import annotations

import hashlib
import re

from modellake.rdf.queries import NamedQuery
from modellake.web.messages import Request
from modellake.web.negotiate import Offer
from modellake.web.problems import HTTPError

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def tag_of(commit: str, query: NamedQuery, offer: Offer) -> str:
    """The tag of all answers to a query, in one form, while a lake stays as it is after a commit.

    It is weak: engines are free to find solutions in another order.
    """
    digest = hashlib.sha256("\n".join((commit, offer.name, query.text)).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def is_held(request: Request, tag: str) -> bool:
    """Does the client say that it has what has that tag?

    Raises:
        HTTPError: 412 ``record.changed``: it wants what has another one, and a weak tag is never the same for that.
    """
    if request.headers.get("if-match", "*").strip() != "*":
        raise HTTPError(
            412,
            "Answers have weak tags, and If-Match compares strong ones",
            code="record.changed",
            remedy="Ask without If-Match.",
        )
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(given)
