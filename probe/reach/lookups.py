"""Pure. What name servers are asked, and how it is made new each time.

Knows nothing of addresses or sockets.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from probe.reach import dns
from probe.reach.target import Endpoint, Target

_LABEL_LETTERS = 16
_ANY_LABEL = "*."


@dataclass(frozen=True, slots=True)
class Lookups:
    """Whom to ask for names. `names` are asked for in turn; without any, resolvers are not asked.

    `own_resolvers`: whether this machine's are asked too. `signed_name`, `broken_name`: for which resolvers are asked
    now and then with DNSSEC; None: for none.
    """

    names: tuple[str, ...] = ()
    resolvers: tuple[Target, ...] = ()
    name_servers: tuple[Target, ...] = ()
    own_resolvers: bool = True
    signed_name: str | None = None
    broken_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAsked:
    """Who is asked with DNSSEC now, and for what. A name is None where resolvers are not asked for such a one."""

    resolvers: tuple[Endpoint, ...] = ()
    zone_servers: tuple[tuple[Target, Endpoint], ...] = ()
    signed_name: str | None = None
    broken_name: str | None = None
    port: int = dns.PORT


def of_resolver(name: str, *, below: Callable[[int], int]) -> dns.Question:
    """Asks a resolver for `name`; where that begins with `*.`, for a name below it that no cache can hold.

    `below` gives a random number from 0 to below its argument.
    """
    absent = name.startswith(_ANY_LABEL)
    if absent:
        label = "".join("abcdefghijklmnopqrstuvwxyz"[below(26)] for _ in range(_LABEL_LETTERS))
        name = f"{label}.{name.removeprefix(_ANY_LABEL)}"
    question = dns.Question(ident=below(1 << 16), name=name, kind=dns.A, recursive=True, absent=absent)
    return replace(question, name=_mixed(name, below))


def of_authority(zone: str, *, below: Callable[[int], int]) -> dns.Question:
    """Asks a name server for its zone's SOA, which it alone can know without asking others."""
    return dns.Question(ident=below(1 << 16), name=_mixed(zone, below), kind=dns.SOA, recursive=False)


def _mixed(name: str, below: Callable[[int], int]) -> str:
    return dns.scrambled(name, lambda: below(2) == 1)
