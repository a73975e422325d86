"""The log of a server: a line for each request and for what goes wrong, for people as text, for programs as JSON.

No line holds a query string, a header or the body of a request: tokens and passwords stand in them. What the program
says of its errors is searched for such things before it is written.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Any

from modellake.web.identifiers import current_request

REQUESTS = logging.getLogger("modellake.web.requests")
_REMARK = "remark"  # the attribute of a record that is for people as it stands
FACTS = "facts"  # the attribute of a record that holds what a request was
_PROGRAM = logging.getLogger("modellake")
_LONGEST = 20_000  # characters of a message, of its end, as that is where a traceback says what happened
_CONTROLS = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LogFormat(StrEnum):
    """How lines of the log are written."""

    TEXT = "text"
    JSON = "json"
    OFF = "off"  # no lines for requests; what goes wrong as text


@contextmanager
def logging_to(stream: IO[str], form: LogFormat | None = None) -> Iterator[Callable[[str], None]]:
    """Write the log of the program to a stream meanwhile; gives what writes a remark for people there.

    Args:
        stream: lines go there as they come.
        form: by default text for a terminal, JSON for anything else.
    """
    chosen = form or (LogFormat.TEXT if stream.isatty() else LogFormat.JSON)
    output = logging.StreamHandler(stream)
    output.setFormatter(_JSONLines() if chosen is LogFormat.JSON else _TextLines())
    before = (_PROGRAM.level, _PROGRAM.propagate, REQUESTS.disabled)
    _PROGRAM.addHandler(output)
    # Where a program has asked for more than usual, it stays so.
    _PROGRAM.setLevel(min(_PROGRAM.level or logging.INFO, logging.INFO))
    _PROGRAM.propagate, REQUESTS.disabled = False, chosen is LogFormat.OFF
    try:
        yield _remark
    finally:
        _PROGRAM.removeHandler(output)
        level, _PROGRAM.propagate, REQUESTS.disabled = before
        _PROGRAM.setLevel(level)


def _remark(text: str) -> None:
    _PROGRAM.info("%s", text, extra={_REMARK: True})


class _JSONLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": _moment(record.created), "level": record.levelname.lower()}
        facts: Mapping[str, Any] | None = getattr(record, FACTS, None)
        if facts is None:
            facts = {"event": "message", "id": current_request(), "message": _safe(record.getMessage())}
            if record.exc_info:
                facts = {**facts, "traceback": _safe(self.formatException(record.exc_info))}
        line |= {name: value for name, value in facts.items() if value is not None}
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


class _TextLines(logging.Formatter):
    """Each record as a line that people read."""

    def format(self, record: logging.LogRecord) -> str:
        facts: Mapping[str, Any] | None = getattr(record, FACTS, None)
        time = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        if facts is not None:
            return f"{time} {_sentence(facts)}"
        if getattr(record, _REMARK, False):
            return record.getMessage()
        said = _safe(record.getMessage())
        if record.exc_info:
            said += "\n" + _safe(self.formatException(record.exc_info))
        request = f" [{current_request()}]" if current_request() else ""
        return _CONTROLS.sub("?", f"{time} {record.levelname.lower()}{request}: {said}").replace("\n", "\n    ")


def _sentence(facts: Mapping[str, Any]) -> str:
    who = f" {facts['caller']}" if facts.get("caller") else ""
    path = _CONTROLS.sub("?", facts["path"]).replace("\n", "?")
    line = f"{facts['status'] or '---'} {facts['method']} {path} {facts['ms']:.1f} ms {facts['bytes']} B{who}"
    return f"{line} [{facts['id']}]" if (facts["status"] or 500) >= 400 else line


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _safe(text: str) -> str:
    """The end of a text, without what looks like a password or a token."""
    from modellake.lake.recording.secrets import cleansed_text

    return cleansed_text(text if len(text) <= _LONGEST else f"…{text[-_LONGEST:]}")
