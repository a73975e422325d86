"""Cards on disk: where they are, what their repository is called, and their bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from modellake.core.errors import ParseError
from modellake.core.report import Place
from modellake.harvest.paths import absolute, open_regular, text_of_name

CARD_NAME = "README.md"
SUFFIXES = (".md", ".markdown")
MAX_BYTES = 10 * 1024 * 1024
DEFAULT_REVISION = "main"
# What stands for a version in the Hub's cache whose card was not downloaded, the best first.
STAND_INS = ("config.json", "adapter_config.json", "model_index.json", "tokenizer_config.json", "dataset_infos.json")
MAX_REFS = 1000
UNNAMED = "unnamed"
_KIND_OF_CACHE = {"models": "model", "datasets": "dataset"}
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*---[ \t]*\r?\n")
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Location:
    """What the path of a card tells.

    Attributes:
        name: of the repository: ``organization/name`` in the Hub's cache, else the folder's, or for a card
            that is no README the file's.
        revision: the commit in the Hub's cache, else ``main``.
        kind: ``model`` or ``dataset`` in the Hub's cache, else None.
        folder: whose files belong to the card; None for a loose card.
        root: the folder that links may not lead out of.
        stands_in: whether the document is no card, but stands for one that is absent.
    """

    name: str
    revision: str
    kind: str | None
    folder: Path | None
    root: Path
    stands_in: bool = False

    def refs(self) -> list[str]:
        """The branches and tags that lead to the revision in the Hub's cache, sorted."""
        held = ((path, _held(path)) for path in self.ref_files())
        return sorted(
            text_of_name(path.relative_to(self.root / "refs").as_posix())
            for path, revision in held
            if revision == self.revision.encode()
        )

    def ref_files(self) -> list[Path]:
        """The files of the Hub's cache that say which revision a branch or tag leads to."""
        if not self.kind:
            return []
        found = (Path(place, name) for place, _, names in os.walk(self.root / "refs") for name in names)
        return sorted(islice(found, MAX_REFS))


def locate(document: str) -> Location:
    """What the path of a card tells about its repository.

    ``models--org--name/snapshots/<revision>/README.md`` is the layout of the Hub's cache
    (https://huggingface.co/docs/huggingface_hub/guides/manage-cache).
    """
    path = absolute(document)
    cached = _cached(path)
    if cached:
        return cached
    folder = path.parent
    if path.name != CARD_NAME or not folder.name:
        return Location(text_of_name(path.stem) or UNNAMED, DEFAULT_REVISION, None, None, folder)
    return Location(text_of_name(folder.name), DEFAULT_REVISION, None, folder, folder)


def beside(document: str, path: Path) -> str:
    """What somebody who named a card so would call a file of its repository, given its absolute path."""
    return text_of_name(str(Path(document).parent / path.relative_to(absolute(document).parent)))


def find_cards(place: str) -> Iterator[str]:
    """The cards at a file or below a folder, in sorted order, without reading them whole.

    A folder whose README has front matter is a repository, and nothing below it is another. A README without
    counts unless there are cards below its folder: then it is the page of a collection. In the Hub's cache a
    version without a card is found by a file that describes it.
    """
    path = Path(place)
    if path.is_dir():
        yield from _cards_below(path)
    elif path.is_file():
        yield place


def opens_front_matter(path: Path) -> bool:
    """True when a regular file begins like front matter."""
    try:
        with open_regular(path) as stream:
            head = stream.read(4096)
    except (OSError, ParseError):
        return False
    if head.startswith(_WIDE_BOMS):
        head = head.decode("utf-16", errors="replace").encode()
    return _OPENING.match(head) is not None


def read_card(document: str) -> bytes:
    """The bytes of a card.

    Raises:
        ParseError: it is larger than 10 MiB (``parse.too-large``), no regular file (``parse.not-a-file``), a
            link out of its repository (``parse.link-outside``), or unreadable (``parse.unreadable``).
    """
    place = Place(document)
    path = absolute(document)
    try:
        _refuse_outside(path, place)
        with open_regular(path, document=document, remedy="Name a Markdown file.") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ParseError(
            f"The card cannot be read: {error.strerror}",
            code="parse.unreadable",
            place=place,
            remedy="Check the path and the rights of the file.",
        ) from error
    if len(content) > MAX_BYTES:
        raise too_large(place)
    return content


def too_large(place: Place) -> ParseError:
    """The error for a card that is larger than any card is."""
    return ParseError(
        f"The card is larger than {MAX_BYTES // 1024**2} MiB",
        code="parse.too-large",
        place=place,
        remedy="Move tables and images out of the card into files beside it.",
    )


def _cached(path: Path) -> Location | None:
    parts = path.parts
    if len(parts) < 4 or parts[-3] != "snapshots" or path.name not in (CARD_NAME, *STAND_INS):
        return None
    kind, *names = parts[-4].split("--")
    if kind not in _KIND_OF_CACHE or not all(names) or not names:
        return None
    return Location(
        text_of_name("/".join(names)),
        text_of_name(parts[-2]),
        _KIND_OF_CACHE[kind],
        path.parent,
        path.parents[2],
        path.name != CARD_NAME,
    )


def _held(path: Path) -> bytes:
    try:
        with open_regular(path) as stream:
            return stream.read(100).strip()
    except (OSError, ParseError):
        return b""


def _cards_below(folder: Path) -> Iterator[str]:
    entries = _visible_entries(folder)
    card = folder / CARD_NAME
    if card in entries and opens_front_matter(card):
        yield str(card)
        return
    found = False
    stand_in = _stand_in(folder, entries) if card not in entries else None
    if stand_in:
        yield str(stand_in)
        return
    for entry in entries:
        for document in _cards_at(entry):
            found = True
            yield document
    if not found and card in entries and card.is_file():
        yield str(card)


def _stand_in(folder: Path, entries: list[Path]) -> Path | None:
    present = [folder / name for name in STAND_INS if folder / name in entries]
    return next((path for path in present if locate(str(path)).stands_in), None)


def _cards_at(path: Path) -> Iterator[str]:
    if path.is_dir():
        if not path.is_symlink():
            yield from _cards_below(path)
    elif path.name != CARD_NAME and path.suffix.lower() in SUFFIXES and opens_front_matter(path):
        yield str(path)


def _visible_entries(folder: Path) -> list[Path]:
    """The entries of a folder, so that what is found below them comes in the order of its paths as texts."""
    try:
        visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(visible, key=lambda path: path.name + "/" * path.is_dir())


def _refuse_outside(path: Path, place: Place) -> None:
    root = locate(str(path)).root
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        raise ParseError(
            "The card is a link that leads out of its repository",
            code="parse.link-outside",
            place=place,
            remedy="Harvest the file that the link leads to, or copy it in the place of the link.",
        )
