"""Pure. Who really asks, where a proxy passes requests on: believed of the named proxies alone.

Knows nothing of what may be answered.
"""

from dataclasses import replace

from dashboards.web.access.asked import Asked, Refusal

_MOST_HOPS = 20


def seen(asked: Asked, proxies: frozenset[str], said_for: str, said_scheme: str) -> Asked | Refusal:
    """The request as the first proxy that is ours was asked it. `asked.peer` is who really connected.

    `said_for`, `said_scheme`: the fields X-Forwarded-For and X-Forwarded-Proto, empty where absent. Of several
    addresses the last that is no proxy of ours counts: what stands before it was written by the visitor.
    """
    if asked.peer not in proxies:
        return Refusal.PROXY
    if said_scheme.strip().lower() != "https":
        return Refusal.CLEAR
    hops = [hop.strip() for hop in said_for.split(",")[-_MOST_HOPS:] if hop.strip()]
    visitor = next((hop for hop in reversed(hops) if hop not in proxies), "")
    return replace(asked, peer=visitor, scheme="https")
