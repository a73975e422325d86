"""Identifiers of the world as IRIs of a lake: the one place that makes them, so that all sources meet in one resource.

A model of the Hugging Face Hub is ``{base}model/org/name`` whether a source gives its id, its address, an ``hf://``
path or a package URL; a repository of code is ``{base}code/host/path`` however it is cloned. What cannot be told is
None, never a guess, and letters keep their case wherever the world tells cases apart.
"""

from __future__ import annotations

from modellake.core.identifiers.checksums import Digest, checksum
from modellake.core.identifiers.hub import hub_resource
from modellake.core.identifiers.identified import Identified
from modellake.core.identifiers.packages import package
from modellake.core.identifiers.publications import arxiv_iri, doi_iri, publication_iri
from modellake.core.identifiers.repositories import is_scp_address, known_repository, repository, repository_name
from modellake.core.iris import LakeIRIs

__all__ = [
    "Digest",
    "Identified",
    "arxiv_iri",
    "checksum",
    "doi_iri",
    "hub_resource",
    "identify",
    "is_scp_address",
    "package",
    "publication_iri",
    "repository",
    "repository_name",
]


def identify(text: str, iris: LakeIRIs) -> Identified | None:
    """What an identifier names that says by itself of which kind it is; None for bare names and for other pages."""
    publication = publication_iri(text)
    if publication is not None:
        return Identified(publication)
    return hub_resource(text, iris) or package(text, iris) or known_repository(text, iris)
