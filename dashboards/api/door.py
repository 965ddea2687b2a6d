"""Shell. Who is let in, and how often: the token of a request, and each asker's rate.

Askers without a good token share a rate by their address. Knows nothing of what is asked.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request

from dashboards.api.fairness import Bucket, Rate, ask
from dashboards.api.problem import Problem
from dashboards.api.token import Token, holder
from dashboards.api.token_file import TokenFile

STRANGERS = Rate(per_s=0.2, burst=10)
_MOST_ASKERS = 10_000  # buckets kept; the longest unasked goes first
_SCHEME = "bearer "


class Door:
    """Runs on the event loop alone. `monotonic_s`: a clock that only grows."""

    def __init__(
        self, tokens: TokenFile, rate: Rate, *, clock: Callable[[], datetime], monotonic_s: Callable[[], float]
    ) -> None:
        self._tokens, self._rate = tokens, rate
        self._clock, self._monotonic_s = clock, monotonic_s
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def enter(self, request: Request) -> Token:
        """The token of the request. Raises Problem 401 or 429, TokenError where the file cannot be read."""
        token = holder(_told(request), self._tokens.tokens(), self._clock())
        if token is None:
            peer = request.client.host if request.client else ""
            self._take(f"address {peer}", STRANGERS)
            raise Problem(
                401,
                "Send Authorization: Bearer with a token that holds; `prova api token` makes one.",
                fields={"WWW-Authenticate": 'Bearer realm="prova"'},
            )
        self._take(f"token {token.id}", self._rate)
        return token

    def _take(self, asker: str, rate: Rate) -> None:
        bucket, wait_s = ask(self._buckets.pop(asker, None), rate, self._monotonic_s())
        self._buckets[asker] = bucket
        if len(self._buckets) > _MOST_ASKERS:
            self._buckets.popitem(last=False)
        if wait_s > 0:
            seconds = math.ceil(wait_s)
            raise Problem(429, f"Ask again in {seconds} s.", fields={"Retry-After": str(seconds)})


def _told(request: Request) -> str:
    field = request.headers.get("authorization", "")
    return field[len(_SCHEME) :].strip() if field[: len(_SCHEME)].lower() == _SCHEME else ""
