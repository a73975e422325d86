"""Who calls: a token says so, or that they could connect at all to a server of this machine alone."""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from modellake.core.errors import ModelLakeError
from modellake.core.tokens import token_digest, token_id
from modellake.ledger.tokens import Token, Tokens
from modellake.web.access.credentials import credential, is_ours
from modellake.web.access.proxies import Proxies, client_of, is_forwarded
from modellake.web.access.throttle import Throttle
from modellake.web.access.turns import Turns
from modellake.web.callers import CHALLENGES, LOCAL, Caller, Role
from modellake.web.messages import Request
from modellake.web.problems import HTTPError

PER_CLIENT = 32
STRANGER = Caller(Role.NOBODY)
PUBLIC = Caller(Role.READER)
_CLIENT = "modellake.client"  # where the scope of a request has whose turn it has taken
_NOTHING = bytes(32)
_LOG = logging.getLogger("modellake.web")


@dataclass(slots=True)
class Access:
    """The rules by which callers are known.

    Attributes:
        tokens: of the lake; None for a bare engine, which has none.
        required: whoever has no token is a stranger, also on this machine.
        wary: without ``required``, whoever comes through a proxy is a stranger: they may be anywhere.
        public_read: strangers may read.
        proxies: that are believed what they say of their clients.
        key: lets commands of this machine read, which find it in a file of the lake's folder.
        throttle: of those who try tokens.
        turns: of each client.
    """

    tokens: Tokens | None = None
    required: bool = False
    wary: bool = True
    public_read: bool = False
    proxies: Proxies = field(default_factory=Proxies)
    key: str | None = field(default=None, repr=False)
    throttle: Throttle = field(default_factory=Throttle)
    turns: Turns = field(default_factory=lambda: Turns(PER_CLIENT))
    _noted: dict[str, datetime] = field(default_factory=dict)
    _noting: set[asyncio.Future[None]] = field(default_factory=set)

    async def identify(self, request: Request) -> Caller:
        """Who sends a request.

        Raises:
            HTTPError: 400 ``access.token-in-url``; 401 ``access.token-malformed``, ``access.token-unknown``,
                ``access.token-expired`` or ``access.token-revoked``; 429 ``access.throttled``.
        """
        said = credential(request)
        open_here = not self.required and not (self.wary and is_forwarded(request))
        # Where no token is needed, what a proxy has asked for is none of ours.
        if said is None or (open_here and not is_ours(said)):
            return LOCAL if open_here else self._stranger()
        if self.key is not None and hmac.compare_digest(token_digest(said), token_digest(self.key)):
            return Caller(Role.READER, known=True)
        token = await self._checked(said, request)
        self._note_use(token)
        return Caller(Role[token.role.upper()], token.agent, known=True, token=token.id)

    def begin(self, request: Request) -> None:
        """Let a request take its turn.

        Raises:
            HTTPError: 429 ``access.too-many``.
        """
        if request.caller is LOCAL:
            return
        client = request.caller.token or client_of(request)
        self.turns.take(client)
        request.scope[_CLIENT] = client

    def end(self, request: Request) -> None:
        """Give the turn of a request back, if it has taken one."""
        if client := request.scope.pop(_CLIENT, None):
            self.turns.give_back(client)

    def has_usable_token(self) -> bool:
        """Is there a token with which anybody could ask?"""
        now = datetime.now(UTC)
        return self.tokens is not None and any(token.status(now) == "active" for token in self.tokens.kept())

    def _stranger(self) -> Caller:
        return PUBLIC if self.public_read else STRANGER

    async def _checked(self, text: str, request: Request) -> Token:
        identifier = token_id(text)
        if identifier is None:
            self._refuse(request, "malformed", "This is no whole token of a lake", "Copy all of it: it begins mlk_.")
        token = await self._found(identifier)
        # Whoever does not know a token learns nothing of it, nor from how long the answer takes.
        matches = hmac.compare_digest(token.digest if token else _NOTHING, token_digest(text))
        if token is None or not matches:
            remedy = "Ask an administrator of the lake for a token: modellake token create makes one."
            self._refuse(request, "unknown", "This lake knows no such token", remedy, identifier)
        status = token.status(datetime.now(UTC))
        if status != "active":
            remedy = "Ask an administrator of the lake for another one."
            self._refuse(request, status, f"This token is {status}", remedy, identifier)
        return token

    async def _found(self, identifier: str) -> Token | None:
        if self.tokens is None:
            return None
        return (
            self.tokens.find(identifier) if self.tokens.near else await asyncio.to_thread(self.tokens.find, identifier)
        )

    def _refuse(self, request: Request, why: str, message: str, remedy: str, identifier: str = "") -> NoReturn:
        client = client_of(request)
        wait = self.throttle.fail(client)
        if wait is not None:
            raise HTTPError(
                429,
                "Too many tokens that are not accepted came from your address",
                code="access.throttled",
                remedy="Stop trying tokens; requests with a token that is accepted are answered all the same.",
                headers=[("Retry-After", str(math.ceil(wait)))],
            )
        _LOG.warning("A token was not accepted: %s, %s, from %s", identifier or "none", why, client)
        raise HTTPError(401, message, code=f"access.token-{why}", remedy=remedy, headers=CHALLENGES)

    def _note_use(self, token: Token) -> None:
        """Have the hour of the last use noted, once an hour; whether that succeeds is not worth waiting for."""
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        if self.tokens is None or self._noted.get(token.id) == hour:
            return
        self._noted[token.id] = hour
        noting = asyncio.ensure_future(asyncio.to_thread(_note_use, self.tokens, token))
        self._noting.add(noting)
        noting.add_done_callback(self._noting.discard)


def _note_use(tokens: Tokens, token: Token) -> None:
    try:
        tokens.note_use(token, datetime.now(UTC))
    except ModelLakeError as error:
        _LOG.warning("The last use of token %s could not be noted: %s", token.id, error.message)
