"""Placing: findings with the line or path of the statement that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pyoxigraph import Triple

from modellake.core.report import Finding, Place

Key = tuple[str | None, ...]


class Placing:
    """Places findings in one document.

    Args:
        places: where its statements stand.
        document: what to call it, for findings about nothing that it states.
    """

    def __init__(self, places: Mapping[Triple, Place], document: str) -> None:
        self._document = document
        self._places: dict[Key, Place] = {}
        for statement, place in places.items():
            key = (str(statement.subject), str(statement.predicate), str(statement.object))
            for length in (1, 2, 3):
                known = self._places.get(key[:length])
                if known is None or (place.line or 0) < (known.line or 0):
                    self._places[key[:length]] = place

    def placed(self, finding: Finding) -> Finding:
        """The finding with the place of its statement, or of its focus node, or else of the document."""
        exact: Key = (finding.focus, finding.path, finding.value)
        if finding.value is None:
            exact = exact[:2]
        place = self._places.get(exact) or self._places.get((finding.focus,))
        return replace(finding, place=place or finding.place or Place(self._document))
