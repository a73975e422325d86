"""``modellake demo``: a small lake made before your eyes, with models that are really trained.

Everything it prints is read back from the lake that it makes.
"""

from __future__ import annotations

import shlex
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.options import examples

if TYPE_CHECKING:
    from rich.console import Console

    from modellake.cli.demonstration.screen import Screen
    from modellake.core.records import ModelVersion
    from modellake.lake.lake import Lake

DEFAULT_DIRECTORY = "modellake-demo"
_NEEDED = {"sklearn": "scikit-learn", "skops": "skops", "huggingface_hub": "huggingface_hub", "yaml": "PyYAML"}
_DIGITS = "uci/digits"


def demo(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help="Where to make the lake: a folder that is not there yet, or is empty.",
            show_default=f"./{DEFAULT_DIRECTORY}",
        ),
    ] = None,
) -> None:
    """Make a small lake with real models in it, and ask it a few questions.

    Trains a handful of scikit-learn models in seconds, offline, and shows what the lake knows of them: where
    they come from, how good they are, and what a withdrawn dataset would hit.
    """
    from rich.console import Console

    raise typer.Exit(run_demo(directory, Console(highlight=False, emoji=False)))


demo.__doc__ = f"{demo.__doc__}\n{examples('modellake demo', 'modellake demo /tmp/look-around')}"


def run_demo(directory: Path | None, console: Console) -> int:
    """Make the lake and tell its story.

    Args:
        directory: a folder that is absent or empty; by default a new ``./modellake-demo``.
        console: where to print.

    Returns:
        The exit status of the command.

    Raises:
        UnavailableError: the extra ``demo`` is not installed.
        UsageError: the folder holds something.
    """
    require_extra()
    place = free_directory(directory)
    from modellake.bootstrap import open_lake
    from modellake.cli.demonstration.screen import Screen

    with open_lake(place, create=True) as lake:
        screen = Screen(console, lake.iris.base)
        screen.say(f"A lake in {place}: nothing leaves this machine, and nothing is fetched.")
        last = _fill(lake, screen)
        _harvest_card(lake, screen, place, last)
        _refuse(lake, screen, place)
        _ask(lake, screen, last)
    _what_next(screen, place, last)
    return 0


def require_extra() -> None:
    """Check that what the demo trains with is there.

    Raises:
        UnavailableError: it is not.
    """
    from modellake.core.errors import UnavailableError

    missing = [name for module, name in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise UnavailableError(
            f"The demo trains real models, and needs {' and '.join(missing)} for it",
            code="extra.missing",
            remedy="pip install 'modellake[demo]'",
        )


def free_directory(wanted: Path | None) -> Path:
    """The folder to use: the one that is asked for if it is free, or the first free one of the demo's own.

    Raises:
        UsageError: the folder that is asked for holds something.
    """
    from modellake.core.errors import UsageError

    if wanted is None:
        names = (DEFAULT_DIRECTORY if number == 1 else f"{DEFAULT_DIRECTORY}-{number}" for number in count(1))
        return next(path for path in map(Path, names) if _is_free(path))
    if _is_free(wanted):
        return wanted
    raise UsageError(
        f"{wanted} holds something already",
        code="folder.not-empty",
        remedy="Name a new folder; the demo overwrites nothing.",
    )


def _is_free(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))


def _fill(lake: Lake, screen: Screen) -> ModelVersion:
    from modellake.cli.demonstration import training

    screen.step("Describe three datasets and six models")
    receipt = lake.commit(
        [*training.describe_datasets(), *training.describe_models()], message="Describe the datasets and models"
    )
    screen.say(
        f"{receipt.records} records in commit {receipt.sequence}. Each passed the gate: SHACL, before any write."
    )
    screen.step("Train, and let the lake watch")
    versions = []
    for what, version in training.train_everything(lake):
        versions.append(version)
        screen.rows((), [(_name(lake, version), what)])
    return versions[-1]


def _name(lake: Lake, version: ModelVersion) -> str:
    from modellake.cli.output import short_name

    return short_name(version.iri(lake.iris).value, lake.iris.base)
