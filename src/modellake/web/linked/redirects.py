"""Redirects: the table by which w3id.org leads from the IRIs of terms to a lake that describes them.

``python -m modellake.web.linked.redirects [LAKE]`` writes it to ``ontology/w3id/.htaccess``, for the folder
``model-lake`` of https://github.com/perma-id/w3id.org.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from modellake.rdf.assets import CONTEXT_IRI, ontology_dir
from modellake.web.linked.vocabulary import CONTEXT_PLACE, ROOT, documents

EXAMPLE = "https://lake.example.org/"
_HEAD = """\
# {root}: written by modellake.web.linked.redirects, do not edit.
# The server there chooses the syntax; clients put the fragment of a term behind the address that they are sent to.
RewriteEngine On
"""


def redirects() -> Iterator[tuple[str, str]]:
    """What follows the IRI of the ontology and a slash, and the place of the document below the base IRI of a lake."""
    for place, document in sorted(documents().items()):
        yield document.iri.removeprefix(ROOT).removeprefix("/"), place
    yield CONTEXT_IRI.removeprefix(f"{ROOT}/"), CONTEXT_PLACE


def htaccess(lake: str) -> str:
    """The table for Apache (https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html), to a lake with that base IRI."""
    rules = (f"RewriteRule ^{re.escape(name)}$ {lake}{place} [R=303,L]" for name, place in redirects())
    return _HEAD.format(root=ROOT) + "\n".join(rules) + "\n"


def table_file() -> Path:
    """Where the table is."""
    return ontology_dir() / "w3id" / ".htaccess"


def main() -> None:
    """Write the table."""
    table_file().parent.mkdir(exist_ok=True)
    table_file().write_text(htaccess(sys.argv[1] if len(sys.argv) > 1 else EXAMPLE), encoding="utf-8")


if __name__ == "__main__":
    main()
