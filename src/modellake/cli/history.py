"""The past: ``history`` and ``diff``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modellake.cli.lakes import opened_ledger
from modellake.cli.options import DEFAULT_LAKE, AnyResourceArgument, JsonOption, LakeOption, ResourceArgument, examples
from modellake.cli.output import count, moment, note, paint, say, short_name, show_table, term_text, write_json

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Triple

    from modellake.ledger.commits import Commit
    from modellake.ledger.ledger import Ledger
    from modellake.ledger.records import HistoryEntry

_WINDOW = 200
HISTORY_EXAMPLES = examples(
    "modellake history",
    "modellake history acme/churn@1.2",
    "modellake history --limit 0 --json",
)
DIFF_EXAMPLES = examples(
    "modellake diff acme/churn@1.2 3 7",
    "modellake diff acme/churn 2026-01-31 2026-02-28",
)
MomentArgument = typer.Argument(
    help="A commit number, a commit hash, or a time such as 2026-01-31T12:00:00Z.", show_default=False
)


def history(
    resource: AnyResourceArgument = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="How many lines; 0 for all.")] = 50,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Tell who committed what, when and why, newest first.

    With a resource, only what changed its record, and through which source.
    """
    with opened_ledger(lake) as ledger:
        if resource is None:
            _show_commits(ledger, limit, as_json)
        else:
            _show_record(ledger, _existing(ledger, resource), limit, as_json)


def diff(
    resource: ResourceArgument,
    before: Annotated[str, MomentArgument],
    after: Annotated[str, MomentArgument],
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Show what changed in a record between two moments.

    Values are compared, not spellings: 1.50 and 1.5 are the same.
    """
    from modellake.core.iris import LakeIRIs
    from modellake.lake.history import History

    with opened_ledger(lake) as ledger:
        past = History(ledger, LakeIRIs(ledger.base_iri))
        node = _existing(ledger, resource)
        first, second = past.sequence_at(before), past.sequence_at(after)
        difference = past.difference(node, first, second)
        if as_json:
            removed, added = map(_statement_dicts, (difference.removed, difference.added))
            write_json({"resource": node.value, "before": first, "after": second, "removed": removed, "added": added})
            return
        name, base = short_name(node.value, ledger.base_iri), ledger.base_iri
        say(paint(f"--- {name} at commit {first}", bold=True))
        say(paint(f"+++ {name} at commit {second}", bold=True))
        for sign, color, statements in (("-", "red", difference.removed), ("+", "green", difference.added)):
            for statement in statements:
                say(paint(f"{sign} {_line(statement, base)}", color))
        if not difference.removed and not difference.added:
            note("No difference.")


def _existing(ledger: Ledger, name: str) -> NamedNode:
    """The resource of that name, which the lake must know or have known.

    Raises:
        NotFoundError: it never said anything about it.
    """
    from modellake.core.errors import NotFoundError
    from modellake.core.iris import LakeIRIs, home_of
    from modellake.lake.names import Names

    iris = LakeIRIs(ledger.base_iri)
    node = home_of(Names(ledger, iris).resolve(name))
    if not ledger.history(iris.record(node).value):
        raise NotFoundError(
            f"The lake has never said anything about {node.value}",
            code="resource.unknown",
            remedy="See what there is: modellake query contents",
        )
    return node


def _show_commits(ledger: Ledger, limit: int, as_json: bool) -> None:
    head = ledger.head().sequence
    commits = list(islice(newest_first(ledger, head), limit or None))
    if as_json:
        write_json([_commit_dict(commit) for commit in commits])
        return
    if not commits:
        say("Nothing has happened yet. Begin with: modellake commit FILE")
        return
    columns = ("commit", "hash", "when", "who", "changes", "message")
    show_table(columns, [_commit_row(commit, ledger.base_iri) for commit in commits])
    _note_rest(head - len(commits), "earlier commit")


def newest_first(ledger: Ledger, head: int) -> Iterator[Commit]:
    """All commits from the last one back, in bounded memory."""
    for until in range(head, 0, -_WINDOW):
        yield from reversed(list(ledger.commits(after=max(0, until - _WINDOW), until=until)))


def _show_record(ledger: Ledger, resource: NamedNode, limit: int, as_json: bool) -> None:
    from modellake.core.iris import LakeIRIs
    from modellake.lake.history import History

    entries = History(ledger, LakeIRIs(ledger.base_iri)).of(resource)[::-1]
    shown = entries[: limit or None]
    if as_json:
        write_json([_entry_dict(entry) for entry in shown])
        return
    columns = ("commit", "hash", "when", "who", "action", "source", "message")
    show_table(columns, [_entry_row(entry, ledger.base_iri) for entry in shown])
    _note_rest(len(entries) - len(shown), "earlier change")


def _note_rest(number: int, noun: str) -> None:
    if number > 0:
        note(f"… and {count(number, noun)}; --limit 0 shows all.")


def _commit_row(commit: Commit, base: str) -> list[str]:
    who = short_name(commit.agent, base)
    return [str(commit.sequence), commit.hash[:12], moment(commit.time), who, str(commit.size), commit.message]


def _commit_dict(commit: Commit) -> dict[str, Any]:
    return {
        "sequence": commit.sequence,
        "hash": commit.hash,
        "time": commit.time,
        "agent": commit.agent,
        "message": commit.message,
        "changes": commit.size,
    }


def _entry_row(entry: HistoryEntry, base: str) -> list[str]:
    what = entry.action if entry.kind == "statements" else f"{entry.action} ({entry.kind})"
    who, source = short_name(entry.agent, base), short_name(entry.source, base)
    return [str(entry.sequence), entry.hash[:12], moment(entry.time), who, what, source, entry.message]


def _entry_dict(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "hash": entry.hash,
        "time": entry.time,
        "agent": entry.agent,
        "message": entry.message,
        "source": entry.source,
        "kind": entry.kind,
        "action": entry.action,
    }


def _line(statement: Triple, base: str) -> str:
    return "  ".join(term_text(term, base) for term in (statement.subject, statement.predicate, statement.object))


def _statement_dicts(statements: tuple[Triple, ...]) -> list[dict[str, str]]:
    return [
        {"subject": str(item.subject), "predicate": str(item.predicate), "object": str(item.object)}
        for item in statements
    ]
