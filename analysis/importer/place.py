"""Pure. Where a server stands, as far as its name in a log tells. Asks nobody."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from probe.body.conditions import Path

# Names that only an own network gives: RFC 6762, RFC 8375, and what home routers use.
_OWN = (".local", ".home.arpa", ".lan", ".home", ".internal", ".localdomain", ".fritz.box")


@lru_cache(4096)  # a log has few servers and many rows
def address(host: str) -> str | None:
    """The IP address that `host` is, or None.

    >>> address("192.0.2.1:8080"), address("2001:db8::1"), address("speed.example")
    ('192.0.2.1', '2001:db8::1', None)
    """
    for text in (host.strip(), _host(host)):
        try:
            return str(ip_address(text))
        except ValueError:
            continue
    return None


@lru_cache(4096)
def path(server: str) -> Path | None:
    """LOOPBACK or ON_LINK where the name says so; None where it says nothing, as most do.

    >>> path("http://localhost:8080/"), path("http://speed.lan/"), path("http://speedtest/x")
    (<Path.LOOPBACK: 'loopback'>, <Path.ON_LINK: 'on_link'>, <Path.ON_LINK: 'on_link'>)
    >>> path("Lisboa"), path("https://speed.example")
    (None, None)
    """
    host = _host(server).lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return Path.LOOPBACK
    if host.endswith(_OWN) or ("://" in server and host and "." not in host and ":" not in host):
        return Path.ON_LINK
    return None


def _host(text: str) -> str:
    text = text.strip()
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
