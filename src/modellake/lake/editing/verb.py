"""The verbs of a lake for one record as a whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import ConflictError, RefusedError
from modellake.core.iris import home_of
from modellake.lake.updating.verb import Updatable, one_at_a_time

if TYPE_CHECKING:
    from modellake.lake.drafting import Intent
    from modellake.lake.editing.differences import Difference
    from modellake.lake.editing.records import EditReceipt, Expected, Record
    from modellake.ledger.commits import Head
    from modellake.rdf.graphs import SentGraph

    Change = Callable[[Record], Difference]
    Saying = Callable[[Record, Iterable[Triple]], Difference]

Resource = str | NamedNode
_ATTEMPTS = 8
_REASON = "Edited as a record"  # of a retraction, where nobody gives one


class Editable(Updatable):
    """The part of an open lake that edits records as wholes.

    A record is named by itself, by its resource, or as people name that. An edit is one commit of the curated source,
    or none where nothing changes: what it adds outlives harvests, and so does what it takes away. What it expects of
    the record is looked at on top of the very commit that it follows, so that of two editors who read the same the
    second one is told.
    """

    def record(self, resource: Resource, *, at: int | None = None) -> Record:
        """What the lake says about a resource, as one graph; nothing where it has no such record.

        Args:
            at: the commit after which; None for now.
        """
        from modellake.lake.editing.records import Record
        from modellake.lake.identity.merging import group_state, read_groups

        names = self.identities.names_at(None)
        home = names.home(self._home(resource))
        groups = read_groups(self.ledger, names, [home], at, self.view.audience.spaces)
        state = group_state(groups[home], names, self.iris).statements if home in groups else frozenset()
        return Record(self.iris.record(NamedNode(home)), NamedNode(home), state)

    def replace_record(
        self,
        resource: Resource,
        what: str | bytes | Iterable[Triple] | SentGraph,
        *,
        format: str = "turtle",
        expected: Expected | str | None = None,
        agent: str | None = None,
        message: str = "",
    ) -> EditReceipt:
        """Let the lake say this about a resource, and nothing else.

        What sources say beyond it is retracted; what they say already is left to them.

        Args:
            what: statements about the resource, its parts and blank nodes, or RDF text.
            format: the RDF syntax of text.
            expected: the hash that the record must have, or what else it must be; nothing is done otherwise.
            agent: who, as a name or an IRI; by default the user of this process.
            message: why, for the history and for each retraction.

        Raises:
            ParseError: the text cannot be read.
            ConflictError: ``record.changed``: it is not as expected.
            UsageError: ``record.too-large``.
            RefusedError: the gate refuses the outcome, or ``what`` is about another resource, or about none.
        """
        from modellake.lake.editing.differences import replacing

        return self._say(resource, self._graph(what, format), replacing, expected, self._intent(agent, message))

    def extend_record(
        self,
        resource: Resource,
        what: str | bytes | Iterable[Triple] | SentGraph,
        *,
        format: str = "turtle",
        expected: Expected | str | None = None,
        agent: str | None = None,
        message: str = "",
    ) -> EditReceipt:
        """Let the lake say this about a resource, too. Arguments and errors as of `replace_record`."""
        from modellake.lake.editing.differences import extending

        return self._say(resource, self._graph(what, format), extending, expected, self._intent(agent, message))

    def delete_record(
        self,
        resource: Resource,
        *,
        expected: Expected | str | None = None,
        agent: str | None = None,
        message: str = "",
    ) -> EditReceipt:
        """Let the lake say nothing about a resource any more.

        What was added by hand is gone. What sources say is retracted, and stays so when they say it again; what they
        have not said yet is none of it, and makes the record anew.

        Raises:
            NotFoundError: the lake says nothing about it.
            ConflictError: ``record.changed``: it is not as expected.
        """
        from modellake.lake.editing.differences import deleting

        return self._edit(resource, deleting, expected, self._intent(agent, message))

    def update_record(
        self,
        resource: Resource,
        text: str,
        *,
        expected: Expected | str | None = None,
        agent: str | None = None,
        message: str = "",
        emptying: bool = True,
    ) -> EditReceipt:
        """Carry out a SPARQL update of one record: it looks into that alone, and changes nothing else.

        Args:
            resource: whose record.
            text: the update; its default graph is the record.
            expected: the hash that the record must have, or what else it must be; nothing is done otherwise.
            agent: who, as a name or an IRI; by default the user of this process.
            message: why, for the history and for each retraction.
            emptying: may nothing be left of the record?

        Raises:
            QueryError: the text is malformed, a query, or asks another service.
            UsageError: ``record.emptied``: it may not; or it is too large, or names a dataset of its own.
            ConflictError: ``record.changed``: it is not as expected.
            RefusedError: the gate refuses the outcome, or it would change another record.
        """
        from modellake.lake.editing.differences import updating
        from modellake.lake.updating.requests import read_request

        def change(record: Record) -> Difference:
            outcome = self._outcome(read_request(text, base=self.iris.base, using=[record.iri.value]))
            return updating(record, outcome, emptying=emptying)

        return self._edit(resource, change, expected, self._intent(agent, message))

    def only_record(self, graph: SentGraph) -> Record:
        """The record that everything in a graph is about.

        Raises:
            UsageError: ``record.several`` or ``record.none``.
            RefusedError: a blank node has no home.
        """
        from modellake.lake.editing.differences import only_resource

        return self.record(only_resource(graph, self.identities.names_at(None)))

    def _say(
        self, resource: Resource, graph: SentGraph, saying: Saying, expected: Expected | str | None, intent: Intent
    ) -> EditReceipt:
        """Make an edit of what was sent about a resource."""
        from modellake.lake.editing.differences import about

        names = self.identities.names_at
        return self._edit(
            resource, lambda record: saying(record, about(record, graph, names(None))), expected, intent, graph
        )

    def _edit(
        self,
        resource: Resource,
        change: Change,
        expected: Expected | str | None,
        intent: Intent,
        graph: SentGraph | None = None,
    ) -> EditReceipt:
        """Make an edit on top of the commit that it was found on; again, if another writer was faster."""
        from modellake.lake.editing.records import expected_of

        wanted = expected_of(expected)
        with one_at_a_time:
            for _ in range(_ATTEMPTS):
                head, before = self.ledger.head(), self.record(resource)
                difference = change(before)
                wanted.check(before)
                try:
                    return self._write(head, before, difference, intent)
                except ConflictError as error:
                    conflict = error
                except RefusedError as error:
                    raise (_placed(error, graph) if graph else error) from None
        raise conflict

    def _write(self, head: Head, before: Record, difference: Difference, intent: Intent) -> EditReceipt:
        from modellake.lake.curation import Curation
        from modellake.lake.editing.differences import check_size
        from modellake.lake.editing.records import EditReceipt

        check_size(before, difference)
        told = EditReceipt(added=list(difference.added), removed=list(difference.removed), before=before, after=before)
        told.findings += [(None, finding) for finding in difference.findings]
        if not difference:
            return told
        reason = intent.message or _REASON
        edit = Curation(difference.added, difference.removed, intent.agent, reason, datetime.now(UTC))
        done = self._writer.curate_at(head, edit, intent)
        told.sequence, told.commit_hash, told.commits = done.sequence, done.commit_hash, done.commits
        told.records = done.records
        told.findings += done.findings
        told.after = self.record(before.home, at=done.sequence)
        return told

    def _home(self, resource: Resource) -> str:
        """The resource without fragment that is meant, by whatever name."""
        node = self.resolve(resource)
        if node.value.startswith(f"{self.iris.base}record/"):
            node = self.iris.topic(node)
        return home_of(node).value

    def _graph(self, what: str | bytes | Iterable[Triple] | SentGraph, format: str) -> SentGraph:
        from modellake.rdf.formats import syntax_named
        from modellake.rdf.graphs import Document, SentGraph, read_graph

        if isinstance(what, SentGraph):
            return what
        if isinstance(what, str | bytes):
            content = what.encode() if isinstance(what, str) else what
            return read_graph([Document(content, syntax_named(format), "(text)")], self.iris.base)
        return SentGraph(tuple(what), base=self.iris.base)

    @abstractmethod
    def resolve(self, name: Resource, *, at: int | None = None) -> NamedNode:
        """The resource that a person means by a name."""


def _placed(error: RefusedError, graph: SentGraph) -> RefusedError:
    from modellake.lake.editing.differences import placed

    return placed(error, graph)
