"""Names that people type for resources: an IRI, a CURIE, or ``[kind/]org/name[@version][#part]``."""

from __future__ import annotations

import difflib
from itertools import islice

from pyoxigraph import NamedNode

from modellake.core.errors import AmbiguousError, NotFoundError
from modellake.core.iris import LakeIRIs, home_of, named_node
from modellake.core.prefixes import expand
from modellake.lake.identity.names import NamesAt, NamesOfLedger
from modellake.lake.identity.verdicts import Verdict
from modellake.ledger.ledger import Ledger

KINDS = (
    "model",
    "dataset",
    "code",
    "run",
    "evaluation",
    "environment",
    "metric",
    "experiment",
    "system",
    "deployment",
    "agent",
    "license",
)
_SEARCHED = 200_000


class Names:
    """Finds the resource that a name means, in one lake."""

    def __init__(self, ledger: Ledger, iris: LakeIRIs, names: NamesAt | None = None) -> None:
        self._ledger = ledger
        self._iris = iris
        self._names_at = names or NamesOfLedger(ledger, iris).at

    def resolve(self, name: str, at: int | None = None) -> NamedNode:
        """The resource that ``name`` means, by the IRI under which it is described after commit ``at``.

        Raises:
            NotFoundError: nothing in the lake has that name.
            AmbiguousError: several things have it.
        """
        return self.described(self.named(name), at)

    def described(self, resource: NamedNode, at: int | None = None) -> NamedNode:
        """A resource by the IRI under which it is described now, or was after commit ``at``."""
        was = self._ledger.bases.named(resource.value, at)
        if was != resource.value and not (at is None and self._has_record(resource)):
            resource = NamedNode(was)
        return self._names_at(at).node(resource)

    def named(self, name: str) -> NamedNode:
        """The resource of that very name; with an IRI or the kind before the name it need have no record.

        Raises:
            NotFoundError: nothing in the lake has that name.
            AmbiguousError: several things have it, and they are not merged.
        """
        found = self._absolute(name)
        if found is not None:
            return found
        name, mark, fragment = name.partition("#")
        if mark:
            return self._iris.fragment(self.named(name), fragment)
        with self._ledger.snapshot():
            candidates = [iri for iri in self._candidates(name) if self._has_record(iri)]
        if len(candidates) > 1:
            candidates = list(dict.fromkeys(map(self.described, candidates)))
        if len(candidates) > 1:
            raise AmbiguousError(f"{name!r} is the name of several resources", [iri.value for iri in candidates])
        if candidates:
            return candidates[0]
        kind, slash, _ = name.partition("/")
        if slash and kind in KINDS:
            return self._candidates(name)[0]
        raise self._not_found(name)

    def existing(self, name: str) -> NamedNode:
        """Like `resolve`, for a resource that must have a record.

        Raises:
            NotFoundError: the lake says nothing about it.
        """
        resource = self.resolve(name)
        if not self._has_record(resource):
            raise NotFoundError(
                f"The lake says nothing about {resource.value}",
                code="resource.unknown",
                remedy="See what there is: modellake query contents",
            )
        return resource

    def verdict(
        self,
        one: str | NamedNode,
        other: str | NamedNode,
        reason: str,
        *,
        same: bool,
        into: str | NamedNode | None = None,
    ) -> Verdict:
        """What somebody says about two resources, which keep the very names by which they are called."""
        first, second, kept = (
            self.named(item) if isinstance(item, str) else item for item in (one, other, into or one)
        )
        return Verdict(first, second, same, reason, kept if into else None)

    def _absolute(self, name: str) -> NamedNode | None:
        if "://" in name or name.startswith("urn:"):
            return named_node(name.strip("<>"))
        expanded = expand(name)
        return named_node(expanded) if expanded else None

    def _candidates(self, name: str) -> list[NamedNode]:
        line, mark, version = name.partition("@")
        kind, slash, rest = line.partition("/")
        lines = [self._iris.resource(other, line) for other in KINDS]
        if slash and kind in KINDS:
            lines.insert(0, self._iris.resource(kind, rest))
        if not mark:
            return lines
        # A version is called after its line as its source called that.
        names = self._names_at(None)
        every = (NamedNode(name) for iri in lines for name in names.members(iri.value))
        return [self._iris.version(iri, version) for iri in dict.fromkeys(every)]

    def _has_record(self, resource: NamedNode) -> bool:
        return self._ledger.has_record(self._iris.record(home_of(resource)).value)

    def _not_found(self, name: str) -> NotFoundError:
        wanted = name.partition("@")[0]
        known = [record.partition("/record/")[2] for record in islice(self._ledger.records(), _SEARCHED)]
        short = {path.partition("/")[2].replace("/version/", "@"): path for path in known}
        near = difflib.get_close_matches(name, short, n=3) or difflib.get_close_matches(wanted, short, n=3)
        return NotFoundError(
            f"There is no resource called {name!r} in the lake",
            code="resource.unknown",
            remedy=f"Did you mean {', '.join(near)}?" if near else "See what there is: modellake query contents",
        )
