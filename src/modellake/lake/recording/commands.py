"""Commands of the machine that tell what it is, and what they print."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

_PATIENCE = 30


def output_of(command: Sequence[str], environment: Mapping[str, str] | None = None) -> bytes | None:
    """What a command prints; None when it fails, takes more than 30 seconds, or is not installed."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True, env=environment)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout
