"""The installed harvesters, for people and programs."""

from __future__ import annotations

from importlib.metadata import entry_points

from modellake.cli.output import note, show_table, write_json


def show_harvesters(*, as_json: bool) -> None:
    """Which harvesters are installed, what they read, and which package each comes from."""
    from modellake.core.errors import ModelLakeError
    from modellake.core.plugins import HARVESTERS, load_harvester

    rows: list[tuple[str, str, str]] = []
    failures: list[tuple[str, ModelLakeError]] = []
    for entry in sorted(entry_points(group=HARVESTERS), key=lambda entry: entry.name):
        package = entry.dist.name if entry.dist else ""
        try:
            rows.append((entry.name, str(load_harvester(entry.name).summary), package))
        except ModelLakeError as error:
            failures.append((entry.name, error))
            rows.append((entry.name, f"cannot be used: {error.message}", package))
    if as_json:
        broken = {name for name, _ in failures}
        keys = ("name", "summary", "package")
        write_json([{**dict(zip(keys, row, strict=True)), "usable": row[0] not in broken} for row in rows])
        return
    show_table(("name", "reads", "package"), rows)
    for name, failure in failures:
        note(f"{name}: {failure.remedy}")
