"""Checksums as DCAT 3 has them (https://www.w3.org/TR/vocab-dcat-3/#Class:Checksum)."""

from __future__ import annotations

from pyoxigraph import Literal

from modellake.harvest.huggingface.draft import Draft, Subject
from modellake.harvest.huggingface.terms import ALGORITHM, CHECKSUM, CHECKSUM_CLASS, CHECKSUM_VALUE, SHA256, TYPE


def describe_checksum(draft: Draft, subject: Subject, sha256: str) -> None:
    """State the SHA-256 of something, in hexadecimal digits."""
    node = draft.blank()
    draft.say(subject, CHECKSUM, node)
    draft.say(node, TYPE, CHECKSUM_CLASS)
    draft.say(node, ALGORITHM, SHA256)
    draft.say(node, CHECKSUM_VALUE, Literal(sha256))
