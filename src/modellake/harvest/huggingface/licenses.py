"""The license of a card: the Hub's tags as SPDX licenses, the rest as licenses of the lake.

Source: https://huggingface.co/docs/hub/repositories-licenses and https://spdx.org/licenses/. The Hub's
``agpl-3.0``, ``gpl-2.0`` and the like do not say "only" or "or later"; they are mapped to the SPDX ids that
do not say it either, deprecated as these are.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from modellake.core.licenses import SPDX_IDS
from modellake.core.prefixes import PREFIXES
from modellake.core.vocab import DCT, FOAF, LAKE, RDF
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.references import address
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.tree import Node, scalars

# Tags that spell their SPDX license otherwise. Of ODC-By, ODbL, PDDL and C-UDA only version 1.0 exists.
RENAMED = {
    "c-uda": "C-UDA-1.0",
    "lgpl-lr": "LGPLLR",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
}
SPDX_OF_TAG: Mapping[str, str] = {**{spdx.lower(): spdx for spdx in SPDX_IDS}, **RENAMED}
HUB_ONLY: Mapping[str, str] = {
    "apple-amlr": "Apple Model License for Research",
    "apple-ascl": "Apple Sample Code License",
    "bigcode-openrail-m": "BigCode Open RAIL-M v1",
    "bigscience-bloom-rail-1.0": "BigScience BLOOM RAIL 1.0",
    "bigscience-openrail-m": "BigScience OpenRAIL-M",
    "bsd": "BSD license family",
    "cc": "Creative Commons license family",
    "creativeml-openrail-m": "CreativeML OpenRAIL-M",
    "deepfloyd-if-license": "DeepFloyd IF Research License Agreement",
    "fair-noncommercial-research-license": "FAIR Noncommercial Research License",
    "gemma": "Gemma Terms of Use",
    "gfdl": "GNU Free Documentation License family",
    "gpl": "GNU General Public License family",
    "grok2-community": "Grok 2 Community License Agreement",
    "h-research": "H Company research license",
    "intel-research": "Intel Research Use License Agreement",
    "lgpl": "GNU Lesser General Public License family",
    "llama2": "Llama 2 Community License Agreement",
    "llama3": "Llama 3 Community License Agreement",
    "llama3.1": "Llama 3.1 Community License Agreement",
    "llama3.2": "Llama 3.2 Community License Agreement",
    "llama3.3": "Llama 3.3 Community License Agreement",
    "llama4": "Llama 4 Community License Agreement",
    "openmdw-1.0": "OpenMDW License Agreement 1.0",
    "openmdw-1.1": "OpenMDW License Agreement 1.1",
    "openrail": "OpenRAIL license family",
    "openrail++": "Open RAIL++-M License",
}
HUB_LICENSES = "https://huggingface.co/docs/hub/repositories-licenses"
DETAILS = ("license_name", "license_link")


def describe_license(draft: Draft, node: Node) -> None:
    """State which licenses the card declares, and what it says word for word."""
    for scalar in draft.take("license", node):
        license_ = _license(draft, scalar)
        if license_ is not None:
            draft.say_of_both(LAKE.declaredLicense, license_, scalar)
        draft.say_of_both(LAKE.licenseText, Literal(scalar.text), scalar)


def _license(draft: Draft, scalar: Scalar) -> NamedNode | None:
    tag = scalar.name.lower()
    if tag in SPDX_OF_TAG:
        return NamedNode(PREFIXES["license"] + SPDX_OF_TAG[tag])
    if tag in HUB_ONLY:
        return _hub_license(draft, tag, scalar)
    if tag == "unknown":
        return LAKE.unknown
    if tag == "other":
        return _own_license(draft, scalar)
    draft.note(
        "card.license-unknown",
        f"{scalar.text[:80]!r} is no license tag of the Hub; it is kept word for word",
        f"Use a tag of {HUB_LICENSES}, or 'other' with license_name and license_link.",
        scalar,
    )
    return None


def _hub_license(draft: Draft, tag: str, scalar: Scalar) -> NamedNode:
    license_ = draft.iris.resource("license", tag)
    draft.say(license_, RDF.type, LAKE.License, scalar)
    draft.say(license_, DCT.title, Literal(HUB_ONLY[tag]), scalar)
    draft.say(license_, DCT.identifier, Literal(tag), scalar)
    draft.say(license_, DCT.source, NamedNode(HUB_LICENSES), scalar)
    return license_


def _own_license(draft: Draft, scalar: Scalar) -> NamedNode | None:
    """The license that ``other`` stands for: a part of this card, named by ``license_name``."""
    named = [item for key in DETAILS for item in scalars(draft.metadata.get(key)) if item.name]
    if not named:
        draft.note(
            "card.license-unnamed",
            "The license is 'other', and nothing says which",
            "Add license_name and license_link.",
            scalar,
        )
        return None
    own = draft.iris.fragment(draft.version, "license")
    draft.say(own, RDF.type, LAKE.License, scalar)
    draft.say(own, DCT.title, Literal(named[0].name), named[0])
    for key in DETAILS:
        draft.keep(own, key, draft.metadata.get(key))
    for page in filter(None, (address(item.name) for item in scalars(draft.metadata.get("license_link")))):
        draft.say(own, FOAF.page, page)
    draft.done.update(DETAILS)
    return own
