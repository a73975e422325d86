"""The publisher: who answers for what a server publishes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publisher:
    """A person or an organization.

    Attributes:
        iri: by which others know it; None for one that is known here alone.
        name: what people call it.
    """

    iri: str | None = None
    name: str | None = None

    @property
    def shown(self) -> str:
        """It, for people."""
        return self.name or self.iri or ""
