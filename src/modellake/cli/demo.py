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

if TYPE_CHECKING:
    from rich.console import Console

    from modellake.cli.demonstration.screen import Screen
    from modellake.cli.demonstration.training import Made
    from modellake.lake.lake import Lake

DEFAULT_DIRECTORY = "modellake-demo"
_NEEDED = {"sklearn": "scikit-learn", "skops": "skops", "huggingface_hub": "huggingface_hub", "yaml": "PyYAML"}
# The lineage in full also has every version's line, and every run's code and environment.
MAIN_RELATIONS = (
    "derivedFromModel",
    "fineTunedFrom",
    "distilledFrom",
    "prunedFrom",
    "trainedOn",
    "producedBy",
    "usedValidationData",
)


def demo(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help=f"A new or empty folder. By default ./{DEFAULT_DIRECTORY}, or the next free number of it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a small lake with real models in it, and ask it a few questions.

    Trains a handful of scikit-learn models in seconds, offline, and shows what the lake knows of them: where
    they come from, how good they are, and what a withdrawn dataset would hit.
    """
    from rich.console import Console

    raise typer.Exit(run_demo(directory, Console(highlight=False, emoji=False)))


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
        screen.say(f"A lake in {place}. Nothing leaves this machine, and nothing is fetched.")
        last = _fill(lake, screen)
        _harvest_card(lake, screen, place, last)
        _refuse(lake, screen, place)
        _ask(lake, screen, last)
        _verify(lake, screen)
    _what_next(screen, place)
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


def _fill(lake: Lake, screen: Screen) -> Made:
    from modellake.cli.demonstration import training

    described = [*training.describe_datasets(), *training.describe_models()]
    receipt = lake.commit(described, message="Describe the datasets and the models")
    screen.step("Describe datasets and models, as typed records")
    screen.say(f"{receipt.records} records in commit {receipt.sequence}. Each had to pass the gate (SHACL) first.")
    screen.step("Train, and let the lake watch")
    screen.say("Each training is a run: its code, environment, data and results are recorded.")
    with screen.waiting("training"):
        made = list(training.train_everything(lake))
    rows = [(_name(lake, item), item.what, *_rounded(item.figures(lake))) for item in made]
    screen.rows(("model", "", "accuracy", "f1"), rows)
    return made[-1]


def _harvest_card(lake: Lake, screen: Screen, place: Path, last: Made) -> None:
    from modellake.cli.demonstration.documents import write_card
    from modellake.cli.demonstration.training import DIGITS
    from modellake.core.plugins import load_harvester
    from modellake.lake.harvesting import harvest_place

    card = write_card(place, last, last.figures(lake), dataset=DIGITS)
    receipt = lake.commit_each(
        harvest_place(load_harvester("huggingface"), str(card), lake.iris), message="Harvest a model card"
    )
    screen.step("Harvest a model card")
    screen.say(f"{card.relative_to(place)}")
    screen.say(
        f"A card in the manner of the Hugging Face Hub, with the figures above. It became {receipt.records} records "
        f"in commit {receipt.sequence}, beside what the run said: the lake keeps who said what."
    )


def _refuse(lake: Lake, screen: Screen, place: Path) -> None:
    from modellake.cli.demonstration.documents import write_refused
    from modellake.core.errors import RefusedError

    path = write_refused(place)
    screen.step("Try to bring in something wrong")
    try:
        lake.commit(path, message="Describe a sloppy model")
    except RefusedError as error:
        counts = ", ".join(f"{number} × {severity}" for severity, number in error.report.counts().items())
        screen.say(f"Refused, and nothing was written. The report has {counts}; what blocks is this:")
        screen.violations(error.report, place)
    kept = lake.ledger.quarantine.list()
    screen.pause()
    screen.say("What was refused is not lost; it waits in quarantine to be mended:")
    screen.rows(("item", "file", "bytes"), [(str(item.id), Path(item.place).name, str(item.size)) for item in kept])


def _ask(lake: Lake, screen: Screen, last: Made) -> None:
    from modellake.cli.demonstration.training import DIGITS

    version = last.version.iri(lake.iris)
    screen.step("Ask: what is in the lake?")
    screen.command("modellake query contents")
    screen.table(lake.query("contents"))
    screen.step(f"Ask: where does {_name(lake, last)} come from?")
    screen.command(f"modellake lineage {_name(lake, last)} --up")
    screen.tree(lake.lineage(version).upstream(), MAIN_RELATIONS)
    screen.step("Ask: who, what, when, where, why and how?")
    screen.command(f"modellake show {_name(lake, last)}")
    screen.facets(lake.query("five-w-one-h", resource=version))
    screen.step(f"Ask: what if {DIGITS} is withdrawn?")
    screen.command(f"modellake query affected-by-withdrawal --param dataset={DIGITS}")
    screen.affected(lake.query("affected-by-withdrawal", dataset=DIGITS))


def _verify(lake: Lake, screen: Screen) -> None:
    head, report = lake.ledger.head(), lake.verify()
    screen.step("Check that nothing has been tampered with")
    screen.command("modellake verify")
    kept = lake.stats().ledger
    outcome = report.to_text() if report else f"All {kept.commits} commits and {kept.contents} contents are as written."
    screen.say(f"{outcome} Write this down, and no one can rewrite the history unnoticed:")
    screen.verbatim([f"commit {head.sequence}  {head.hash}"])


def _what_next(screen: Screen, place: Path) -> None:
    directory = shlex.quote(str(place))
    screen.step("Go on from here")
    screen.verbatim(
        [
            f"export MODELLAKE={directory}",
            "modellake query --list",
            "modellake show demo/digits-calibrated@1",
            "modellake lineage uci/digits --down",
            "modellake history demo/iris-network@2",
            "modellake quarantine show 1",
        ]
    )
    screen.pause()
    screen.say(f"Delete {place} when you are done.")


def _name(lake: Lake, made: Made) -> str:
    from modellake.cli.demonstration.screen import plain_name

    return plain_name(made.version.iri(lake.iris).value, lake.iris.base)


def _rounded(figures: dict[str, str]) -> tuple[str, str]:
    return f"{float(figures['accuracy']):.3f}", f"{float(figures['f1']):.3f}"
