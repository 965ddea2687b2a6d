"""Shell. Questions to one gateway, one after another, until a moment: pages, actions, and the login they may want.

What fails is an empty answer, and the first failure is remembered. Knows nothing of what the answers mean.
"""

import asyncio
import secrets
from collections.abc import Mapping

from probe.router import soap
from probe.router.description import Service
from probe.router.digest import authorization
from probe.router.exchange import Reply, exchange
from probe.router.location import Location
from probe.router.markup import MarkupError
from probe.router.reading import Login, LoginOutcome, Reason

_NOTHING: Mapping[str, str] = {}


class Conversation:
    """With `gateway` until the event loop's time `until`; one question takes `patience_s` at most."""

    def __init__(self, gateway: str, *, until: float, patience_s: float, login: Login | None) -> None:
        self.failure: Reason | None = None
        self.login_outcome: LoginOutcome | None = None
        self._gateway = gateway
        self._until = until
        self._patience_s = patience_s
        self._login = login

    async def page(self, location: Location) -> bytes | None:
        """The document at a place of the gateway; None where it cannot be had."""
        reply = await self._exchange(location, soap.page(location, gateway=self._gateway))
        if reply is None or reply.head.status != 200:
            self.note(Reason.NOT_UNDERSTOOD)
            return None
        return reply.body

    async def ask(self, service: Service, action: str) -> Mapping[str, str]:
        """What a service answers to `action`, by name; empty where it does not."""
        reply = await self._exchange(service.control, soap.question(service, action, gateway=self._gateway))
        if reply is not None and reply.head.status == 401:
            reply = await self._ask_as_user(service, action, reply)
        if reply is None or reply.head.status not in (200, 500):  # 500 carries a fault
            return _NOTHING
        try:
            return soap.values(reply.body, action)
        except MarkupError:
            self.note(Reason.NOT_UNDERSTOOD)
            return _NOTHING

    def note(self, failure: Reason) -> None:
        """Remembers a failure, unless there was one before."""
        self.failure = self.failure or failure

    async def _ask_as_user(self, service: Service, action: str, refusal: Reply) -> Reply | None:
        """Once: a router locks out who tries a wrong password again and again."""
        self.login_outcome = self.login_outcome or LoginOutcome.WANTED
        if self._login is None:
            return None
        answer = authorization(
            refusal.head.values("www-authenticate"),
            self._login,
            method="POST",
            path=service.control.path,
            client_nonce=secrets.token_hex(16),
        )
        if answer is None:
            return None
        request = soap.question(service, action, gateway=self._gateway, authorization=answer)
        reply = await self._exchange(service.control, request)
        if reply is not None and reply.head.status == 401:
            self.login_outcome, self._login = LoginOutcome.REFUSED, None
        elif reply is not None:
            self.login_outcome = LoginOutcome.ACCEPTED
        return reply

    async def _exchange(self, location: Location, request: bytes) -> Reply | None:
        now = asyncio.get_running_loop().time()
        if now >= self._until:
            self.note(Reason.TIMED_OUT)
            return None
        until = min(self._until, now + self._patience_s)
        reply = await exchange(self._gateway, location, request, until=until)
        if isinstance(reply, Reason):
            self.note(reply)
            return None
        return reply
