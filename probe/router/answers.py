"""Pure. What is asked of which service, and what the values that come back mean.

A value that is missing, malformed or the router's way of saying *unknown* is None. Nothing is asked whose answer is the
public address. Knows nothing of how a question travels.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probe.body.rung import LinkStatus, WanStatus
from probe.router.counters import WRAP_BYTES
from probe.router.description import Duty, Service

STATUS = "GetStatusInfo"  # WANIPConnection:1, WANPPPConnection:1
LINK = "GetCommonLinkProperties"  # WANCommonInterfaceConfig:1
RECEIVED, SENT = "GetTotalBytesReceived", "GetTotalBytesSent"  # WANCommonInterfaceConfig:1
AVM_COUNTERS = "GetAddonInfos"  # AVM's, with counters of 64 bits that begin anew with each connection
DEVICE = "GetInfo"  # TR-064 DeviceInfo:1
MAX_CONNECTIONS = 4

_WAN_STATUS = {status.value.replace("_", ""): status for status in WanStatus}
_LINK_STATUS = {status.value: status for status in LinkStatus}
_LIVELINESS = tuple(WanStatus)  # as declared: from unconfigured to connected
_MOST = 1 << 64
_NO_RATES = (0, (1 << 32) - 1)


@dataclass(frozen=True, slots=True)
class Connection:
    """What a connection service said."""

    status: WanStatus | None
    uptime_s: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """What the access line's service said; rates of layer 1."""

    status: LinkStatus | None
    down_bps: int | None
    up_bps: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The byte counters. `bits` is 32 unless the router shows more."""

    received_bytes: int | None
    sent_bytes: int | None
    bits: int | None


def of_duty(services: Iterable[Service], *duties: Duty) -> tuple[Service, ...]:
    """The services for any of `duties`, in order; those of TR-064 only where UPnP has none."""
    fitting = tuple(service for service in services if service.duty in duties)
    return tuple(service for service in fitting if not service.tr064) or fitting


def connection(said: Mapping[str, str]) -> Connection:
    """The answer to STATUS."""
    error = said.get("NewLastConnectionError", "")
    return Connection(
        status=_WAN_STATUS.get(said.get("NewConnectionStatus", "").lower()),
        uptime_s=_whole(said.get("NewUptime")),
        last_error=error if re.fullmatch(r"[A-Z][A-Z_]{0,63}", error) else None,
    )


def liveliness(one: Connection) -> int:
    """Orders a router's connections: the one in use is the greatest, one that said nothing the least.

    A FRITZ!Box lists an IP and a PPP connection and uses one of them.
    """
    return -1 if one.status is None else _LIVELINESS.index(one.status)


def link(said: Mapping[str, str]) -> Link:
    """The answer to LINK. A rate of 0 or of 2^32-1 is no rate: it was not known, or does not fit."""
    rates = [_whole(said.get(f"NewLayer1{way}streamMaxBitRate")) for way in ("Down", "Up")]
    down_bps, up_bps = (None if rate in _NO_RATES else rate for rate in rates)
    return Link(_LINK_STATUS.get(said.get("NewPhysicalLinkStatus", "").lower()), down_bps, up_bps)


def counts(said: Mapping[str, str]) -> Counts:
    """The answers to RECEIVED and SENT together, or to AVM_COUNTERS."""
    wide = [_whole(said.get(f"NewX_AVM_DE_TotalBytes{way}64")) for way in ("Received", "Sent")]
    if None not in wide:
        return Counts(wide[0], wide[1], 64)
    plain = [_whole(said.get(f"NewTotalBytes{way}")) for way in ("Received", "Sent")]
    known = [count for count in plain if count is not None]
    bits = None if not known else 64 if max(known) >= WRAP_BYTES else 32
    return Counts(plain[0], plain[1], bits)


def device_uptime_s(said: Mapping[str, str]) -> int | None:
    """The answer to DEVICE, of which nothing else is kept."""
    return _whole(said.get("NewUpTime"))


def _whole(text: str | None) -> int | None:
    if text is None or not re.fullmatch(r"[0-9]{1,20}", text):
        return None
    number = int(text)
    return number if number < _MOST else None
