"""Shell. What this machine was shown to measure, for the commands: its certificate, and what a contract asks beyond it.

Knows nothing of how either is found.
"""

from collections.abc import Mapping
from datetime import datetime

from analysis.ceiling import Beyond, beyond
from analysis.contract import Contract
from analysis.profile import load as load_profile
from probe import keyfile
from probe.body.speed_test import Direction
from probe.calibration import kept, machine
from probe.calibration.certificate import Certificate, ceiling_bps
from probe.conditions import default_link
from prova.home import Home


def certificate_of(home: Home, line: str) -> Certificate | None:
    """The calibration of the line's probe, else of the home's; None where there is none that holds on this machine.

    Raises KeyFileError.
    """
    for probe in (home.of_line(line).probe, home.probe):
        if probe.key.exists() and probe.calibration.exists():
            link = default_link()
            found = kept.load(probe.calibration, key=keyfile.load_or_make(probe.key))
            here = machine.fingerprint(None if link is None else link.interface)
            return found if found is not None and found.machine == here else None
    return None


def ceilings_bps(certificate: Certificate | None, *, method: str, tls: bool) -> Mapping[Direction, int]:
    """By direction; one that was never tried is left out."""
    ceilings = () if certificate is None else certificate.ceilings
    found = {one: ceiling_bps(ceilings, method=method, direction=one, tls=tls) for one in Direction}
    return {direction: bps for direction, bps in found.items() if bps is not None}


def beyond_machine(
    contract: Contract, at: datetime, certificate: Certificate | None, *, method: str, tls: bool
) -> tuple[Beyond, ...]:
    """What `contract` promises then and this machine cannot be asked about, by such tests. Raises ProfileError."""
    terms = contract.on(at.astimezone(contract.line.zone).date())
    if terms is None:
        return ()
    return beyond(terms, ceilings_bps(certificate, method=method, tls=tls), load_profile(contract.profile))


def kind_of_tests(home: Home, line: str) -> tuple[str, bool]:
    """(method, over TLS) of the line's probe as its settings have it; the default's where there are none.

    Raises SettingsError.
    """
    from probe import settings

    for path in (home.of_line(line).probe_settings, home.probe_settings):
        if path.exists():
            measure = settings.load(path).measure
            secure = [not server.startswith(("ws:", "http:", "udp:")) for server in measure.servers]
            return measure.method.value, all(secure)
    return "ndt7", True
