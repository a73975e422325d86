"""Duplicates: pairs of resources that may be one, and what people decide about them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened
from modellake.cli.options import DEFAULT_LAKE, AgentOption, JsonOption, LakeOption, examples
from modellake.cli.output import note, say, short_name, show_table, write_json
from modellake.cli.progress import waiting
from modellake.cli.reports import commit_name

if TYPE_CHECKING:
    from modellake.lake.identity.duplicates import Duplicate
    from modellake.lake.receipts import Receipt

app = typer.Typer(
    help="Find resources that may be one; merge them or keep them apart.",
    rich_markup_mode=None,
    no_args_is_help=True,
    epilog=examples(
        "modellake duplicates list",
        'modellake duplicates accept churn acme/churn --into acme/churn -m "one model, said Ada"',
        'modellake duplicates reject churn acme/churn -m "another training"',
    ),
)
FirstArgument = Annotated[
    str, typer.Argument(metavar="A", help="An IRI, a CURIE, or org/name[@version].", show_default=False)
]
SecondArgument = Annotated[str, typer.Argument(metavar="B", help="The other one.", show_default=False)]
ReasonOption = Annotated[
    str, typer.Option("--message", "-m", metavar="REASON", help="Why: what the history will say.", show_default=False)
]


@app.command("list", epilog=examples("modellake duplicates list", "modellake duplicates list --limit 200 --json"))
def list_pairs(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many pairs, the surest first.")] = 50,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """List pairs that may be one resource, with how sure it is (0 to 1), what speaks for it and what against.

    What bears the same identifier beyond doubt is merged without asking, and is not listed. Nor is a pair about which
    somebody has decided.
    """
    with opened(lake) as held:
        with waiting("Comparing"):
            pairs = held.duplicates(limit)
        if as_json:
            write_json([pair.to_dict() for pair in pairs])
        elif not pairs:
            say("There are no duplicates to decide about.")
        else:
            columns = ("sure", "one", "other", "because", "against")
            show_table(columns, [_row(pair, held.iris.base) for pair in pairs])
            note("Decide with: modellake duplicates accept|reject ONE OTHER -m REASON")


@app.command(
    "accept",
    epilog=examples(
        'modellake duplicates accept churn acme/churn -m "renamed in March"',
        'modellake duplicates accept churn acme/churn --into acme/churn -m "renamed in March" --agent ada',
    ),
)
def accept(
    one: FirstArgument,
    other: SecondArgument,
    message: ReasonOption,
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="A", help="Whose name is kept. By default a given name before a checksum."),
    ] = None,
    agent: AgentOption = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Decide that two are one resource: it is described under one name, with all that its sources say.

    Nothing that a source said is changed. The other name goes on to resolve, and `reject` undoes it.
    """
    with opened(lake) as held:
        receipt = held.accept_duplicate(one, other, reason=message, into=into, agent=agent)
        _show(receipt, held.iris.base, as_json, "They are one, as they were.")


@app.command("reject", epilog=examples('modellake duplicates reject churn acme/churn -m "trained on other data"'))
def reject(
    one: FirstArgument,
    other: SecondArgument,
    message: ReasonOption,
    agent: AgentOption = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Decide that two are not one resource: they are never proposed again, and what was merged is parted."""
    with opened(lake) as held:
        receipt = held.reject_duplicate(one, other, reason=message, agent=agent)
        _show(receipt, held.iris.base, as_json, "They are two, and will not be proposed again.")


def _show(receipt: Receipt, base: str, as_json: bool, otherwise: str) -> None:
    """What a decision changed, or what it means where it changes no name."""
    if as_json:
        write_json(receipt.to_dict())
    elif receipt.sequence is None:
        say("That was decided already.")
    else:
        told = [_shortened(finding.message, base) for finding in receipt.report]
        say("\n  ".join([commit_name(receipt.sequence, receipt.commit_hash), *(told or [otherwise])]))


def _row(pair: Duplicate, base: str) -> list[str]:
    one, other = (short_name(iri.value, base) for iri in (pair.one, pair.other))
    return [f"{pair.score:.2f}", one, other, _shortened("; ".join(pair.evidence), base), "; ".join(pair.against)]


def _shortened(text: str, base: str) -> str:
    """A text with the names that people use in the place of IRIs."""
    return re.sub(r"<([^<>\s]+)>", lambda found: short_name(found[1], base), text)
