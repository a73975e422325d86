"""Files of a run: those that it makes, and small things that become files in its folder."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from modellake.core.errors import UnavailableError, UsageError
from modellake.core.literals import json_text
from modellake.core.records import ArtifactDistribution
from modellake.lake.recording.models import ModelVerbs
from modellake.lake.recording.payloads import file_distributions


class FileVerbs(ModelVerbs):
    """The verbs that log files; a file logged again under the same name replaces the earlier one."""

    def log_artifact(self, path: str | Path, artifact_path: str | None = None) -> None:
        """Record a file, or the files of a folder, that the run makes; they stay where they are.

        Args:
            path: the file or folder.
            artifact_path: a folder under which the run lists them, such as ``plots``.

        Raises:
            NotFoundError: there is no such file.
        """
        prefix = f"{_inside(artifact_path)}/" if artifact_path else ""
        found = file_distributions(Path(path), ArtifactDistribution)
        with self._logging() as log:
            for file in found:
                named = replace(file, file_name=f"{prefix}{file.file_name}")
                log.files[str(named.file_name)] = named

    def log_artifacts(self, folder: str | Path, artifact_path: str | None = None) -> None:
        """Record the files of a folder; see `log_artifact`."""
        self.log_artifact(folder, artifact_path)

    def log_text(self, text: str, artifact_file: str) -> Path:
        """Write a text to a file in `folder`, record it, and return its place; ``report.md`` for instance.

        Raises:
            UsageError: the name leads out of the folder.
        """
        return self._log_bytes(text.encode("utf-8", "replace"), artifact_file)

    def log_dict(self, dictionary: Any, artifact_file: str) -> Path:
        """Write a mapping or a list to a file in `folder` and record it: YAML if its name says so, else JSON.

        Raises:
            UsageError: the name leads out of the folder.
            UnavailableError: PyYAML is not installed.
        """
        if PurePosixPath(artifact_file).suffix in (".yml", ".yaml"):
            return self.log_text(_yaml(json.loads(json_text(dictionary))), artifact_file)
        return self.log_text(json.dumps(json.loads(json_text(dictionary)), ensure_ascii=False, indent=2), artifact_file)

    def log_figure(self, figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None) -> Path:
        """Write a figure to a file in `folder` and record it; the suffix says the format.

        Args:
            figure: of matplotlib (whatever has ``savefig``), or of plotly (``write_html`` and ``write_image``).
            artifact_file: ``plots/roc.png``, ``plots/roc.html``.
            save_kwargs: passed to the method that writes it.

        Raises:
            UsageError: the figure cannot be written, or the name leads out of the folder.
        """
        is_page = PurePosixPath(artifact_file).suffix in (".html", ".htm")
        methods = ("savefig", "write_html" if is_page else "write_image")
        write = next((getattr(figure, method) for method in methods if hasattr(figure, method)), None)
        if write is None:
            raise _unwritable(figure, " or ".join(methods))
        return self._log_written(lambda place: write(place, **save_kwargs or {}), artifact_file)

    def log_image(self, image: Any, artifact_file: str) -> Path:
        """Write an image (whatever has ``save``, such as those of Pillow) to a file in `folder` and record it.

        Raises:
            UsageError: the image cannot be written, or the name leads out of the folder.
        """
        if not hasattr(image, "save"):
            raise _unwritable(image, "save")
        return self._log_written(image.save, artifact_file)

    def log_table(self, data: Any, artifact_file: str) -> Path:
        """Write a table to a file in `folder` and record it: CSV if its name says so, else JSON by columns and rows.

        Args:
            data: a data frame (whatever has ``to_csv`` and ``to_dict``), or a mapping of columns.
            artifact_file: ``results.json``, ``results.csv``.

        Raises:
            UsageError: the columns are of different lengths, or the name leads out of the folder.
        """
        as_csv = PurePosixPath(artifact_file).suffix == ".csv"
        if as_csv and hasattr(data, "to_csv"):
            return self.log_text(data.to_csv(index=False), artifact_file)
        columns = _columns(data)
        return self.log_text(_csv(columns), artifact_file) if as_csv else self.log_dict(_split(columns), artifact_file)

    def _log_bytes(self, content: bytes, artifact_file: str) -> Path:
        return self._log_written(lambda place: place.write_bytes(content), artifact_file)

    def _log_written(self, write: Any, artifact_file: str) -> Path:
        name = _inside(artifact_file)
        place = self.folder / name
        with self._logging() as log:
            place.parent.mkdir(parents=True, exist_ok=True)
            write(place)
            [file] = file_distributions(place, ArtifactDistribution)
            log.files[str(name)] = replace(file, file_name=str(name))
        return place


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name or "\0" in name:
        raise UsageError(
            f"{name!r} is no name inside the folder of a run",
            code="artifact.path",
            remedy="Give a relative name with slashes, such as 'plots/roc.png'.",
        )
    return path


def _yaml(value: Any) -> str:
    try:
        import yaml
    except ImportError as error:
        raise UnavailableError(
            "PyYAML is not installed",
            code="extra.missing",
            remedy="pip install 'modellake[huggingface]', or give the file a name that ends in .json.",
        ) from error
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False))


def _columns(data: Any) -> dict[str, list[Any]]:
    named = data.to_dict("list") if hasattr(data, "to_dict") and hasattr(data, "columns") else dict(data)
    columns = {
        str(name): list(values) if isinstance(values, list | tuple) else [values] for name, values in named.items()
    }
    if len({len(values) for values in columns.values()}) > 1:
        raise UsageError(
            "The columns of the table have different lengths",
            code="table.ragged",
            remedy="Give each column one value for every row.",
        )
    return columns


def _column(values: Any) -> list[Any]:
    listed = values.tolist() if hasattr(values, "tolist") else values
    return list(listed) if isinstance(listed, list | tuple) else [listed]


def _split(columns: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {"columns": list(columns), "data": [list(row) for row in zip(*columns.values(), strict=True)]}


def _csv(columns: Mapping[str, list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(columns), *zip(*columns.values(), strict=True)])
    return text.getvalue()


def _unwritable(value: Any, methods: str) -> UsageError:
    return UsageError(
        f"A {type(value).__name__} cannot be written to a file: it has no {methods}",
        code="artifact.unwritable",
        remedy="Write it yourself and log the file: run.log_artifact(path).",
    )
