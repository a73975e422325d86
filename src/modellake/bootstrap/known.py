"""The settings that there are, what each means, and what it is unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from modellake.core.errors import UsageError

Kind = Literal["text", "number", "count", "truth", "list"]
PREFIX = "MODELLAKE_"
# What only the environment says: where the lake is, and secrets, which belong in no file of a lake.
VARIABLES = {
    "MODELLAKE": "The folder of the lake, in place of `--lake`.",
    "MODELLAKE_LEDGER": "The URL of the ledger in PostgreSQL, with a password or by another way to the server.",
    "MODELLAKE_ENGINE_TOKEN": "The token for a SPARQL service that is the engine.",
    "MODELLAKE_ENGINE_USER": "The user for it, where it takes a password.",
    "MODELLAKE_ENGINE_PASSWORD": "The password for it.",
    "MODELLAKE_CONTAINER_IMAGE": "The image that a recorded run says it ran in.",
    "MODELLAKE_DEBUG": "1: show where in the program an error happened.",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: in the file; what stands before a dot is its table.
        default: None where that is for the program to find.
        about: what it means, for people.
        fallback: the default in words, where it is none that could be written.
        flag: of ``modellake serve``; empty where there is none.
        least: the least number that it may be.
        choices: all that it may be.
        check: raises UsageError for a text that says nothing.
    """

    name: str
    kind: Kind
    default: Any
    about: str
    fallback: str = ""
    flag: str = ""
    least: float | None = None
    choices: tuple[str, ...] = ()
    check: Callable[[str], Any] | None = None

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return PREFIX + self.name.replace(".", "_").replace("-", "_").upper()

    @property
    def shown_default(self) -> str:
        """The default, for people."""
        return self.fallback or shown(self.default)


def shown(value: Any) -> str:
    """A value as it is written, for people; without passwords, which may stand in the URL of an engine."""
    from modellake.lake.recording.secrets import masked_text

    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(masked_text(str(item)) for item in value)
    return f"{value:g}" if isinstance(value, float) else masked_text(str(value))


def _memory(text: str) -> int:
    from modellake.store.process import read_memory

    return read_memory(text)


def _url(text: str) -> None:
    if "://" not in text:
        raise UsageError("no URL", code="setting.malformed", remedy="Say http://127.0.0.1:3030/lake/update.")


def _iri(text: str) -> None:
    from modellake.core.iris import named_node

    try:
        named_node(text)
    except UsageError as error:
        error.remedy = "Say an absolute IRI, such as https://example.org/; a name belongs into serve.publisher-name."
        raise


def _name(text: str) -> None:
    if not text.isprintable() or not text.strip():
        raise UsageError("no name", code="setting.malformed", remedy="Say a name on one line, such as Acme Inc.")


_ENGINE = (
    Setting(
        "engine",
        "text",
        None,
        "What answers: `embedded`, `child` (a process of its own), or the URL of a SPARQL service.",
        "embedded; child when serving",
        "--engine",
    ),
    Setting(
        "engine-timeout",
        "number",
        None,
        "Seconds that a query may take in an engine of its own process.",
        "60; 300 for a service",
        least=0.001,
    ),
    Setting(
        "engine-memory",
        "text",
        None,
        "Memory of the child engine, such as 2G, at least 256M; 0 for no limit.",
        "half of the machine's",
        "--engine-memory",
        check=_memory,
    ),
    Setting("engine-update", "text", None, "The URL for updates of a SPARQL service.", "beside the other", check=_url),
    Setting("engine-store", "text", None, "The URL of the Graph Store of a SPARQL service.", check=_url),
    Setting(
        "gate-engine",
        "text",
        "auto",
        "Which SHACL engine the gate uses.",
        choices=("auto", "shacl", "pyshacl"),
    ),
    Setting("patience", "number", 10.0, "Seconds to wait for another process that has the lake open.", least=0),
)
_SERVE = (
    Setting("serve.host", "text", "127.0.0.1", "The address to listen at; 0.0.0.0 is all of them.", flag="--host"),
    Setting("serve.port", "count", 8000, "The port to listen at; 0 takes a free one.", flag="--port", least=0),
    Setting("serve.timeout", "number", 60.0, "Seconds that a query may take at most.", flag="--timeout", least=0.001),
    Setting(
        "serve.max-request",
        "count",
        16 * 1024 * 1024,
        "Bytes that a request may bring.",
        flag="--max-request",
        least=1,
    ),
    Setting("serve.max-answer", "count", None, "Bytes that an answer may be.", flag="--max-answer", least=1),
    Setting(
        "serve.queries",
        "count",
        None,
        "Queries that are evaluated at the same time.",
        "twice the processors, at least 4",
        "--queries",
        least=1,
    ),
    Setting(
        "serve.per-client",
        "count",
        32,
        "Requests of one token, or of one address without token, at the same time; without meaning where no token "
        "is needed.",
        flag="--per-client",
        least=1,
    ),
    Setting("serve.services", "list", (), "SPARQL services that SERVICE may name; * is all.", flag="--service"),
    Setting("serve.documents", "list", (), "Documents that LOAD may name (bare stores only).", flag="--load"),
    Setting("serve.cors", "list", (), "Web pages that may ask, as https://example.org; * is all.", flag="--cors"),
    Setting("serve.names", "list", (), "Names by which the server is reached.", flag="--name"),
    Setting("serve.publisher", "text", None, "The IRI of who publishes the catalog.", flag="--publisher", check=_iri),
    Setting(
        "serve.publisher-name",
        "text",
        None,
        "The name of who publishes the catalog; enough without an IRI.",
        flag="--publisher-name",
        check=_name,
    ),
    Setting("serve.public-read", "truth", False, "Everybody may read, without a token.", flag="--public-read"),
    Setting(
        "serve.require-token",
        "truth",
        None,
        "Everybody needs a token. `false`: nobody on this machine does, nor who comes through a proxy on it.",
        "for those from elsewhere",
        "--require-token",
    ),
    Setting(
        "serve.proxies",
        "list",
        (),
        "Addresses or networks of proxies that are believed what X-Forwarded-For and X-Forwarded-Proto say.",
        flag="--proxy",
    ),
    Setting(
        "serve.log-format",
        "text",
        None,
        "How the log is written.",
        "text for a terminal, else json",
        "--log-format",
        choices=("text", "json", "off"),
    ),
)
SETTINGS = (*_ENGINE, *_SERVE)
BY_NAME = {setting.name: setting for setting in SETTINGS}
