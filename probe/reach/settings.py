"""Pure. What the settings say of small probes: whom to watch, whom to ask for names and for the time.

Nobody stands here by default: who is asked learns that somebody measures. Knows nothing of how they are asked.
"""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from probe.body.reachability import Role
from probe.reach import dns
from probe.reach.lookups import Lookups
from probe.reach.target import Target
from probe.settings_table import Table

_LABEL_LETTERS = 40
# In trouble each has 60 samples a minute, of both IP versions, and one record holds them all (wire.MAX_BATCH_BYTES).
_MOST = 4
_MOST_TARGETS = 10
_HOST = "write NAME, ADDRESS, NAME:PORT or [ADDRESS]:PORT"
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilitySettings:
    """Small probes. `targets` are those that the person named; the gateway and the measuring servers come by rule.

    `names`: what resolvers are asked for, `*.` in front for a label of its own each time; empty: a watched host's name.
    `resolvers` are asked beside this machine's own, with DNSSEC for `signed_name`, which is rightly signed, and for
    `broken_name`, which is wrongly signed on purpose. `own_networks`: the household's beyond its first router.
    """

    interval_s: float = 5.0
    targets: tuple[Target, ...] = ()
    gateway: bool = True
    names: tuple[str, ...] = ()
    resolvers: tuple[Target, ...] = ()
    name_servers: tuple[Target, ...] = ()
    signed_name: str | None = None
    broken_name: str | None = None
    time_servers: tuple[str, ...] = ()
    path: bool = True
    own_networks: tuple[_Network, ...] = ()
    capture: bool = False


def read_reachability(table: Table) -> ReachabilitySettings:
    """The table [reachability]; what is wrong with it is noted there."""
    default = ReachabilitySettings()
    return ReachabilitySettings(
        interval_s=table.number("interval_s", low=1, high=60) or default.interval_s,
        targets=_few(table, "targets", tuple(_targets(table))),
        gateway=table.flag("gateway", default=default.gateway),
        names=_each(table, "names", _name, "which is no name: write one as in example.pt or *.example.pt"),
        resolvers=_each(table, "resolvers", _resolver, "which is no address: a resolver is named by its number"),
        name_servers=_few(table, "name_servers", tuple(_name_servers(table))),
        signed_name=_one_name(table, "signed_name"),
        broken_name=_one_name(table, "broken_name"),
        time_servers=_each(table, "time_servers", _time_server, "which is no host: write NAME or ADDRESS"),
        path=table.flag("path", default=default.path),
        own_networks=_each(table, "own_networks", _network, "which is no network: write it as in 10.1.0.0/16"),
        capture=table.flag("capture", default=default.capture),
    )


def lookups_of(settings: ReachabilitySettings, watched: Sequence[Target]) -> Lookups:
    """Whom to ask for which names. Without a name in the settings it is that of a watched host, which is asked for
    anyway; where every host is a number nobody is asked.
    """
    named = (
        one.host for one in watched if not _is_number(one.host) and one.host != "localhost" and dns.is_name(one.host)
    )
    return Lookups(
        names=settings.names or tuple(named)[:1],
        resolvers=settings.resolvers,
        name_servers=settings.name_servers,
        signed_name=settings.signed_name,
        broken_name=settings.broken_name,
    )


def target_of(text: str) -> Target | None:
    """NAME, NAME:PORT, 192.0.2.1, 2001:db8::1 or [2001:db8::1]:PORT; None for anything else."""
    bare_ipv6 = text.count(":") > 1 and not text.startswith("[")
    try:
        parts = urlsplit(f"//[{text}]" if bare_ipv6 else f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    unused = parts.path or parts.query or parts.fragment or parts.username is not None
    if not host or port == 0 or unused or any(one.isspace() for one in text):
        return None
    return Target(host, Role.INTERNET, port)


def _targets(table: Table) -> list[Target]:
    """Texts, or tables of `host` and `network`."""
    found = []
    for entry in table.entries("targets"):
        text, network = (entry, None) if isinstance(entry, str) else (entry.required_text("host"), _label(entry))
        target = target_of(text) if text else None
        if target is not None:
            found.append(Target(target.host, Role.INTERNET, target.port, network=network))
        elif text:
            table.complain("targets", f"has {text!r}, which is no host: {_HOST}")
    return found


def _name_servers(table: Table) -> list[Target]:
    """Tables of `host` and `zone`."""
    found = []
    for entry in table.entries("name_servers"):
        if isinstance(entry, str):
            table.complain("name_servers", f'has {entry!r}: write {{ host = "{entry}", zone = "..." }}')
            continue
        host, zone = entry.required_text("host"), entry.required_text("zone")
        target = target_of(host) if host else None
        if target is None or target.port is not None or not dns.is_name(zone):
            if host and zone:
                table.complain("name_servers", f"has {host!r} for {zone!r}: write a host without a port, and a zone")
            continue
        found.append(Target(target.host, Role.NAME_SERVER, network=_label(entry), zone=zone))
    return found


def _label(entry: Table) -> str | None:
    text = entry.text("network")
    if text is not None and (len(text) > _LABEL_LETTERS or not text.isprintable()):
        entry.complain("network", f"must be a label of at most {_LABEL_LETTERS} letters, but is {text!r}")
        return None
    return text


def _each(table: Table, key: str, read: Callable[[str], _Read | None], wrong: str) -> tuple[_Read, ...]:
    found: dict[_Read, None] = {}
    for text in table.texts(key):
        one = read(text)
        if one is None:
            table.complain(key, f"has {text!r}, {wrong}")
        else:
            found[one] = None
    return _few(table, key, tuple(found))


def _few(table: Table, key: str, found: tuple[_Read, ...]) -> tuple[_Read, ...]:
    most = _MOST_TARGETS if key == "targets" else _MOST
    if len(found) > most:
        table.complain(key, f"has {len(found)} entries: at most {most} are asked")
    return found


def _name(text: str) -> str | None:
    return text if dns.is_name(text.removeprefix("*.")) else None


def _one_name(table: Table, key: str) -> str | None:
    text = table.text(key)
    if text is not None and not dns.is_name(text):
        table.complain(key, f"is {text!r}, which is no name: write one as in example.pt")
        return None
    return text


def _resolver(text: str) -> Target | None:
    try:
        return Target(str(ipaddress.ip_address(text)), Role.RESOLVER)
    except ValueError:
        return None


def _time_server(text: str) -> str | None:
    target = target_of(text)
    return None if target is None or target.port is not None else target.host


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
