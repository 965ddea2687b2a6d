"""Vocabulary. A request as far as it decides who may do what, the rules it is held against, and why it is refused.

Knows nothing of HTTP servers or of what the page shows.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request. `host` is its Host field in lower case; `peer` the address it came from, empty where unknown.

    `origin` and `fetch_site` are the fields Origin (RFC 6454, 7) and Sec-Fetch-Site (W3C Fetch Metadata), None where
    the request has none. `scheme` is what the visitor's browser speaks: `http` or `https`.
    """

    method: str
    path: str
    scheme: str
    host: str
    peer: str
    origin: str | None = None
    fetch_site: str | None = None
    signed_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`hosts`: every Host field under which the page is heard. `password`: whether one must sign in to see anything.

    `addresses`: an address as Host field is heard too: no name can have been made to resolve to it. `proxies`: the
    addresses of whoever passes requests on; where there are any, nobody else is heard, and only over TLS.
    """

    hosts: frozenset[str]
    password: bool = False
    addresses: bool = False
    proxies: frozenset[str] = frozenset()


class Refusal(StrEnum):
    """Why a request is not answered. The values are keys of the catalogue below `refusal`."""

    METHOD = "method"
    HOST = "host"
    FOREIGN = "foreign"
    PROXY = "proxy"
    CLEAR = "clear"
    ORIGIN = "origin"
    TOKEN = "token"  # noqa: S105  a reason, not a secret
    SIGN_IN = "sign_in"
    LARGE = "large"
    FORM = "form"
    OFTEN = "often"
    ABSENT = "absent"


STATUS = {
    Refusal.METHOD: 405,
    Refusal.HOST: 421,
    Refusal.FOREIGN: 403,
    Refusal.PROXY: 403,
    Refusal.CLEAR: 403,
    Refusal.ORIGIN: 403,
    Refusal.TOKEN: 403,
    Refusal.SIGN_IN: 401,
    Refusal.LARGE: 413,
    Refusal.FORM: 400,
    Refusal.OFTEN: 429,
    Refusal.ABSENT: 404,
}
