"""Harvesters of somebody else, of a kind that no honest one is, as classes that other processes can import."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.description import Description, Source
from modellake.core.errors import UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.core.vocab import DCT, LAKE, RDF


class Plain:
    """Reads files whose text is the name of a model; each line more is a title."""

    name = "plain"
    summary = "files that end in .plain"

    def accepts(self, place: str) -> bool:
        return place.endswith(".plain") or Path(place).is_dir()

    def find(self, place: str) -> Iterator[str]:
        path = Path(place)
        yield from map(str, sorted(path.rglob("*.plain"))) if path.is_dir() else [place]

    def source(self, document: str) -> Source:
        return Source(NamedNode(Path(document).absolute().as_uri()), document, "text/plain", self.name)

    def read(self, document: str) -> bytes:
        return Path(document).read_bytes()

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        name, *titles = content.decode().splitlines()
        line = iris.resource("model", name)
        statements = [Triple(line, RDF.type, LAKE.Model)]
        statements += [Triple(line, DCT.title, Literal(title)) for title in titles or [name]]
        return Description(self.source(document), statements, original=content)


class Deadly(Plain):
    """Ends its process, as the kernel does when memory runs out, where the text says so."""

    name = "deadly"

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        if content.startswith(b"kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().describe(document, content, iris)


class Endless(Plain):
    """Computes for ever, or waits for ever, and takes no error for an answer."""

    name = "endless"

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        while content.startswith(b"compute"):
            pass
        while content.startswith(b"wait"):
            try:
                time.sleep(3600)
            except Exception:
                continue
        return super().describe(document, content, iris)


class Slow(Plain):
    """Takes its time."""

    name = "slow"

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        time.sleep(0.05)
        return super().describe(document, content, iris)


class Twofold(Plain):
    """Says that all its documents are one source."""

    name = "twofold"

    def source(self, document: str) -> Source:
        return Source(NamedNode("urn:source:one"), document, "text/plain", self.name)


class Watchful(Plain):
    """Tells by itself whether a document has changed, and counts how often it describes one."""

    name = "watchful"
    described = 0

    def __init__(self, told: bytes | None) -> None:
        self.told = told

    def fingerprint(self, _document: str) -> bytes | None:
        return self.told

    def describe(self, document: str, content: bytes, iris: LakeIRIs) -> Description:
        self.described += 1
        return super().describe(document, content, iris)


class Offline(Plain):
    """Needs a server that does not answer."""

    name = "offline"

    def describe(self, *_: object) -> Description:
        raise UnavailableError("The server does not answer", code="plugin.offline", remedy="Wait.")
