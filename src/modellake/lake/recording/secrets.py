"""Secrets in what a run logs: masked before anything is kept, since a ledger forgets nothing.

What is masked: values whose name says that they are secret, credentials in addresses, and texts of the form of
well-known tokens. A name such as ``pad_token`` or ``max_tokens`` is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

MASK = "***"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS = re.compile("password|passwd|passphrase|pwd|secrets?|credentials?|apikey|authorization|bearer")
_SECRET_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"), ("auth", "key")})
# Tokens of a vocabulary or of a text, not of an account.
_HARMLESS_TOKENS = re.compile(
    "pad|eos|bos|unk|sep|cls|mask|special|stop|start|end|image|audio|video|text|tool|next|first|last|class|per"
)
_LOGIN = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#@]+@")
_PARAMETER = re.compile(
    r"(?P<name>[?&;]?\b(?:access_token|api_?key|apikey|auth|password|passwd|pwd|secret|sig|signature|token)=)[^\s&;#\"']+",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?P<name>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{12,}")
_TOKENS = re.compile(
    r"hf_[A-Za-z0-9]{20,}"  # Hugging Face
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"  # GitHub
    r"|glpat-[A-Za-z0-9_-]{16,}"  # GitLab
    r"|sk-[A-Za-z0-9_-]{20,}"  # OpenAI, Anthropic
    r"|xox[abprs]-[A-Za-z0-9-]{10,}"  # Slack
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"  # AWS
    r"|AIza[A-Za-z0-9_-]{30,}"  # Google
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"  # JSON Web Token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
)


def is_secret_name(name: str) -> bool:
    """Does a value of this name look like a secret, whatever it is?"""
    words = [word.lower() for word in _WORD.findall(name)]
    if any(map(_SECRET_WORDS.fullmatch, words)) or _SECRET_PAIRS.intersection(pairwise(words)):
        return True
    before = words[-2] if len(words) > 1 else ""
    return bool(words) and words[-1] == "token" and not _HARMLESS_TOKENS.fullmatch(before)


def masked_text(text: str) -> str:
    """The text without credentials in addresses and headers, and without well-known tokens."""
    text = _LOGIN.sub(_masked_login, text)
    text = _PARAMETER.sub(lambda found: found["name"] + MASK, text)
    text = _HEADER.sub(lambda found: found["name"] + MASK, text)
    return _TOKENS.sub(MASK, text)


def masked(name: str, value: Any) -> Any:
    """The value of that name as it may be kept; mappings and lists are looked into."""
    if isinstance(value, Mapping):
        return {key: masked(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(name, item) for item in value]
    if isinstance(value, str | bytes) and is_secret_name(name):
        return MASK
    return masked_text(value) if isinstance(value, str) else value


def _masked_login(found: re.Match[str]) -> str:
    login = found[0][len(found["scheme"]) : -1]
    # A name without a password says who, not how: ssh://git@host.
    return found[0] if ":" not in login and found["scheme"].startswith("ssh") else f"{found['scheme']}{MASK}@"
