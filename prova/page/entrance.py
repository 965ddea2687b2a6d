"""Pure. How the page may be entered, from what `prova up` was told: off this machine only with a password, and by TLS.

Knows nothing of files or of how any of it is checked.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from dashboards.web.access.asked import Rules
from dashboards.web.access.decide import OWN_NAMES, hosts
from dashboards.web.access.entrance import Certificate, Entrance

_TLS_PORT = 443


class EntranceError(ValueError):
    """The page cannot be entered so. The text is one sentence with the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person asked for. `host` is an address or a name of this machine; `names`: as visitors call it.

    `whole_addresses`: the audit log names visitors from elsewhere by their whole address.
    """

    host: str
    port: int
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    chain: Path | None = None
    key: Path | None = None
    whole_addresses: bool = False


def entrance(wanted: Wanted, password_hash: str | None) -> Entrance:
    """The entrance. Raises EntranceError for one that would let anybody in."""
    certificate, away = _certificate(wanted), not is_here(wanted.host)
    if (away or wanted.proxies) and password_hash is None:
        raise EntranceError(
            f"--page {wanted.host}:{wanted.port} would show the page to other machines, and no password is set. Set one"
            " first with: prova password"
        )
    if away and certificate is None and not wanted.proxies:
        raise EntranceError(
            f"--page {wanted.host}:{wanted.port} would send the password in clear text. Name a certificate with"
            " --page-cert and --page-key, or the address of a proxy that speaks TLS with --behind-proxy."
        )
    for proxy in wanted.proxies:
        _check_address(proxy)
    rules = Rules(
        hosts=_hosts(wanted),
        password=password_hash is not None,
        addresses=away and certificate is not None,
        proxies=frozenset(wanted.proxies),
    )
    return Entrance(rules=rules, password_hash=password_hash, certificate=certificate)


def is_here(host: str) -> bool:
    """Whether only this machine reaches what listens there.

    >>> is_here("127.0.0.1"), is_here("localhost"), is_here("0.0.0.0"), is_here("::")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _certificate(wanted: Wanted) -> Certificate | None:
    if wanted.chain is None and wanted.key is None:
        return None
    if wanted.chain is None or wanted.key is None:
        raise EntranceError("--page-cert and --page-key go together: name both files.")
    return Certificate(wanted.chain, wanted.key)


def _hosts(wanted: Wanted) -> frozenset[str]:
    """A name that is given with a port is heard with that one; behind a proxy the port is the proxy's."""
    own = () if wanted.proxies else OWN_NAMES
    plain = tuple(name for name in wanted.names if ":" not in name)
    given = frozenset(name.lower() for name in wanted.names)
    at_proxy = hosts(_TLS_PORT, plain) if wanted.proxies else frozenset()
    return hosts(wanted.port, (*own, *plain)) | given | at_proxy


def _check_address(proxy: str) -> None:
    try:
        ip_address(proxy)
    except ValueError as error:
        raise EntranceError(f"--behind-proxy {proxy}: write the proxy's own address, as in 127.0.0.1.") from error
