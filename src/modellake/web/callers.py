"""Callers: who sends a request, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from modellake.web.messages import Scope
from modellake.web.problems import HTTPError


class Role(IntEnum):
    """What a caller may do; each role may do what those before it may."""

    NOBODY = 0
    READER = 1
    CONTRIBUTOR = 2
    STEWARD = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        """The role as people write it."""
        return self.name.lower()


# https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1; browsers and old clients ask their users for a password.
CHALLENGES = [("WWW-Authenticate", 'Bearer realm="modellake", Basic realm="modellake"')]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request.

    Attributes:
        role: what they may do.
        agent: the name or IRI that their commits carry; None for the user of the server's process.
        known: have they said who they are, with a token?
        token: what names it.
    """

    role: Role
    agent: str | None = None
    known: bool = False
    token: str = ""

    def require(self, role: Role) -> None:
        """Go on if the caller may do what ``role`` may.

        Raises:
            HTTPError: 401 ``access.token-needed`` for those who have not said who they are, 403 ``access.role``.
        """
        if self.role >= role:
            return
        if not self.known:
            raise HTTPError(
                401,
                f"This needs a token with the role {role.label}",
                code="access.token-needed",
                remedy="Send the header Authorization: Bearer TOKEN; modellake token create makes one.",
                headers=CHALLENGES,
            )
        raise HTTPError(
            403,
            f"This needs the role {role.label}; your token has the role {self.role.label}",
            code="access.role",
            remedy="Ask an administrator of the lake for a token with that role.",
        )


# Whoever can reach a server that listens on this machine alone.
LOCAL = Caller(Role.ADMIN)
# Where mounted applications find who calls.
CALLER = "modellake.caller"


def caller_of(scope: Scope) -> Caller:
    """Who sends the request of an ASGI scope, for applications that are mounted."""
    caller: Caller = scope[CALLER]
    return caller
