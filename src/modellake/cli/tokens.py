"""Tokens: who may ask a lake that is served, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modellake.cli.options import DEFAULT_LAKE, JsonOption, LakeOption, examples
from modellake.cli.output import moment, note, say, show_table, write_json
from modellake.core.errors import UsageError

if TYPE_CHECKING:
    from modellake.ledger.tokens import Token, Tokens

app = typer.Typer(
    help="Make tokens for those who ask a served lake; list and revoke them.",
    rich_markup_mode=None,
    no_args_is_help=True,
    epilog=examples(
        "modellake token create ci --role contributor --expires 90d",
        "modellake token list",
        "modellake token revoke k3v9x0qa",
    ),
)
_SPAN = re.compile(r"(\d{1,5})\s*([hdwy])")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "y": 24 * 365}


class RoleName(StrEnum):
    """What a token lets do; each role may do what those before it may."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    STEWARD = "steward"
    ADMIN = "admin"


@app.command(
    "create",
    epilog=examples(
        "modellake token create dashboard --role reader",
        "modellake token create ci --role contributor --expires 90d",
        "modellake token create ada --role steward --agent https://orcid.org/0000-0002-1825-0097",
        "TOKEN=$(modellake token create notebook --role reader --expires 2030-01-31)",
    ),
)
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)],
    role: Annotated[
        RoleName,
        typer.Option(
            "--role",
            help="reader asks; contributor also writes; steward also deletes whole records; admin may do everything.",
            show_default=False,
        ),
    ],
    expires: Annotated[
        str | None,
        typer.Option("--expires", metavar="WHEN", help="12h, 90d, 4w, 1y, or a day such as 2030-01-31. Else never."),
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="NAME|IRI", help="Who its commits are by. By default the name of the token."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it, this once: only its digest is kept.

    Whoever has the token sends it as the header "Authorization: Bearer TOKEN", or as the password of HTTP Basic. A
    server that runs takes it at once.
    """
    from modellake.core.tokens import token_id

    until = _until(expires, datetime.now(UTC)) if expires else None
    with _tokens(lake) as tokens:
        text = tokens.create(name, role.value, agent=agent, expires=until)
        (made,) = (item for item in tokens.kept() if item.id == token_id(text))
    if as_json:
        write_json({"token": text, **_facts(made)})
        return
    say(text)
    note(f"The token {made.id} for {name} ({role.value}, {_ends(made)}). Keep it: it is not shown again.")


@app.command("list", epilog=examples("modellake token list", "modellake token list --all --json"))
def list_tokens(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are revoked or have expired.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """List tokens, the oldest first: whose they are, what they may do, and when they were used last, to the hour."""
    with _tokens(lake) as tokens:
        found = tokens.kept()
    now = datetime.now(UTC)
    shown = [item for item in found if everything or item.status(now) == "active"]
    if as_json:
        write_json([_facts(item) for item in shown])
    elif not shown:
        say("There are no tokens." if not found else "There is no active token; --all lists the others.")
    else:
        columns = ("id", "name", "role", "agent", "status", "created", "expires", "last used")
        show_table(columns, [_row(item, now) for item in shown])


@app.command("revoke", epilog=examples("modellake token revoke k3v9x0qa"))
def revoke(
    identifiers: Annotated[
        list[str], typer.Argument(metavar="ID", help="What token list shows of them.", show_default=False)
    ],
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Let tokens be worth nothing, from the next request on, for good."""
    with _tokens(lake) as tokens:
        known = {item.id for item in tokens.kept()}
        # All of them must be there before the first one goes.
        ordered = sorted(dict.fromkeys(identifiers), key=lambda item: item in known)
        revoked = [tokens.revoke(item) for item in ordered]
    if as_json:
        write_json({"revoked": [_facts(item) for item in revoked]})
    else:
        say("\n".join(f"Revoked {item.id}: {item.name}" for item in revoked))


@contextmanager
def _tokens(lake: Path) -> Iterator[Tokens]:
    from modellake.bootstrap import open_tokens

    tokens = open_tokens(lake)
    try:
        yield tokens
    finally:
        tokens.close()


def _until(text: str, now: datetime) -> datetime:
    """The moment that a span from now, or a day or time, ends."""
    try:
        if span := _SPAN.fullmatch(text.strip()):
            return now + timedelta(hours=int(span[1]) * _HOURS[span[2]])
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no time at which a token could end",
            code="token.expires",
            remedy="Say 12h, 90d, 4w, 1y, or a day such as 2030-01-31.",
        ) from None


def _ends(token: Token) -> str:
    return f"until {moment(token.expires.isoformat())}" if token.expires else "for good"


def _row(token: Token, now: datetime) -> tuple[str, ...]:
    times = (token.created, token.expires, token.used)
    created, expires, used = ("never" if time is None else moment(time.isoformat()) for time in times)
    return token.id, token.name, token.role, token.agent, token.status(now), created, expires, used


def _facts(token: Token) -> dict[str, Any]:
    times = {
        name: value.isoformat(timespec="seconds") if value else None
        for name, value in (
            ("created", token.created),
            ("expires", token.expires),
            ("used", token.used),
            ("revoked", token.revoked),
        )
    }
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role,
        "agent": token.agent,
        "status": token.status(datetime.now(UTC)),
        **times,
    }
