"""Series: observations of a run that have records of their own, so that a long run does not repeat them.

A run's record is said anew by each commit. What it holds is therefore bounded: each `GROUP` observations become a
record that is written once, ``{run}/observations/{n}``, whose observations say that the run generated them
(``prov:wasGeneratedBy``). Of those the run's own record keeps the last of each metric.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.activities import MetricObservation
from modellake.core.artifact import Owner
from modellake.core.description import Description, Source
from modellake.core.iris import LakeIRIs
from modellake.core.vocab import DCT, PROV, RDF

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

GROUP = 1000


@dataclass(frozen=True, slots=True)
class Series:
    """Some observations of a run, as a resource.

    Attributes:
        number: from 1.
    """

    run: NamedNode
    number: int
    observations: Sequence[MetricObservation]

    @property
    def iri(self) -> NamedNode:
        """The resource."""
        return series_iri(self.run, self.number)

    def statements(self, iris: LakeIRIs) -> Iterator[Triple]:
        """The observations, and whose they are."""
        owner = Owner(self.iri, iris)
        yield Triple(self.iri, RDF.type, PROV.Entity)
        yield Triple(self.iri, DCT.title, Literal(f"Observations of a run, part {self.number}"))
        yield Triple(self.iri, PROV.wasGeneratedBy, self.run)
        for observation in self.observations:
            node = observation.node_in(owner)
            yield Triple(node, PROV.wasGeneratedBy, self.run)
            yield from observation.statements_of(node, iris)

    def last_nodes(self, iris: LakeIRIs) -> dict[NamedNode, NamedNode]:
        """The observation of each metric that was made last."""
        owner = Owner(self.iri, iris)
        last = {item.metric: item for item in self.observations}
        return {metric: item.node_in(owner) for metric, item in last.items() if isinstance(metric, NamedNode)}


def series_iri(run: NamedNode, number: int) -> NamedNode:
    """The resource of one series of a run."""
    return NamedNode(f"{run.value}/observations/{number}")


def series_source(run_id: str, number: int, iris: LakeIRIs) -> Source:
    """Who says what is in a series: a source of its own, since it never speaks again."""
    return Source(iris.source(f"run/{run_id}/observations/{number}"), f"run {run_id}, observations {number}")


def count_series(lake: Lake, run: NamedNode) -> int:
    """How many series a run has in the ledger."""
    number = 0
    while lake.ledger.has_record(lake.iris.record(series_iri(run, number + 1)).value):
        number += 1
    return number


def withdrawals(lake: Lake, run: NamedNode, run_id: str) -> list[Description]:
    """What takes back the series of a run."""
    numbers = range(1, count_series(lake, run) + 1)
    return [Description(series_source(run_id, number, lake.iris), []) for number in numbers]
