"""The command ``serve``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened
from modellake.cli.options import DEFAULT_LAKE, LakeOption, examples
from modellake.cli.output import say
from modellake.core.errors import UsageError
from modellake.web.logs import LogFormat, logging_to

if TYPE_CHECKING:
    from modellake.web.limits import Limits
    from modellake.web.served import Served

MEMORY = ":memory:"
_NEEDED = ("fastapi", "fastapi_offline", "httptools", "jinja2", "prometheus_client", "uvicorn")
EXAMPLES = examples(
    "modellake serve",
    "modellake serve --port 7878 --timeout 10",
    "modellake serve --plain store/              any Oxigraph store, without gate and ledger",
    "modellake serve --plain :memory:            an empty one that is gone afterwards",
)


def serve(
    port: Annotated[int, typer.Option("--port", metavar="N", help="0 takes a free one.", min=0, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--host", metavar="H", help="An address of this machine alone.")] = "127.0.0.1",
    plain: Annotated[
        str | None,
        typer.Option("--plain", metavar="STORE", help="Serve an Oxigraph store, or :memory:, instead of a lake."),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            envvar="MODELLAKE_ENGINE",
            metavar="NAME|URL",
            help="What answers: child, a process of its own; embedded; or a SPARQL service.",
        ),
    ] = "child",
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="The most that a query may take.", min=0.001)
    ] = 60.0,
    max_request: Annotated[
        int, typer.Option("--max-request", metavar="BYTES", help="The most that a request may bring.", min=1)
    ] = 16 * 1024 * 1024,
    max_answer: Annotated[
        int | None, typer.Option("--max-answer", metavar="BYTES", help="The most that an answer may be.", min=1)
    ] = None,
    queries: Annotated[
        int | None, typer.Option("--queries", metavar="N", help="How many are evaluated at the same time.", min=1)
    ] = None,
    services: Annotated[
        list[str] | None, typer.Option("--service", metavar="IRI", help="SPARQL services that SERVICE may name.")
    ] = None,
    documents: Annotated[
        list[str] | None, typer.Option("--load", metavar="IRI", help="Documents that LOAD may name (--plain only).")
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option("--cors", metavar="ORIGIN", help="Web pages that may ask, as https://example.org; * is all."),
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="NAME", help="What a proxy before the server calls it.")
    ] = None,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="How the log on stderr is written; by default text for a terminal, or json."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Answer SPARQL over HTTP.

    The endpoint is /sparql. Whoever can run programs on this machine can ask; web pages of other sites cannot."""
    check_installed()
    from modellake.web.limits import Limits
    from modellake.web.origins import Origins
    from modellake.web.server import start

    bounds = Limits(
        request_bytes=max_request,
        answer_bytes=max_answer,
        seconds=timeout,
        queries=queries or Limits().queries,
    )
    with logging_to(sys.stderr, log_format) as remark:
        with _served(lake, plain, engine, bounds, services or [], documents or []) as found:
            origins = Origins(frozenset(cors or []), frozenset(names or []))
            start(found, host, port, origins=origins, ready=partial(_announce, found, remark))
        remark("Ended: every request that had begun was answered.")


def check_installed() -> None:
    """Raise UsageError where the extra is not installed."""
    from importlib.util import find_spec

    if not all(
        find_spec(name)
        for name in ("fastapi", "fastapi_offline", "httptools", "jinja2", "prometheus_client", "uvicorn")
    ):
        raise UsageError(
            "The server is not installed",
            code="extra.missing",
            remedy="Install the extra: pip install 'modellake[serve]'",
        )


@contextmanager
def _served(
    directory: Path, plain: str | None, store: str, limits: Limits, services: list[str], documents: list[str]
) -> Iterator[Served]:
    """What is served, open until the server has ended and what was being written is written."""
    from modellake.store.plain import PlainEngine
    from modellake.web.served import Served

    allowed = (frozenset(services), frozenset(documents))
    if plain is not None:
        engine = PlainEngine(None if plain == MEMORY else Path(plain))
        try:
            yield (served := Served(plain=engine, limits=limits, services=allowed[0], documents=allowed[1]))
            served.updates.finish()
        finally:
            engine.close()
        return
    with opened(directory, store=store, seconds=limits.seconds) as held:
        held.served = True
        yield (served := Served(lake=held, limits=limits, services=allowed[0], documents=allowed[1]))
        served.updates.finish()


def _announce(served: Served, remark: Callable[[str], None], url: str, _: object) -> None:
    """Tell people, and other commands on this machine, where the server is."""
    from modellake.lake.upkeep import VIEWS
    from modellake.store.holder import announce

    if held := served.lake:
        # To listen on every address is to listen on this one.
        announce(held.directory / VIEWS / held.view.audience.name, url=url.replace("//0.0.0.0:", "//127.0.0.1:"))
    say(f"{url}/sparql")
    sys.stdout.flush()
    remark("Serving until Ctrl+C.")
