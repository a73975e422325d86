"""``adapter_config.json``: an adapter of the PEFT library, and the model that it belongs to.

Source: https://huggingface.co/docs/peft/package_reference/config. The file is proof of the derivation: an adapter
cannot be used without the base model that it names.
"""

from __future__ import annotations

from modellake.core.identifiers.hub import hub_resource
from modellake.core.identifiers.identified import Identified, line_and_version
from modellake.core.plugins import MappedField
from modellake.core.vocab import LAKE
from modellake.harvest.huggingface.card_file import CardFile
from modellake.harvest.huggingface.draft import Draft
from modellake.harvest.huggingface.leftovers import keep_all
from modellake.harvest.huggingface.scalars import Scalar
from modellake.harvest.huggingface.tree import Mapping

BASE_KEY = "base_model_name_or_path"
FIELDS = (
    MappedField(BASE_KEY, (LAKE.adapterOf,), "ids and addresses of the Hub"),
    MappedField("revision", (LAKE.adapterOf,), "the version of the base model"),
)


def describe_adapter(draft: Draft, file: CardFile, tree: Mapping) -> None:
    """State which model, at which revision, the adapter is for; keep all that the file says."""
    keep_all(draft, file, tree)
    base = tree.get(BASE_KEY)
    if not isinstance(base, Scalar) or not base.name or not file.is_root:
        return
    known = hub_resource(base.name, draft.iris, "model")
    if known is None:
        draft.note(
            "side-file.base-local",
            f"{base.name[:200]!r} is no id of the Hub: the base model of the adapter is not recorded",
            f"Write the id of the base model in {BASE_KEY}.",
            base,
        )
        return
    parent = at_revision(draft, known, tree.name("revision"))
    draft.say(draft.line, LAKE.adapterOf, parent.resource, base)
    draft.say(draft.version, LAKE.adapterOf, parent.iri, base)


def at_revision(draft: Draft, known: Identified, revision: str) -> Identified:
    """A model at a revision that is stated beside it; as it is where none is."""
    if not revision or known.version is not None:
        return known
    name = known.resource.value.removeprefix(f"{draft.iris.base}model/")
    return line_and_version(draft.iris, "model", name, revision)
