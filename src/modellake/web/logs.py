"""The log of a server: a line for each request and for what goes wrong, for people as text, for programs as JSON.

No line holds a query string, a header or the body of a request: tokens and passwords stand in them. What the program
says of its errors is searched for such things before it is written.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache, partial
from json.encoder import encode_basestring as _quoted
from time import gmtime, localtime, strftime
from time import time as clock
from typing import IO, NamedTuple

from modellake.core.tokens import PATTERN as TOKEN
from modellake.web.identifiers import current_request

_REMARK = "remark"  # the attribute of a record that is for people as it stands
_PROGRAM = logging.getLogger("modellake")
_LONGEST = 20_000  # characters of a message, of its end, as that is where a traceback says what happened
_CONTROLS = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LogFormat(StrEnum):
    """How lines of the log are written."""

    TEXT = "text"
    JSON = "json"
    OFF = "off"  # no lines for requests; what goes wrong as text


class Facts(NamedTuple):
    """What is said of a request that has ended.

    Attributes:
        route: the template of its address.
        status: None where its client went away before it was answered.
        size: bytes of the body.
        seconds: until the last byte.
        caller: the agent of whoever called with a token.
        complete: was all of the body sent?
    """

    identifier: str
    method: str
    path: str
    route: str
    status: int | None
    size: int
    seconds: float
    caller: str | None
    client: str | None
    complete: bool


Tell = Callable[[Facts], None]
_tell: Tell | None = None  # writes the line of a request, where somebody wants one


def teller() -> Tell | None:
    """What writes the line of a request; None where nobody wants one."""
    return _tell


@contextmanager
def logging_to(stream: IO[str], form: LogFormat | None = None) -> Iterator[Callable[[str], None]]:
    """Write the log of the program to a stream meanwhile; gives what writes a remark for people there.

    Args:
        stream: lines go there as they come.
        form: by default text for a terminal, JSON for anything else.
    """
    global _tell  # noqa: PLW0603  there is one log of a process, as logging has it
    chosen = form or (LogFormat.TEXT if stream.isatty() else LogFormat.JSON)
    output = logging.StreamHandler(stream)
    output.setFormatter(_JSONLines() if chosen is LogFormat.JSON else _TextLines())
    before = (_PROGRAM.level, _PROGRAM.propagate, _tell)
    _PROGRAM.addHandler(output)
    # Where a program has asked for more than usual, it stays so.
    _PROGRAM.setLevel(min(_PROGRAM.level or logging.INFO, logging.INFO))
    _PROGRAM.propagate = False
    if chosen is not LogFormat.OFF:
        _tell = partial(_write, output, json_line if chosen is LogFormat.JSON else text_line)
    try:
        yield _remark
    finally:
        _PROGRAM.removeHandler(output)
        level, _PROGRAM.propagate, _tell = before
        _PROGRAM.setLevel(level)


def _write(output: logging.StreamHandler[IO[str]], line: Callable[[Facts], str], facts: Facts) -> None:
    """Write the line of a request, in an eighth of the time that a record of `logging` takes on its way."""
    output.acquire()
    try:
        output.stream.write(line(facts))
        output.stream.flush()
    except (OSError, ValueError):
        return  # a log that cannot be written keeps nobody from their answer
    finally:
        output.release()


def json_line(facts: Facts) -> str:
    """The line of a request for programs."""
    time, status = _moment(clock()), "null" if facts.status is None else facts.status
    rest = f',"caller":{_quoted(facts.caller)}' if facts.caller else ""
    rest += f',"client":{_quoted(facts.client)}' if facts.client else ""
    rest += "" if facts.complete else ',"broken":true'
    return (
        f'{{"time":"{time}","level":"info","event":"request","id":{_quoted(facts.identifier)},'
        f'"method":{_quoted(facts.method)},"path":{_quoted(facts.path)},"route":{_quoted(facts.route)},'
        f'"status":{status},"bytes":{facts.size},"ms":{1000 * facts.seconds:.3f}{rest}}}\n'
    )


def text_line(facts: Facts) -> str:
    """The line of a request for people."""
    path = _CONTROLS.sub("?", facts.path).replace("\n", "?")
    status = facts.status or "---"
    rest = f" {facts.caller}" if facts.caller else ""
    rest += f" [{facts.identifier}]" if facts.status is None or facts.status >= 400 else ""
    spent = f"{1000 * facts.seconds:.1f} ms"
    return f"{strftime('%H:%M:%S')} {status} {facts.method} {path} {spent} {facts.size} B{rest}\n"


def _remark(text: str) -> None:
    _PROGRAM.info("%s", text, extra={_REMARK: True})


class _JSONLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _moment(record.created),
            "level": record.levelname.lower(),
            "event": "message",
            "id": current_request(),
            "message": _safe(record.getMessage()),
            "traceback": _safe(self.formatException(record.exc_info)) if record.exc_info else None,
        }
        told = {name: value for name, value in line.items() if value is not None}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


class _TextLines(logging.Formatter):
    """Each record as a line that people read."""

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, _REMARK, False):
            return record.getMessage()
        said = _safe(record.getMessage())
        if record.exc_info:
            said += "\n" + _safe(self.formatException(record.exc_info))
        request = f" [{current_request()}]" if current_request() else ""
        time = strftime("%H:%M:%S", localtime(record.created))
        return _CONTROLS.sub("?", f"{time} {record.levelname.lower()}{request}: {said}").replace("\n", "\n    ")


def _moment(seconds: float) -> str:
    whole = int(seconds)
    return f"{_second(whole)}.{int(1000 * (seconds - whole)):03}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))


def _safe(text: str) -> str:
    """The end of a text, without what looks like a password or a token."""
    from modellake.lake.recording.secrets import cleansed_text

    text = TOKEN.sub("***", text)
    return cleansed_text(text if len(text) <= _LONGEST else f"…{text[-_LONGEST:]}")
