"""Shell. Each part of the system looked at once, in the order in which data flow.

Says how each is; what is too much is decided here alone where no service level says it: room and days of a certificate.
"""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from collector.store import Store, StoreError
from prova.home import Home

_CONNECT_WITHIN_S = 2.0
_FREE_SHARE, _FREE_BYTES = 0.05, 2_000_000_000
_CERTIFICATE_DAYS = 30
_SILENT = timedelta(hours=1)
_SOON = timedelta(hours=12)


class Stand(StrEnum):
    """How a part is. `unknown`: it is not here, or cannot be asked from here."""

    WELL = "well"
    WORN = "worn"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One part, and in words what was seen."""

    name: str
    stand: Stand
    words: str


def parts(home: Home, store: Store, now: datetime) -> Iterator[Part]:
    """Every part, in the order in which data flow."""
    yield _broker(home)
    yield _store(store)
    yield _collector(store, now)
    yield _probes(store, now)
    yield _sealing(home, now)
    yield _disk(home)
    yield _certificates(home, now)
    yield _incidents(home, now)


def _broker(home: Home) -> Part:
    from collector import settings

    if not home.collector_settings.exists():
        return Part("broker", Stand.UNKNOWN, f"no settings at {home.collector_settings}")
    broker = settings.load(home.collector_settings).broker
    try:
        socket.create_connection((broker.host, broker.port), timeout=_CONNECT_WITHIN_S).close()
    except OSError as error:
        return Part("broker", Stand.DOWN, f"{broker.host}:{broker.port} does not answer ({error.strerror or error})")
    return Part("broker", Stand.WELL, f"{broker.host}:{broker.port} answers")


def _store(store: Store) -> Part:
    try:
        counts = store.counts()
    except StoreError as error:
        return Part("store", Stand.DOWN, str(error))
    return Part("store", Stand.WELL, f"{counts.accepted} batches kept, {sum(counts.rejected.values())} refused")


def _collector(store: Store, now: datetime) -> Part:
    try:
        uptime = store.uptime(now - timedelta(days=1), now)
    except StoreError as error:
        return Part("collector", Stand.UNKNOWN, str(error))
    away = f"{uptime.down_s:.0f} s away within a day"
    if uptime.at_work:
        return Part("collector", Stand.WELL, f"at work; {away}")
    return Part("collector", Stand.DOWN if uptime.up_s or uptime.down_s else Stand.UNKNOWN, f"not at work; {away}")


def _probes(store: Store, now: datetime) -> Part:
    try:
        heard = [one.last_received_at for one in store.probes()]
    except StoreError as error:
        return Part("probes", Stand.UNKNOWN, str(error))
    silent = sum(at is None or now - at > _SILENT for at in heard)
    if not heard:
        return Part("probes", Stand.UNKNOWN, "none is enrolled")
    words = f"{len(heard)} enrolled, {silent} silent for an hour"
    return Part("probes", Stand.WELL if not silent else Stand.DOWN if silent == len(heard) else Stand.WORN, words)


def _sealing(home: Home, now: datetime) -> Part:
    from collector.lake.nightly import due

    if not home.collector.journal.exists():
        return Part("sealing", Stand.UNKNOWN, "no store")
    is_late = due(home.collector.journal, now - timedelta(hours=12))
    words = "days that are over are not sealed" if is_late else "every day that is over is sealed, or will be tonight"
    return Part("sealing", Stand.WORN if is_late else Stand.WELL, words)


def _disk(home: Home) -> Part:
    if not home.path.exists():
        return Part("disk", Stand.UNKNOWN, f"{home.path} is not there")
    room = shutil.disk_usage(home.path)
    is_low = room.free < min(_FREE_BYTES, room.total * _FREE_SHARE)
    return Part(
        "disk", Stand.WORN if is_low else Stand.WELL, f"{room.free / 1e9:.1f} of {room.total / 1e9:.1f} GB free"
    )


def _certificates(home: Home, now: datetime) -> Part:
    from cryptography import x509

    ends = []
    for path in sorted((home.collector.broker / "fleet").glob("*.pem")):
        try:
            ends.append((x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc, path.name))
        except ValueError:
            continue  # a key or a list
    if not ends:
        return Part("certificates", Stand.UNKNOWN, "none is here")
    first, name = min(ends)
    days = (first - now).days
    stand = Stand.DOWN if days < 0 else Stand.WORN if days < _CERTIFICATE_DAYS else Stand.WELL
    return Part("certificates", stand, f"{name} ends first, on {first:%Y-%m-%d} ({days} days)")


def _incidents(home: Home, now: datetime) -> Part:
    from analysis.incident.clock import is_urgent
    from prova.incident.desk import Desk

    opened = [one for one in Desk(home).known() if one.closed_at is None]
    urgent = [one.id for one in opened if is_urgent(one, now, soon=_SOON)]
    words = f"{len(opened)} open" + (f", a notice due of {', '.join(urgent)}" if urgent else "")
    return Part("incidents", Stand.WORN if urgent else Stand.WELL, words)
