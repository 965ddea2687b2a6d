"""Pure. What a machine was shown to measure, as a certificate signed by its probe: its ceilings, and for which machine.

JSON in a JWS, as everything that the probe signs. It holds for the machine that it names and for no other, and claims
nothing of any line. Knows nothing of how a ceiling is found, nor of what a result near one is worth.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from probe import wire
from probe.body.conditions import Path, Source
from probe.body.speed_test import Direction, SpeedTest
from probe.key import Key
from probe.wire import WireError

VERSION = 1
_TYP = "prova-calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """One trial. `rate_bps`: TCP payload, as the method tells. `over`: where the other end stood.

    Over loopback the machine carries both ends, so that alone it can do more; over a network it shows the card as well.
    """

    method: str
    direction: Direction
    tls: bool
    over: Path
    rate_bps: int
    streams: int = 1
    cpu_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """`machine`: a digest of what the machine is made of (`probe.calibration.machine`). `ceilings` is never empty."""

    probe: str
    made_at: datetime
    software: str
    machine: str
    ceilings: tuple[Ceiling, ...]
    v: int = VERSION


def seal(certificate: Certificate, *, key: Key) -> bytes:
    """The certificate, signed with the probe's private key."""
    return wire.seal_paper(msgspec.json.encode(certificate), typ=_TYP, key=key)


def unseal(signed: bytes, *, key: Key) -> Certificate:
    """The certificate inside `signed`. Raises WireError where it is not one, or not signed with `key`."""
    try:
        certificate = msgspec.json.decode(wire.open_paper(signed, typ=_TYP, key=key), type=Certificate)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)) from error
    if certificate.v != VERSION or not certificate.ceilings:
        raise WireError("no certificate of this version")
    return certificate


def ceiling_bps(ceilings: Iterable[Ceiling], *, method: str, direction: Direction, tls: bool) -> int | None:
    """The lowest that was found for such a test, wherever the other end stood; None where it was never tried."""
    asked = (method, direction, tls)
    return min((one.rate_bps for one in ceilings if (one.method, one.direction, one.tls) == asked), default=None)


def noted(test: SpeedTest, certificate: Certificate | None, machine: str | None) -> SpeedTest:
    """The test with its ceiling in its conditions; as it is where the certificate is for another machine."""
    if certificate is None or certificate.machine != machine:
        return test
    found = ceiling_bps(certificate.ceilings, method=test.method, direction=test.direction, tls=test.server.tls)
    if found is None:
        return test
    source = Source(of="ceiling_bps", origin="calibration", at=(certificate.made_at,))
    conditions = replace(test.conditions, ceiling_bps=found, sources=(*test.conditions.sources, source))
    return replace(test, conditions=conditions)
