"""Secrets in what a run logs: masked before anything is kept, since a ledger forgets nothing.

What is masked: values whose name says that they are secret, credentials in addresses, texts of the form of
well-known tokens, and, wherever they turn up, the values of those environment variables whose names say that they
are secret. A name such as ``pad_token`` or ``max_tokens`` is no secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.tokens import PATTERN
from modellake.core.vocab import XSD

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
    rf"{PATTERN.pattern}"  # modellake
    r"|hf_[A-Za-z0-9]{20,}"  # Hugging Face
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"  # GitHub
    r"|glpat-[A-Za-z0-9_-]{16,}"  # GitLab
    r"|sk-[A-Za-z0-9_-]{20,}"  # OpenAI, Anthropic
    r"|xox[abprs]-[A-Za-z0-9-]{10,}"  # Slack
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"  # AWS
    r"|AIza[A-Za-z0-9_-]{30,}"  # Google
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"  # JSON Web Token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
)
# Shorter values of variables could be parts of other words; these variables hold folders.
_SHORTEST = 8
_FOLDERS = frozenset({"PWD", "OLDPWD"})
_TEXTS = frozenset({XSD.string, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")})


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


def cleansed_text(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """The text without any secret that its form or a variable tells."""
    return _masking(_secret_values(tuple(sorted(environment.items()))))(text)


def cleansed(statements: Iterable[Triple], environment: Mapping[str, str] = os.environ) -> set[Triple]:
    """Statements whose texts and IRIs hold no secret, whichever way it came in."""
    secrets = _secret_values(tuple(sorted(environment.items())))
    mask = _masking(secrets)
    return {Triple(_clean(item.subject, mask), item.predicate, _clean(item.object, mask)) for item in statements}


def _clean(term: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(term, NamedNode):
        text = mask(term.value)
        return term if text == term.value else NamedNode(text)
    if isinstance(term, Literal) and term.datatype in _TEXTS:
        text = mask(term.value)
        return term if text == term.value else Literal(text, language=term.language)
    return term


@lru_cache(maxsize=4)
def _masking(secrets: tuple[str, ...]) -> Callable[[str], str]:
    """Masks what is told by its form, and these texts."""
    known = re.compile("|".join(map(re.escape, secrets))) if secrets else None

    @lru_cache(maxsize=4096)
    def mask(text: str) -> str:
        return masked_text(known.sub(MASK, text) if known else text)

    return mask


@lru_cache(maxsize=4)
def _secret_values(variables: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The longest first, as they are and as an IRI holds them."""
    found = {
        value for name, value in variables if len(value) >= _SHORTEST and name not in _FOLDERS and is_secret_name(name)
    }
    return tuple(sorted(found | {quote(value, safe="") for value in found}, key=len, reverse=True))


def _masked_login(found: re.Match[str]) -> str:
    login = found[0][len(found["scheme"]) : -1]
    # A name without a password says who, not how: ssh://git@host.
    return found[0] if ":" not in login and found["scheme"].startswith("ssh") else f"{found['scheme']}{MASK}@"
