"""Options that several commands have in common, and how their help is written."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from modellake.core.errors import UsageError

DEFAULT_LAKE = Path("lake")
FILL, ASK, KEEP = "Fill the lake", "Ask the lake", "Look after the lake"

LakeOption = Annotated[
    Path,
    typer.Option("--lake", envvar="MODELLAKE", metavar="DIR", help="The folder of the lake.", show_envvar=True),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON, for programs.")]
MessageOption = Annotated[str, typer.Option("--message", "-m", metavar="TEXT", help="Why: what the history will say.")]
AgentOption = Annotated[
    str | None,
    typer.Option("--agent", metavar="NAME|IRI", help="Who does it. By default the user of this machine."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="WHEN",
        help="Ask what the lake knew then: a commit number, a commit hash, or a time such as 2026-01-31.",
    ),
]
AnyResourceArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="RESOURCE",
        help="An IRI, a CURIE, or org/name[@version]; without it the whole lake.",
        show_default=False,
    ),
]
ResourceArgument = Annotated[
    str, typer.Argument(metavar="RESOURCE", help="An IRI, a CURIE, or org/name[@version].", show_default=False)
]


class GateEngine(StrEnum):
    """Which SHACL engine the gate uses."""

    AUTO = "auto"
    SHACL = "shacl"
    PYSHACL = "pyshacl"


EngineOption = Annotated[
    GateEngine, typer.Option("--engine", help="Which SHACL engine answers: pyshacl is the reference.")
]


def check_head(head: str | None) -> None:
    """Refuse what is no whole hash: looked for as it is, it would seem that the ledger had been rewritten.

    Raises:
        UsageError: ``head.malformed``.
    """
    if head is not None and not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", head):
        raise UsageError(
            f"A head has 64 hexadecimal digits, and {head.strip()!r} is something else",
            code="head.malformed",
            remedy="Give the whole hash as it was written down; modellake head prints the present one",
        )


def examples(*lines: str) -> str:
    """The last part of a command's help: commands to copy, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
