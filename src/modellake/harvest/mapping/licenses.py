"""The license that words name, where they name one for certain."""

from __future__ import annotations

from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.licenses import spdx_license
from modellake.core.prefixes import PREFIXES
from modellake.harvest.huggingface.licenses import HUB_ONLY, SPDX_OF_TAG
from modellake.harvest.huggingface.references import address


def license_iri(text: str, iris: LakeIRIs) -> NamedNode | None:
    """An SPDX license, a license of the Hub, or the address of a license text; None for other words."""
    tag = text.strip().lower()
    if tag in SPDX_OF_TAG:
        return NamedNode(PREFIXES["license"] + SPDX_OF_TAG[tag])
    if tag in HUB_ONLY:
        return iris.resource("license", tag)
    return spdx_license(text) or address(text)
