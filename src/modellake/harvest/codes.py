"""The codes of errors and findings that the code of a harvester names, with what they say.

They are found in the source text: the keyword ``code`` of a call, the default of a parameter ``code``, and the first
argument of a ``Finding`` or of a call of ``note``. A code that is put together from parts is told by its constant
part, with ``…`` for the others.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"[a-z…][a-z0-9…-]*(?:\.[a-z0-9…-]+)+")
_NOTING = ("Finding", "note", "Note")
_HERE = Path(__file__).parent
_ROOT = "modellake.harvest."
Said = tuple[str, str]


def codes_of(harvester: object) -> dict[str, list[str]]:
    """The codes in the package of a harvester, in their order, each with the messages that go with it.

    The modules of ``modellake.harvest`` itself that the package uses belong to it. A harvester that is a single module
    there has the codes of that module.
    """
    module = Path(inspect.getfile(type(harvester)))
    folder = module.parent
    trees = [_tree(path) for path in ([module] if folder.name == "harvest" else sorted(folder.rglob("*.py")))]
    shared = sorted({name for tree in trees for name in _shared(tree)})
    trees += [_tree(path) for name in shared if (path := _HERE / f"{name}.py").exists()]
    found: dict[str, list[str]] = {}
    for tree in trees:
        for code, message in _codes_in(tree):
            messages = found.setdefault(code, [])
            if message and message not in messages:
                messages.append(message)
    return dict(sorted(found.items()))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _shared(tree: ast.Module) -> Iterator[str]:
    """The modules of ``modellake.harvest`` itself that a module uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_ROOT):
            yield (node.module or "").removeprefix(_ROOT).partition(".")[0]


def _codes_in(tree: ast.Module) -> Iterator[Said]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.FunctionDef):
            for default in _code_defaults(node):
                yield default, ""


def _of_call(call: ast.Call) -> Iterator[Said]:
    """What a call says with a code; where the code follows from a condition, each of both."""
    keyword = next((item.value for item in call.keywords if item.arg == "code"), None)
    texts = call.args
    if keyword is None and _name(call) in _NOTING and call.args:
        keyword, texts = call.args[0], call.args[1:]
    message = _message(texts)
    for code in _constants(keyword):
        if _CODE.fullmatch(code):
            yield code, message


def _code_defaults(function: ast.FunctionDef) -> Iterator[str]:
    names = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    for argument, default in names:
        if argument.arg == "code":
            yield from (code for code in _constants(default) if _CODE.fullmatch(code))


def _constants(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    elif node is not None and (text := _text(node)) is not None:
        yield text


def _message(arguments: list[ast.expr]) -> str:
    """The first argument, if it is a sentence; a severity may stand before it."""
    first = next((item for item in arguments if not isinstance(item, ast.Attribute)), None)
    text = (first and _text(first)) or ""
    return text if " " in text else ""


def _text(node: ast.expr) -> str | None:
    """A text as it stands in the code, with ``…`` for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        return "".join(map(str, parts))
    return None


def _name(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
