"""Pure. Which hop of a path is the provider's nearest.

Knows nothing of how hops are found.
"""

import ipaddress
from collections.abc import Iterable, Sequence

from probe.body.rung import Hop

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# No provider numbers its own routers so: home routers do (RFC 1918's range of /24s, link-local addresses).
_ALWAYS_OWN = tuple(ipaddress.ip_network(one) for one in ("192.168.0.0/16", "169.254.0.0/16", "fe80::/10"))
_MOST_CANDIDATES = 3
_SITE_BITS = {4: 32, 6: 56}  # what one household is given of IPv6 (BCP 157, RFC 6177); of IPv4 one address


def provider_hops(
    hops: Sequence[Hop], *, target: str, gateways: Iterable[str], own: Iterable[Network]
) -> tuple[str, ...]:
    """The nearest hops outside the household that answered, at most three, the nearest first.

    The first hop is the home router where it is a gateway, or stands in a network of `own`. A second router of the
    household's with an address of 10.0.0.0/8 or 172.16.0.0/12 cannot be told from a provider's: `own` has to name it.
    """
    at_home = set(gateways)
    networks = (*_ALWAYS_OWN, *own)
    found: list[str] = []
    for hop in hops:
        # One that neither is a gateway nor answered at the first hop may still be the home router by another name.
        if hop.address is None or hop.ttl == 1 or hop.address == target or hop.address in at_home:
            continue
        address = ipaddress.ip_address(hop.address)
        within = any(address.version == one.version and address in one for one in networks)
        if not within and hop.address not in found:
            found.append(hop.address)
    return tuple(found[:_MOST_CANDIDATES])


def is_own_site(address: str, source: str | None) -> bool:
    """Whether `address` is of the line itself: of the network that the public address `source` belongs to.

    >>> is_own_site("2a00:1:1:2ff::1", "2a00:1:1:200::7"), is_own_site("2a00:1:1:300::1", "2a00:1:1:200::7")
    (True, False)
    """
    if source is None:
        return False
    one, own = ipaddress.ip_address(address), ipaddress.ip_address(source)
    if one.version != own.version or not own.is_global:
        return False
    return one in ipaddress.ip_network((own, _SITE_BITS[own.version]), strict=False)
