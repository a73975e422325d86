"""The choice of an engine: which one answers for a lake in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modellake.core.errors import UnavailableError, UsageError
from modellake.core.iris import LakeIRIs
from modellake.store.embedded import EmbeddedEngine
from modellake.store.engine import Engine
from modellake.store.holder import holder_of

EMBEDDED, CHILD = "embedded", "child"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What was chosen.

    Attributes:
        name: ``embedded``, ``child``, or the URL of a SPARQL service.
        environment: has the settings of the engines.
        follows: a lake that another process serves is asked through that process.
    """

    name: str
    environment: Mapping[str, str]
    follows: bool = True

    def engine(self, iris: LakeIRIs, folder: Path | None) -> Engine:
        """The engine for a lake with these names, in a folder or, for a while, in memory.

        Raises:
            UsageError: ``engine.unknown``, or a setting is malformed.
            UnavailableError: it cannot be opened or reached.
        """
        if folder is None:
            return EmbeddedEngine(iris.graph("provenance"), None)
        try:
            return self._opened(iris, folder)
        except UnavailableError as error:
            if error.code == "view.locked" and self.follows and (found := _served(iris, folder)):
                return found
            raise

    def _opened(self, iris: LakeIRIs, folder: Path) -> Engine:
        if self.name == EMBEDDED:
            return EmbeddedEngine(iris.graph("provenance"), folder)
        if self.name == CHILD:
            return _child(iris, folder, self.environment)
        if "://" in self.name:
            return _remote(iris, self.name, self.environment)
        raise UsageError(
            f"There is no engine called {self.name!r}",
            code="engine.unknown",
            remedy="Say child, embedded, or the URL of a SPARQL service.",
        )


def _served(iris: LakeIRIs, folder: Path) -> Engine | None:
    """The engine of the process that serves the lake, where one does."""
    from modellake.store.served import ServedEngine, is_asked

    holder = holder_of(folder)
    if holder is None or not is_asked(holder) or not _is_client_here():
        return None
    return ServedEngine(iris.graph("provenance"), holder, (iris.graph("provenance"), iris.graph("entailed")))


def _child(iris: LakeIRIs, folder: Path, environment: Mapping[str, str]) -> Engine:
    from modellake.store.child import ChildEngine
    from modellake.store.process import limits_from

    _check_client()
    named = (iris.graph("provenance"), iris.graph("entailed"))
    return ChildEngine(iris.graph("provenance"), folder, named, limits_from(environment))


def _remote(iris: LakeIRIs, url: str, environment: Mapping[str, str]) -> Engine:
    from modellake.store.remote import Layout, RemoteEngine
    from modellake.store.service import Service

    _check_client()
    marks = iris.graph("provenance")
    layout = Layout(iris.graph("state"), (marks, iris.graph("entailed")))
    return RemoteEngine(marks, Service.at(url, environment), layout)


def _is_client_here() -> bool:
    from importlib.util import find_spec

    return find_spec("urllib3") is not None


def _check_client() -> None:
    if not _is_client_here():
        raise UnavailableError(
            "urllib3 is not installed", code="extra.missing", remedy="pip install 'modellake[serve]'"
        )
