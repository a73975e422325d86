"""Checksums as DCAT 3 has them (https://www.w3.org/TR/vocab-dcat-3/#Class:Checksum)."""

from __future__ import annotations

from pyoxigraph import Literal

from modellake.core.vocab import RDF, SPDX
from modellake.harvest.huggingface.draft import Draft, Subject


def describe_checksum(draft: Draft, subject: Subject, sha256: str) -> None:
    """State the SHA-256 of something, in hexadecimal digits."""
    node = draft.blank()
    draft.say(subject, SPDX.checksum, node)
    draft.say(node, RDF.type, SPDX.Checksum)
    draft.say(node, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    draft.say(node, SPDX.checksumValue, Literal(sha256))
