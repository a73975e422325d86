"""What the gate says to a write that it refuses: as problem details, or as the validation report that it is."""

from __future__ import annotations

from pyoxigraph import serialize

from modellake.core.errors import RefusedError
from modellake.core.prefixes import PREFIXES
from modellake.web.forms import GRAPHS, RDF
from modellake.web.messages import Response
from modellake.web.negotiate import Offer, choose
from modellake.web.problems import HTTPError, problem

_PROBLEM = Offer("problem", ("application/problem+json", "application/json"))
_PREFIXES = {name: PREFIXES[name] for name in ("sh", "lake")}


def refusal(error: RefusedError, accept: str | None) -> Response:
    """422, with a ``sh:ValidationReport`` where the client likes RDF better than JSON."""
    try:
        choice = choose(accept, (_PROBLEM, *GRAPHS))
    except HTTPError:
        return problem(error)
    if choice.offer is _PROBLEM:
        return problem(error)
    body = serialize(error.report.to_statements(), format=RDF[choice.offer.name], prefixes=_PREFIXES) or b""
    return Response(422, body, [("Content-Type", choice.content_type)])
