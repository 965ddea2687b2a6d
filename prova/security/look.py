"""Shell. Everything that `prova doctor --security` looks at, read once and handed to whoever judges it.

Changes nothing, asks nobody over the network. Knows nothing of words.
"""

import platform
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from collector import settings as collector_settings
from collector.audit_log import book
from dashboards.api.token_file import TokenError, TokenFile
from probe import clock
from probe import settings as probe_settings
from prova.home import Home
from prova.security import dates, files, running, settled
from prova.security.processes import of_home, sockets_of
from prova.security.seen import Seen, advice, shut, stands_open

_UNITS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"))
_MOST_BYTES = 1 << 20


def look(home: Home, *, units: tuple[Path, ...] = _UNITS) -> Iterator[Seen]:
    """What stands open on this machine of what works for this home, in a fixed order."""
    now = clock.now()
    yield from files.look(home.path)
    found = {process: tuple(sockets_of(process)) for process in of_home(home.path)}
    yield from running.look(found, _listeners(home), password=home.page_password.exists())
    yield from settled.brokers(_broker_files(home))
    yield from _ways(home)
    yield from _tokens(home, now)
    yield from dates.certificates({str(path): _end(path) for path in _certificates(home)}, now)
    yield from dates.rotations({str(path): _made(path) for path in _probes(home, "next-key.json")})
    yield from settled.units(_unit_files(units))
    yield from _audit(home)
    yield _clock()
    yield from dates.software(_versions(), now.date())


def _listeners(home: Home) -> frozenset[tuple[str, int]]:
    """Where the fleet's broker was told to listen: everywhere, with certificates."""
    told = set()
    for text in _broker_files(home).values():
        for line in text.splitlines():
            words = line.split()
            if words[:1] == ["listener"] and len(words) > 1 and words[1].isdecimal():
                told.add((words[2] if len(words) > 2 else "", int(words[1])))
    return frozenset(told)


def _broker_files(home: Home) -> dict[str, str]:
    found = (home.collector.broker_settings, home.collector.broker / "fleet" / "mosquitto.conf")
    texts = {str(path): _text(path) for path in found if path.exists()}
    return {path: text for path, text in texts.items() if not text.lstrip().startswith("{")}


def _ways(home: Home) -> Iterator[Seen]:
    clear, unreadable = {}, {}
    for path in _probes(home, "settings.toml"):
        try:
            to = probe_settings.load(path).collector
        except probe_settings.SettingsError as error:
            unreadable[str(path)] = str(error)
        else:
            if not to.tls and not _is_here(to.host):
                clear[str(path)] = to.host
    if home.collector_settings.exists():
        try:
            broker = collector_settings.load(home.collector_settings).broker
        except collector_settings.SettingsError as error:
            unreadable[str(home.collector_settings)] = str(error)
        else:
            if not broker.tls and not _is_here(broker.host):
                clear[str(home.collector_settings)] = broker.host
    yield from settled.ways(clear, unreadable)


def _tokens(home: Home, now: datetime) -> Iterator[Seen]:
    try:
        yield from dates.tokens(TokenFile(home.tokens).tokens(), now)
    except TokenError as error:
        yield stands_open("tokens", "tokens_bad", why=str(error))


def _certificates(home: Home) -> list[Path]:
    """The authority's, the broker's, collectors', probes'; keys and lists of revocations stand beside them."""
    here = (
        *home.path.glob("collector/*.pem"),
        *home.path.glob("broker/fleet/*.pem"),
        *_probes(home, "*.pem"),
    )
    return sorted(path for path in here if not path.stem.endswith("key") and path.name != "revoked.pem")


def _probes(home: Home, name: str) -> list[Path]:
    """That file of each probe of this home."""
    return sorted((*home.path.glob(f"probe/{name}"), *home.path.glob(f"lines/*/probe/{name}")))


def _end(path: Path) -> datetime | None:
    try:
        return x509.load_pem_x509_certificate(_text(path).encode()).not_valid_after_utc
    except ValueError:
        return None


def _made(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _unit_files(folders: tuple[Path, ...]) -> dict[str, str]:
    """The first of each name counts, as for systemd; its drop-ins come after it."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("prova*.service")):
            found.setdefault(path.name, path)
    texts = {}
    for name, path in found.items():
        more = (one for folder in folders for one in sorted((folder / f"{name}.d").glob("*.conf")))
        texts[str(path)] = "\n".join(map(_text, (path, *more)))
    return texts


def _audit(home: Home) -> Iterator[Seen]:
    try:
        checked = book.check(home.collector.audit_log)
    except book.AuditLogError as error:
        yield stands_open("audit log", "audit_broken", why=str(error))
        return
    if checked.defects:
        yield stands_open("audit log", "audit_broken", why=checked.defects[0])
    else:
        yield shut("audit log", "audit_whole", count=str(len(checked.lines)))


def _clock() -> Seen:
    synchronised, _ = clock.synchronisation()
    return shut("clock", "clock_set") if synchronised else advice("clock", "clock_unknown")


def _versions() -> dict[str, str]:
    return {"Python": platform.python_version(), "OpenSSL": ssl.OPENSSL_VERSION.split()[1]}


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
