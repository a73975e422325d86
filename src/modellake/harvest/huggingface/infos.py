"""``dataset_infos.json``: sizes, features and splits of a dataset, one entry a configuration.

Source: https://huggingface.co/docs/datasets/package_reference/main_classes (DatasetInfo). Newer cards have the same
in their front matter, as ``dataset_info``; the front matter is what counts where both speak.
"""

from __future__ import annotations

from pyoxigraph import Literal

from modellake.core.identifiers.checksums import checksum
from modellake.core.plugins import MappedField
from modellake.core.vocab import DCT, LAKE, SPDX
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.checksums import describe_checksum
from modellake.harvest.huggingface.datasets import SPLIT_TERMS, describe_splits
from modellake.harvest.huggingface.draft import Draft, Subject
from modellake.harvest.huggingface.leftovers import named, numbered, within_bounds
from modellake.harvest.huggingface.references import address
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.terms import card_key
from modellake.harvest.huggingface.tree import Mapping, Node

CHECKSUMS_KEY = "download_checksums"
FIELDS = (
    MappedField("*.splits", (*SPLIT_TERMS, LAKE.rowCount), "``*`` stands for the name of the configuration"),
    MappedField(f"*.{CHECKSUMS_KEY}", (DCT.source, SPDX.checksum, SPDX.Checksum, SPDX.algorithm, SPDX.checksumValue)),
)


def describe_infos(draft: Draft, file: CardFile, tree: Mapping) -> None:
    """State the splits of each configuration and what it is downloaded from; keep the rest on the file."""
    for config, info in within_bounds(draft, file, tree).entries.items():
        name = Scalar(config, Literal(config), False, info.path, info.start)
        rest: dict[str, Node] = {"info": info}
        if isinstance(info, Mapping):
            read = describe_splits(draft, config, info)
            rest = _describe_downloads(draft, file.node, config, info.without("splits") if read else info).entries
            features = info.get("features")
            if isinstance(features, Mapping):
                rest = {**rest, "features": named(features)}
        draft.keep(file.node, "dataset_info", numbered(Mapping({"config_name": name, **rest}, info.path, info.start)))


def _describe_downloads(draft: Draft, node: Subject, config: str, info: Mapping) -> Mapping:
    """The files that the dataset was made from; what is left of the entry."""
    downloads = info.get(CHECKSUMS_KEY)
    if not isinstance(downloads, Mapping):
        return info
    rest: dict[str, Node] = {}
    for url, said in downloads.entries.items():
        page = address(url)
        if page is None or not isinstance(said, Mapping):
            rest[url] = said
            continue
        origin = draft.blank()
        draft.say(node, card_key(CHECKSUMS_KEY), origin, said)
        draft.say(origin, DCT.source, page, said)
        draft.say(origin, card_key("config_name"), Literal(config), said)
        digest = checksum(said.name("checksum"), "sha256")
        if digest is not None:
            describe_checksum(draft, origin, digest.value)
        for key, value in (said.without("checksum") if digest else said).entries.items():
            draft.keep(origin, key, value)
    return Mapping({**info.entries, CHECKSUMS_KEY: Mapping(rest, downloads.path, downloads.start)}, info.path, 0)
