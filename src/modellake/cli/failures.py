"""The error boundary: whatever goes wrong ends as one readable block and a documented exit status."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from modellake.cli.output import note, paint
from modellake.core.errors import AmbiguousError, ModelLakeError, RefusedError

INTERRUPTED = 130
BROKEN_PIPE = 141  # what the shell reports for a program that SIGPIPE ended
# The exceptions of the option parser, under whichever name the installed typer keeps them.
_CallError: type[Exception] = typer.BadParameter.__mro__[2]


@contextmanager
def boundary(*, debug: bool) -> Iterator[None]:
    """Turn every exception into a message on stderr and `typer.Exit`."""
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        _say("interrupted:", "", "what was committed is committed, nothing is half done.")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if debug:
            traceback.print_exc()
        raise typer.Exit(_report(error, debug=debug)) from None


def debugging(arguments: list[str]) -> bool:
    """Shall errors show where in the program they happened?"""
    before_command = arguments[: next((i for i, word in enumerate(arguments) if word[:1] != "-"), None)]
    return "--debug" in before_command or os.environ.get("MODELLAKE_DEBUG", "") not in ("", "0")


def show_error(error: ModelLakeError) -> None:
    """An error as one block: what, where, what to do."""
    details: list[tuple[str, str | None]] = [("at", str(error.place) if error.place else None)]
    if isinstance(error, AmbiguousError):
        details += [("one of", candidate) for candidate in error.candidates]
        details.append(("do", "Say which one you mean."))
    else:
        details.append(("do", error.remedy))
    _say("error", error.code, error.message, details)


def _report(error: Exception, *, debug: bool) -> int:
    """Say what went wrong; returns the exit status."""
    if isinstance(error, BrokenPipeError):
        _silence(sys.stdout)
        return BROKEN_PIPE
    if isinstance(error, ModelLakeError):
        _show_own(error)
        return error.exit_status
    if isinstance(error, _CallError):
        _show_call(error)
        return 2
    if isinstance(error, OSError):
        where = [("at", str(error.filename))] if error.filename else []
        _say("error", "system", error.strerror or str(error), where)
        return 4
    _say("error", "internal", f"{type(error).__name__}: {error}", _how_to_report(debug))
    return 1


def _show_own(error: ModelLakeError) -> None:
    if isinstance(error, RefusedError):
        from modellake.cli.reports import show_report

        show_report(error.report, err=True)
    show_error(error)


def _show_call(error: Any) -> None:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "modellake"
    _say("error", "usage", error.format_message(), [("do", f"See {path} --help")])


def _how_to_report(debug: bool) -> list[tuple[str, str | None]]:
    again = None if debug else "Run it again with MODELLAKE_DEBUG=1 to see where it happened."
    return [("do", again), ("do", "This is a fault of modellake, not yours: please report it with that output.")]


def _say(kind: str, code: str, message: str, details: Any = ()) -> None:
    head = paint(kind, "red", bold=True) + (f" [{code}]" if code else "")
    note("\n".join([f"{head} {message}", *(f"    {name}: {text}" for name, text in details if text)]))


def _silence(stream: Any) -> None:
    """Nobody reads any more: keep the interpreter from complaining when it flushes at its end."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
