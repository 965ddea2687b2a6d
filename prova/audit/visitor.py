"""Pure. How a visitor is named in the audit log: at home by address, from elsewhere by the network alone.

Knows nothing of who asks.
"""

from ipaddress import ip_network

_KEPT_BITS = {
    4: 24,
    6: 48,
}  # of a public address: enough to tell a stranger's provider, too little to tell the stranger


def named(visitor: str, *, whole: bool = False) -> str:
    """`visitor` is an address or a network; what is none of both, or `whole`, stays as it is.

    >>> named("192.168.1.7"), named("2a01:4f8:1:2::/64"), named("8.8.4.4"), named("8.8.4.4", whole=True)
    ('192.168.1.7', '2a01:4f8:1::/48', '8.8.4.0/24', '8.8.4.4')
    """
    try:
        network = ip_network(visitor)
    except ValueError:
        return visitor
    bits = _KEPT_BITS[network.version]
    if whole or not network.is_global or network.prefixlen <= bits:
        return visitor
    return str(network.supernet(new_prefix=bits))
