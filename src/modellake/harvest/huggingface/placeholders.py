"""What templates leave behind where their authors wrote nothing: it is no statement."""

from __future__ import annotations

import re

_LABEL = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?\*\*[^*\n]{1,60}\*\*:?", re.MULTILINE)
_UNFILLED = re.compile(
    r"more information (?:is )?needed|needs more information|information needed|coming soon|to be (?:added|done)|n/a",
    re.IGNORECASE,
)
_SIGNS = ("needed", "needs more", "coming soon", "to be ", "n/a")
_MAX_PLACEHOLDERS = 2000
_ADDRESS = re.compile(r"\]\([^()\s]*\)")


def is_unfilled(text: str) -> bool:
    """True for Markdown that says nothing: blank, or placeholders alone (``[More Information Needed]``)."""
    if len(text) > _MAX_PLACEHOLDERS:
        return False
    if "**" not in text and not any(sign in text.lower() for sign in _SIGNS):
        return not any(character.isalnum() for character in text)
    rest = _UNFILLED.sub("", _ADDRESS.sub("]", _LABEL.sub("", text)))
    return not any(character.isalnum() for character in rest)
