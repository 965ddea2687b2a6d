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
