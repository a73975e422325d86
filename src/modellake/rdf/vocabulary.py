"""Writes `modellake.core.vocab` from the ontology: ``python -m modellake.rdf.vocabulary``.

A term is in it when the ontology, its alignments, its code lists or the JSON-LD context name it, or when the
code needs it and the ontology has no reason to (`FURTHER`).
"""

from __future__ import annotations

import json
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import modellake.core
from modellake.rdf.assets import context_text, ontology_dir, read_turtle, turtle_files

FURTHER: Mapping[str, tuple[str, ...]] = {
    "dcat": (
        "Catalog",
        "catalog",
        "dataset",
        "endpointURL",
        "record",
        "resource",
        "service",
        "servesDataset",
    ),
    "prov": ("wasInvalidatedBy",),
    "rdf": ("langString", "object", "predicate", "subject", "value"),
    "schema": ("additionalProperty", "name", "PropertyValue", "value"),
    "spdx": (
        "ConjunctiveLicenseSet",
        "DisjunctiveLicenseSet",
        "OrLaterOperator",
        "WithExceptionOperator",
        "licenseException",
        "member",
    ),
    "xsd": ("date", "dateTime", "decimal", "double", "gYear", "gYearMonth", "string"),
}
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_HEAD = '''# fmt: off
"""Every IRI that modellake uses: written by `modellake.rdf.vocabulary` from the ontology, do not edit."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from modellake.core.namespace import Namespace
'''


def generate() -> str:
    """The text of `modellake.core.vocab`.

    Raises:
        ValueError: two terms of one namespace would get the same Python name.
    """
    files = turtle_files(ontology_dir())
    prefixes = _one_per_namespace({**_context_prefixes(), **_turtle_prefixes(files)})
    found = _by_prefix(_mentioned(read_turtle(files), prefixes), prefixes)
    for prefix, names in FURTHER.items():
        found[prefix] |= set(names)
    return "\n".join([_HEAD, *(_class_text(prefix, prefixes[prefix], found[prefix]) for prefix in sorted(found))])


def vocabulary_file() -> Path:
    """Where `modellake.core.vocab` is."""
    return Path(modellake.core.__file__).parent / "vocab.py"


def _turtle_prefixes(files: Iterable[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        parser = parse(path=str(file), format=RdfFormat.TURTLE)
        for _ in parser:
            pass
        found.update(parser.prefixes)
    return found


def _context_prefixes() -> dict[str, str]:
    context = json.loads(context_text())["@context"]
    named = ((key, value) for key, value in context.items() if isinstance(value, str) and not key.startswith("@"))
    return {key: value for key, value in named if value.endswith(("#", "/"))}


def _one_per_namespace(prefixes: Mapping[str, str]) -> dict[str, str]:
    first = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
    return {prefix: namespace for namespace, prefix in first.items()}


def _mentioned(statements: Iterable[Triple], prefixes: Mapping[str, str]) -> Iterator[str]:
    for statement in statements:
        for term in (statement.subject, statement.predicate, statement.object):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal):
                yield term.datatype.value
    yield from _context_terms(json.loads(context_text())["@context"], prefixes)


def _context_terms(definition: Any, prefixes: Mapping[str, str]) -> Iterator[str]:
    """The IRIs of all CURIEs in a context, scoped contexts included."""
    if isinstance(definition, Mapping):
        for value in definition.values():
            yield from _context_terms(value, prefixes)
    elif isinstance(definition, str):
        prefix, colon, name = definition.partition(":")
        if colon and prefix in prefixes:
            yield prefixes[prefix] + name


def _by_prefix(iris: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for iri in iris:
        for prefix, namespace in prefixes.items():
            if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri[len(namespace) :]):
                found[prefix].add(iri[len(namespace) :])
    return found


def _class_text(prefix: str, namespace: str, names: Iterable[str]) -> str:
    identifiers: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name.lower(), name)):
        known = identifiers.setdefault(_identifier(name), name)
        if known != name:
            raise ValueError(f"{known!r} and {name!r} of {namespace} would have the same Python name")
    lines = [f'    {key}: Final = NamedNode("{namespace}{name}")' for key, name in identifiers.items()]
    head = [f'\nclass {prefix.upper()}(Namespace, iri="{namespace}"):', f'    """Terms of {namespace}"""', ""]
    return "\n".join([*head, *lines, ""])


def _identifier(name: str) -> str:
    text = re.sub(r"\W", "_", name)
    text = f"_{text}" if text[0].isdigit() else text
    return f"{text}_" if keyword.iskeyword(text) else text


def main() -> None:
    """Write the file."""
    vocabulary_file().write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    main()
