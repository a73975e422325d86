"""The command ``serve``."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modellake.cli.lakes import opened
from modellake.cli.options import DEFAULT_LAKE, LakeOption, examples
from modellake.cli.output import say
from modellake.core.errors import UsageError
from modellake.web.logs import LogFormat, logging_to

if TYPE_CHECKING:
    from modellake.bootstrap.settings import Settings
    from modellake.store.engine import Engine
    from modellake.web.access import Access
    from modellake.web.limits import Limits
    from modellake.web.origins import Origins
    from modellake.web.publisher import Publisher
    from modellake.web.served import Served

MEMORY, CHILD = ":memory:", "child"
EXAMPLES = examples(
    "modellake serve",
    "modellake serve --port 7878 --timeout 10",
    "modellake serve --host 0.0.0.0 --name lake.example.org      first: modellake token create NAME --role reader",
    "modellake serve --plain store/              any Oxigraph store, without gate and ledger",
    "modellake serve --plain :memory:            an empty one that is gone afterwards",
)


def serve(
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", help="0 takes a free one.", min=0, max=65535, show_default="8000"),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="H", help="The address to listen at; 0.0.0.0 is all of them.", show_default="127.0.0.1"
        ),
    ] = None,
    plain: Annotated[
        str | None,
        typer.Option("--plain", metavar="STORE", help="Serve an Oxigraph store, or :memory:, instead of a lake."),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="NAME|URL",
            help="What answers: child, a process of its own; embedded; or a SPARQL service.",
            show_default="child",
        ),
    ] = None,
    engine_memory: Annotated[
        str | None,
        typer.Option(
            "--engine-memory",
            metavar="SIZE",
            help="The most memory that the child engine may take, as 2G; 0 for no limit.",
            show_default="half of the machine's",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", metavar="SECONDS", help="The most that a query may take.", min=0.001, show_default="60"
        ),
    ] = None,
    max_request: Annotated[
        int | None,
        typer.Option(
            "--max-request", metavar="BYTES", help="The most that a request may bring.", min=1, show_default="16777216"
        ),
    ] = None,
    max_answer: Annotated[
        int | None, typer.Option("--max-answer", metavar="BYTES", help="The most that an answer may be.", min=1)
    ] = None,
    queries: Annotated[
        int | None, typer.Option("--queries", metavar="N", help="How many are evaluated at the same time.", min=1)
    ] = None,
    per_client: Annotated[
        int | None,
        typer.Option(
            "--per-client",
            metavar="N",
            help="How many requests one token, or one address, may have under way.",
            min=1,
            show_default="32",
        ),
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
        list[str] | None, typer.Option("--name", metavar="NAME", help="A name by which the server is reached.")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option("--publisher", metavar="IRI", help="Who publishes the catalog (dct:publisher).")
    ] = None,
    publisher_name: Annotated[
        str | None, typer.Option("--publisher-name", metavar="NAME", help="What people call who publishes it.")
    ] = None,
    public_read: Annotated[
        bool | None, typer.Option("--public-read/--no-public-read", help="Everybody may read, without a token.")
    ] = None,
    require_token: Annotated[
        bool | None,
        typer.Option(
            "--require-token/--no-require-token",
            help="Everybody needs a token, or nobody on this machine; by default who connects from elsewhere does.",
        ),
    ] = None,
    proxies: Annotated[
        list[str] | None,
        typer.Option("--proxy", metavar="ADDRESS", help="A proxy that is believed who its clients are."),
    ] = None,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="How the log on stderr is written; by default text for a terminal, or json."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Answer SPARQL over HTTP.

    The endpoint is /sparql. Whoever can run programs on this machine can ask; web pages of other sites cannot. With
    --host or --require-token, whoever asks needs a token (modellake token create). Each option may stand in lake.toml
    in the folder of the lake, under [serve], or in a variable: modellake doctor lists them."""
    check_installed()
    from modellake.bootstrap.settings import read_settings
    from modellake.web.server import start

    flags = {
        "engine": engine,
        "engine-memory": engine_memory,
        "serve.port": port,
        "serve.host": host,
        "serve.timeout": timeout,
        "serve.max-request": max_request,
        "serve.max-answer": max_answer,
        "serve.queries": queries,
        "serve.per-client": per_client,
        "serve.services": services,
        "serve.documents": documents,
        "serve.cors": cors,
        "serve.names": names,
        "serve.publisher": publisher,
        "serve.publisher-name": publisher_name,
        "serve.public-read": public_read,
        "serve.require-token": require_token,
        "serve.proxies": proxies,
        "serve.log-format": log_format and log_format.value,
    }
    settings = read_settings(None if plain else lake, flags)
    form = settings["serve.log-format"]
    with logging_to(sys.stderr, form and LogFormat(form)) as remark:
        with _served(lake, plain, settings) as found, _access(found, settings) as access:
            ready = partial(_announce, found, access, remark)
            origins = _origins(settings)
            start(found, settings["serve.host"], settings["serve.port"], origins=origins, access=access, ready=ready)
        remark("Ended: every request that had begun was answered.")


def _origins(settings: Settings) -> Origins:
    from modellake.web.origins import Origins

    # What this machine calls itself is no name that somebody else could have lead here.
    names = frozenset(name.lower() for name in (*settings["serve.names"], socket.gethostname()))
    return Origins(frozenset(settings["serve.cors"]), names)


def _limits(settings: Settings) -> Limits:
    from modellake.web.limits import Limits

    return Limits(
        request_bytes=settings["serve.max-request"],
        answer_bytes=settings["serve.max-answer"],
        seconds=settings["serve.timeout"],
        queries=settings["serve.queries"] or Limits().queries,
    )


def _publisher(settings: Settings) -> Publisher | None:
    from modellake.web.publisher import Publisher

    iri, name = settings["serve.publisher"], settings["serve.publisher-name"]
    return Publisher(iri, name) if iri or name else None


@contextmanager
def _access(served: Served, settings: Settings) -> Iterator[Access]:
    """The rules by which callers are known."""
    from modellake.bootstrap import open_tokens
    from modellake.core.tokens import make_token
    from modellake.web.access import Access, Proxies
    from modellake.web.access.turns import Turns
    from modellake.web.origins import is_loopback

    wanted: Any = settings["serve.require-token"]
    elsewhere = served.lake is not None and wanted is None and not is_loopback(settings["serve.host"])
    tokens = open_tokens(served.lake.directory) if served.lake else None
    try:
        yield Access(
            tokens,
            required=wanted is True or elsewhere,
            wary=served.lake is not None and wanted is None,
            public_read=settings["serve.public-read"],
            proxies=Proxies.at(settings["serve.proxies"]),
            key=make_token(),
            turns=Turns(settings["serve.per-client"]),
        )
    finally:
        if tokens:
            tokens.close()


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
def _served(directory: Path, plain: str | None, settings: Settings) -> Iterator[Served]:
    """What is served, open until the server has ended and what was being written is written."""
    from modellake.store.plain import PlainEngine
    from modellake.web.served import Served

    limits = _limits(settings)
    services, documents = frozenset(settings["serve.services"]), frozenset(settings["serve.documents"])
    if plain is not None:
        store = PlainEngine(None if plain == MEMORY else Path(plain))
        try:
            yield (served := Served(plain=store, limits=limits, services=services, documents=documents))
            served.updates.finish()
        finally:
            store.close()
        return
    name, memory = settings["engine"] or CHILD, settings["engine-memory"]
    with opened(directory, store=name, seconds=limits.seconds, memory=memory) as held:
        held.served = True
        publisher = _publisher(settings)
        served = Served(lake=held, limits=limits, services=services, documents=documents, publisher=publisher)
        with _tidying(held.view.engine):
            yield served
            served.updates.finish()


def _tidying(engine: Engine) -> AbstractContextManager[object]:
    """Keeps the files of an engine in this process laid out as they are read fastest."""
    from modellake.store.embedded import EmbeddedEngine
    from modellake.store.tidying import Tidying

    return Tidying(engine) if isinstance(engine, EmbeddedEngine) else nullcontext()


def _announce(served: Served, access: Access, remark: Callable[[str], None], url: str, _: object) -> None:
    """Tell people, and other commands on this machine, where the server is."""
    from modellake.lake.upkeep import VIEWS
    from modellake.store.holder import announce

    if held := served.lake:
        # To listen on every address is to listen on this one.
        here = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
        key = access.key if access.required else None
        announce(held.directory / VIEWS / held.view.audience.name, url=here, key=key or "")
    say(f"{url}/sparql")
    sys.stdout.flush()
    remark("Serving until Ctrl+C.")
