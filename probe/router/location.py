"""Pure. Where on the gateway something lies, and the refusal of everything that lies elsewhere.

A router names its pages by URL, and whoever can forge its answer could name any host. So a URL is accepted only where
its host is the gateway's own address, and no host name or address is taken from it: the caller connects to the gateway.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from urllib.parse import urljoin, urlsplit

_HOME = tuple(  # RFC 1918, RFC 3927 and, for a router on this very machine, RFC 1122
    IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
)
_PATH = re.compile(r"/[!#-;=?-\[\]-~]{0,500}")  # visible ASCII without " < > \: nothing ends a request line or a quote


@dataclass(frozen=True, slots=True)
class Location:
    """A page of the gateway: TCP port, and path with its query."""

    port: int
    path: str


def is_home_address(gateway: str) -> bool:
    """Whether `gateway` is an IPv4 address of a home network, written in the usual way.

    >>> is_home_address("192.168.1.1"), is_home_address("8.8.8.8"), is_home_address("fritz.box")
    (True, False, False)
    """
    try:
        address = IPv4Address(gateway)
    except AddressValueError:
        return False
    return any(address in net for net in _HOME)


def on_gateway(url: str, *, gateway: str, base: Location | None = None) -> Location | None:
    """Where `url`, absolute or relative to `base`, lies on the gateway; None where it is another host's or no such URL.

    >>> on_gateway("http://192.168.1.1:5000/root.xml", gateway="192.168.1.1")
    Location(port=5000, path='/root.xml')
    >>> on_gateway("http://192.168.1.1@192.0.2.7/root.xml", gateway="192.168.1.1")
    """
    try:
        start = f"http://{gateway}:{base.port}{base.path}" if base else ""
        parts = urlsplit(urljoin(start, url.strip()))
        port = parts.port or 80
    except ValueError:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme != "http" or parts.hostname != gateway or parts.username is not None or not _PATH.fullmatch(path):
        return None
    return Location(port, path)
