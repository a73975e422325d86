"""Parameters and tags of a run: names and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modellake.core.activities import ParameterSetting, Tag
from modellake.core.errors import NotFoundError
from modellake.lake.recording.recorder import Recorder
from modellake.lake.recording.secrets import masked


class ParameterVerbs(Recorder):
    """The verbs that log parameters and tags."""

    def log_param(self, key: str, value: Any) -> Any:
        """Record a parameter with the datatype of its value; logged again, the last value counts."""
        kept = masked(str(key), value)
        setting = ParameterSetting(parameter_name=str(key), parameter_value="None" if kept is None else kept)
        with self._logging() as log:
            log.params[str(key)] = setting
        return value

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Record several parameters."""
        for key, value in params.items():
            self.log_param(key, value)

    def set_tag(self, key: str, value: Any) -> None:
        """Give the run a name and a value of your own (``schema:additionalProperty``)."""
        tag = Tag(tag_name=str(key), tag_value=masked(str(key), value))
        with self._logging() as log:
            log.tags[str(key)] = tag

    def set_tags(self, tags: Mapping[str, Any]) -> None:
        """Set several tags."""
        for key, value in tags.items():
            self.set_tag(key, value)

    def delete_tag(self, key: str) -> None:
        """Take a tag back; the history of the run still has it.

        Raises:
            NotFoundError: the run has no such tag.
        """
        with self._logging() as log:
            if log.tags.pop(str(key), None) is None:
                known = ", ".join(sorted(log.tags)) or "none"
                raise NotFoundError(
                    f"The run {log.id} has no tag {key!r}", code="tag.absent", remedy=f"Its tags: {known}."
                )
