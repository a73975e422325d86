"""Data of a run: the datasets, files and models that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modellake.core.artifact import Reference
from modellake.core.errors import UsageError
from modellake.core.fields import refer, resolver
from modellake.core.records import Dataset
from modellake.lake.recording.inputs import read_input
from modellake.lake.recording.metrics import MetricVerbs


class InputVerbs(MetricVerbs):
    """The verbs that log what a run reads."""

    def log_input(
        self, data: Any, role: str | None = None, *, name: str | None = None, version: str | None = None
    ) -> Reference:
        """Record what the run reads, and return what refers to it.

        Args:
            data: a dataset record, an IRI or ``org/name[@version]``; a path, whose files are digested; an array,
                a table or a tensor, whose content is digested; or a model that the run uses.
            role: ``training``, ``validation``, ``test``, or None.
            name: the dataset that files or data in memory belong to.
            version: the version that they are a split of. Without it they are a version of their own, called by
                the digest of the content.

        Raises:
            UsageError: the role is unknown, or data in memory have no name or cannot be digested.
            NotFoundError: the path is an empty folder.
        """
        found = read_input(data, role, name, version)
        refer(found.reference, resolver("dataset"), self._lake.iris)
        with self._logging() as log:
            if found.line is not None:
                self._say_line(Dataset(name=found.line))
            log.inputs.append(found)
        return found.reference

    def log_inputs(self, data: Iterable[Any], roles: Iterable[str | None] | None = None) -> list[Reference]:
        """Record several inputs that need no name, with their roles in the same order."""
        items = list(data)
        wanted = [None] * len(items) if roles is None else list(roles)
        if len(wanted) != len(items):
            raise UsageError(
                f"There are {len(items)} inputs and {len(wanted)} roles",
                code="role.count",
                remedy="Give one role for each input; None where it has none.",
            )
        return [self.log_input(item, role) for item, role in zip(items, wanted, strict=True)]
