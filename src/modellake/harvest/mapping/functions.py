"""The functions that a mapping may call. There are no others: a mapping brings no code.

Those of the lake have the namespace ``https://w3id.org/model-lake/function#``; a few of GREL
(https://openrefine.org/docs/manual/grelfunctions) and of https://w3id.org/imec/idlab/function are known under the
names that YARRRML uses. Parameters are given by their local names, in any order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from pyoxigraph import NamedNode

from modellake.core.errors import ParseError
from modellake.core.identifiers import hub_resource, publication_iri
from modellake.core.iris import LakeIRIs
from modellake.core.literals import decimal_literal, json_text
from modellake.core.report import Place
from modellake.core.vocab import METRIC, MODALITY, SPLIT, TASK
from modellake.harvest.mapping.names import address, concepts, decimal_text, license_named, resource
from modellake.harvest.mapping.values import Number, scalars, text_of

LAKE_FUNCTIONS = "https://w3id.org/model-lake/function#"
GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
_SCHEMES = {"task": TASK, "metric": METRIC, "modality": MODALITY, "split": SPLIT}
MAX_CHARACTERS = 16 * 1024 * 1024
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")

# What an argument is: the values that its term map makes, as they stand in the document.
Arguments: TypeAlias = Mapping[str, list[Any]]


def too_many(what: str, place: Place | None) -> ParseError:
    """The error for a rule that makes more of one item than anybody means (``mapping.too-many``)."""
    return ParseError(
        f"{what} makes more than {MAX_CHARACTERS:,} characters, or too many texts, of one item",
        code="mapping.too-many",
        place=place,
        remedy="Let the iterator lead to the values, one item each.",
    )


@dataclass(frozen=True, slots=True)
class Function:
    """A function of mappings.

    Attributes:
        call: from the lake's names and the arguments to the values.
        exact: True when the outcome spells the argument, so that the argument need not be kept beside it.
        parameters: their local names.
    """

    call: Callable[[LakeIRIs, Arguments], list[Any]]
    parameters: tuple[str, ...]
    exact: bool = False


def _each(convert: Callable[[str], Any], exact: bool = False, parameter: str = "value") -> Function:
    """A function of each of its values; where it gives None there is no value."""

    def call(_: LakeIRIs, arguments: Arguments) -> list[Any]:
        made = (convert(text) for text in _texts(arguments, parameter))
        return [one for one in made if one is not None]

    return Function(call, (parameter,), exact)


def _texts(arguments: Arguments, name: str) -> list[str]:
    values = (one for value in arguments.get(name, []) for one in scalars(value))
    return [text for text in map(text_of, values) if text is not None]


def _first(arguments: Arguments, name: str) -> str:
    return next(iter(_texts(arguments, name)), "")


def _resource(iris: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The resources of a kind that have these names."""
    kind = _first(arguments, "kind")
    made = (resource(iris, kind, name) for name in _texts(arguments, "name"))
    return [one for one in made if one is not None]


def _nodes(arguments: Arguments, name: str) -> list[NamedNode]:
    return [one for one in arguments.get(name, []) if isinstance(one, NamedNode)]


def _version(iris: LakeIRIs, arguments: Arguments) -> list[Any]:
    label = _first(arguments, "label").strip()
    return [iris.version(line, label) for line in _nodes(arguments, "of") if label.strip(".")]


def _part(iris: LakeIRIs, arguments: Arguments) -> list[Any]:
    name = _first(arguments, "name")
    return [iris.fragment(owner, name) for owner in _nodes(arguments, "of") if name and "#" not in owner.value]


def _file_part(iris: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The part of a version that stands for a file, called as all harvesters call it."""
    name = PurePosixPath(_first(arguments, "path")).name
    return [
        iris.fragment(owner, f"file-{name}") for owner in _nodes(arguments, "of") if name and "#" not in owner.value
    ]


def _concept(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The concept of a code list (``task``, ``metric``, ``modality``, ``split``) that words name."""
    known = concepts(_SCHEMES[scheme]) if (scheme := _first(arguments, "scheme")) in _SCHEMES else {}
    names = [name.strip() for name in _texts(arguments, "name")]
    found = (known.get(name) or known.get(re.sub(r"[\s_]+", "-", name.lower())) for name in names)
    return [one for one in found if one is not None]


def _license(iris: LakeIRIs, arguments: Arguments) -> list[Any]:
    """Licenses with what describes them: the engine states that along, and notes what could not be told."""
    return [license_named(text, iris) for text in _texts(arguments, "name") if text.strip()]


def _integer(text: str) -> Number | None:
    """A whole number, also where it is written ``32768.0``."""
    number = _finite(text)
    return Number(format(number, "f").partition(".")[0]) if number is not None and number == int(number) else None


def _decimal(text: str) -> Number | None:
    """A number without its exponent, with as many digits as engines hold."""
    number = _finite(text)
    return None if number is None else _engine_number(number)


def _engine_number(number: Decimal) -> Number | None:
    try:
        return Number(decimal_literal(number).value)
    except (ValueError, ArithmeticError):
        return None


def _share(text: str) -> Number | None:
    """Percents as a share of one: ``76.31`` and ``76.31%`` are ``0.7631``."""
    number = _finite(text.strip().removesuffix("%"))
    return None if number is None else _engine_number(number.scaleb(-2))


def _finite(text: str) -> Decimal | None:
    """A number that may be counted with: finite, and of an exponent that writes out to a bearable length."""
    spelled = decimal_text(text)
    try:
        return None if spelled is None or len(spelled) > 400 else Decimal(spelled)
    except InvalidOperation:
        return None


def _verbatim(text: str) -> str | None:
    """What is no number that could be stated as one."""
    return None if _decimal(text) is not None else text


def _language(text: str) -> str | None:
    """A tag of BCP 47, also where it is written with underscores."""
    return text.replace("_", "-") if _LANGUAGE.fullmatch(text) else None


def _json(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    return [json_text(_plain(value)) for value in arguments.get("value", []) if value is not None]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return json.loads(value) if isinstance(value, Number) else value


def _coalesce(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The values of the first argument that has any: ``first``, ``second``, ``third``."""
    given = (arguments.get(name, []) for name in ("first", "second", "third"))
    return next((values for values in given if any(value is not None for value in values)), [])


def _replace(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    find, new = _first(arguments, "p_string_find"), _first(arguments, "p_string_replace")
    texts = _texts(arguments, "valueParameter")
    if sum((text.count(find) + 1) * len(new) for text in texts) > MAX_CHARACTERS:
        raise too_many("string_replace", None)
    return [text.replace(find, new) for text in texts]


def _split(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    mark = _first(arguments, "p_string_sep")
    texts = _texts(arguments, "valueParameter")
    return [part.strip() for text in texts for part in (text.split(mark) if mark else [text]) if part.strip()]


def _equal(wanted: bool) -> Callable[[LakeIRIs, Arguments], list[Any]]:
    def call(_: LakeIRIs, arguments: Arguments) -> list[Any]:
        same = _texts(arguments, "valueParameter") == _texts(arguments, "valueParameter2")
        return [same is wanted]

    return call


def _begins(wanted: bool) -> Callable[[LakeIRIs, Arguments], list[Any]]:
    def call(_: LakeIRIs, arguments: Arguments) -> list[Any]:
        return [_first(arguments, "value").startswith(_first(arguments, "with")) is wanted]

    return call


def _either(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The value, if it is one of the words."""
    words = _first(arguments, "words").split()
    return [text for text in _texts(arguments, "value") if text in words]


def _neither(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The value, if it is none of the words."""
    words = _first(arguments, "words").split()
    return [text for text in _texts(arguments, "value") if text not in words]


def _before(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """What stands before the first mark."""
    mark = _first(arguments, "mark")
    return [text.partition(mark)[0] for text in _texts(arguments, "value") if mark]


def _owned(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """``owner/name``, where there are both."""
    owner, name = _first(arguments, "owner").strip(), _first(arguments, "name").strip()
    return [f"{owner}/{name}"] if owner and name else []


def _hub_model(iris: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The model of the Hugging Face Hub that an address or an id with an owner names."""
    named = [name for name in _texts(arguments, "name") if "/" in name]
    found = (hub_resource(name, iris, "model") for name in named)
    return [one.resource for one in found if one is not None and one.kind == "model"]


def _single(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The values that are no lists and no mappings."""
    return [value for value in arguments.get("value", []) if isinstance(value, str | bool)]


def _number(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """The values that the document writes as numbers, ``NaN`` included."""
    return [value for value in arguments.get("value", []) if isinstance(value, Number)]


def _all(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    """True when every argument has a value that is not false."""
    return [all(any(one not in (None, False) for one in values) for values in arguments.values())]


def _given(_: LakeIRIs, arguments: Arguments) -> list[Any]:
    return [any(value is not None for value in arguments.get("value", []))]


_PARAMETER = "valueParameter"
_TWO = (_PARAMETER, "valueParameter2")
FUNCTIONS: Mapping[str, Function] = {
    LAKE_FUNCTIONS + "resource": Function(_resource, ("kind", "name"), exact=True),
    LAKE_FUNCTIONS + "version": Function(_version, ("of", "label"), exact=True),
    LAKE_FUNCTIONS + "part": Function(_part, ("of", "name"), exact=True),
    LAKE_FUNCTIONS + "filePart": Function(_file_part, ("of", "path")),
    LAKE_FUNCTIONS + "concept": Function(_concept, ("scheme", "name")),
    LAKE_FUNCTIONS + "license": Function(_license, ("name",)),
    LAKE_FUNCTIONS + "address": _each(address, exact=True),
    LAKE_FUNCTIONS + "integer": _each(_integer, exact=True),
    LAKE_FUNCTIONS + "decimal": _each(_decimal, exact=True),
    LAKE_FUNCTIONS + "share": _each(_share),
    LAKE_FUNCTIONS + "verbatim": _each(_verbatim, exact=True),
    LAKE_FUNCTIONS + "language": _each(_language, exact=True),
    LAKE_FUNCTIONS + "commit": _each(lambda text: text if _COMMIT.fullmatch(text) else None, exact=True),
    LAKE_FUNCTIONS + "stem": _each(lambda text: PurePosixPath(text).stem),
    LAKE_FUNCTIONS + "file": _each(lambda text: PurePosixPath(text).name or None),
    LAKE_FUNCTIONS + "json": Function(_json, ("value",), exact=True),
    LAKE_FUNCTIONS + "first": Function(_coalesce, ("first", "second", "third"), exact=True),
    LAKE_FUNCTIONS + "begins": Function(_begins(True), ("value", "with")),
    LAKE_FUNCTIONS + "beginsNot": Function(_begins(False), ("value", "with")),
    LAKE_FUNCTIONS + "among": Function(_either, ("value", "words"), exact=True),
    LAKE_FUNCTIONS + "outside": Function(_neither, ("value", "words")),
    LAKE_FUNCTIONS + "before": Function(_before, ("value", "mark")),
    LAKE_FUNCTIONS + "text": _each(lambda text: text if text.strip() else None, exact=True),
    LAKE_FUNCTIONS + "owned": Function(_owned, ("owner", "name"), exact=True),
    LAKE_FUNCTIONS + "publication": _each(publication_iri),
    LAKE_FUNCTIONS + "hubModel": Function(_hub_model, ("name",)),
    LAKE_FUNCTIONS + "given": Function(_given, ("value",)),
    LAKE_FUNCTIONS + "single": Function(_single, ("value",), exact=True),
    LAKE_FUNCTIONS + "number": Function(_number, ("value",), exact=True),
    LAKE_FUNCTIONS + "all": Function(_all, ("first", "second", "third")),
    LAKE_FUNCTIONS + "name": _each(lambda text: None if text.isdigit() else text, exact=True),
    LAKE_FUNCTIONS + "position": _each(lambda text: Number(text) if text.isdigit() else None, exact=True),
    LAKE_FUNCTIONS + "hubId": _each(lambda text: text.replace("__", "/", 1), exact=True),
    GREL + "toLowerCase": _each(str.lower, parameter=_PARAMETER),
    GREL + "toUpperCase": _each(str.upper, parameter=_PARAMETER),
    GREL + "string_trim": _each(str.strip, parameter=_PARAMETER),
    GREL + "string_replace": Function(_replace, (_PARAMETER, "p_string_find", "p_string_replace")),
    GREL + "string_split": Function(_split, (_PARAMETER, "p_string_sep")),
    IDLAB + "equal": Function(_equal(True), _TWO),
    IDLAB + "notEqual": Function(_equal(False), _TWO),
}
