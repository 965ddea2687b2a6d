"""Pure. Names and addresses replaced by others that tell as much as a rule needs to know, the same ones throughout.

An address stays in its kind of network (own, provider's, elsewhere); a word becomes a number. What is not known to be
harmless is replaced. Knows nothing of bundles.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

# Keys whose texts are words of a list, versions, times or numbers of this program's own making.
_HARMLESS = frozenset(
    {
        "kind", "direction", "method", "method_version", "role", "path", "link_type", "failure", "limited_by",
        "no_answer", "occasion", "wan_status", "link_status", "congestion_control", "boot_id", "at", "software",
        "tls_version", "tls_cipher", "neighbour_ipv4", "neighbour_ipv6", "ended_by", "phase", "counter", "repeat_of",
        "time_from", "of", "started_at", "ended_at", "sha256", "format", "importer",
        "mapping_sha256", "timezone", "imported_at",
    }
)  # fmt: skip
_BLOCKS = (
    (ipaddress.ip_network("192.168.0.0/16"), ipaddress.ip_address("192.168.0.0")),
    (ipaddress.ip_network("172.16.0.0/12"), ipaddress.ip_address("172.16.0.0")),
    (ipaddress.ip_network("169.254.0.0/16"), ipaddress.ip_address("169.254.0.0")),
    (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_address("10.0.0.0")),
    (ipaddress.ip_network("100.64.0.0/10"), ipaddress.ip_address("100.64.0.0")),
    (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_address("198.18.0.0")),
    (ipaddress.ip_network("fc00::/7"), ipaddress.ip_address("fd00::")),
    (ipaddress.ip_network("fe80::/10"), ipaddress.ip_address("fe80::")),
    (ipaddress.ip_network("::/0"), ipaddress.ip_address("2001:db8::")),
)
_URL = re.compile(r"([a-z][a-z0-9+.-]{0,9})://\S*", re.IGNORECASE)


class Pseudonyms:
    """What was replaced so far, and by what: numbered in the order in which it was met."""

    def __init__(self) -> None:
        self._by_text: dict[str, str] = {}
        self._met: dict[object, int] = {}

    def of(self, text: str) -> str:
        """The other name for `text`, an address, a URL or a word; an empty one stays empty."""
        if text and text not in self._by_text:
            self._by_text[text] = self._new(text)
        return self._by_text.get(text, "")

    def within(self, value: Any, key: str = "") -> Any:
        """`value`, of JSON, with every text replaced but those whose key says that they are harmless."""
        if isinstance(value, Mapping):
            return {name: self.within(one, str(name)) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.within(one, key) for one in value]
        return self.of(value) if isinstance(value, str) and key not in _HARMLESS else value

    def _new(self, text: str) -> str:
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            url = _URL.fullmatch(text)
            name = f"name-{self._next('')}"
            return f"{url[1].lower()}://{name}.invalid" if url else name
        if address.is_loopback:
            return str(address)
        block, first = next(one for one in _BLOCKS if one[0].version == address.version and address in one[0])
        return str(first + self._next(block))

    def _next(self, kind: object) -> int:
        self._met[kind] = self._met.get(kind, 0) + 1
        return self._met[kind]
