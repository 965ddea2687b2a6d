import threading
from dataclasses import replace
from functools import partial
from pathlib import Path as File

import pytest
from joserfc.jwk import OKPKey

from probe.body.conditions import Path
from probe.body.speed_test import Direction
from probe.calibration import exercise, kept
from probe.calibration.certificate import Ceiling, Certificate, ceiling_bps, noted, seal, unseal
from probe.calibration.machine import fingerprint, processor
from probe.wire import SignatureError, WireError, open_batch
from tests.build import AT, a_server, a_speed_test
from tests.unit.probe.trees import a_tree

KEY = OKPKey.generate_key("Ed25519", private=True)
OTHER = OKPKey.generate_key("Ed25519", private=True)


def a_ceiling(rate_bps: int, *, over: Path = Path.LOOPBACK, tls: bool = True, method: str = "ndt7") -> Ceiling:
    return Ceiling(method=method, direction=Direction.DOWNLOAD, tls=tls, over=over, rate_bps=rate_bps)


def a_certificate(*ceilings: Ceiling, machine: str = "m") -> Certificate:
    return Certificate(probe="p1", made_at=AT, software="prova 0", machine=machine, ceilings=ceilings)


def test_a_certificate_comes_back_as_it_was_and_only_from_its_probe() -> None:
    certificate = a_certificate(a_ceiling(5), a_ceiling(6, tls=False))
    signed = seal(certificate, key=KEY)
    assert unseal(signed, key=KEY) == certificate
    with pytest.raises(SignatureError):
        unseal(signed, key=OTHER)
    with pytest.raises(WireError):
        open_batch(signed, key=KEY)


def test_a_certificate_without_a_ceiling_or_of_another_version_is_none() -> None:
    for wrong in (a_certificate(), replace(a_certificate(a_ceiling(1)), v=2)):
        with pytest.raises(WireError):
            unseal(seal(wrong, key=KEY), key=KEY)


def test_the_lowest_ceiling_of_the_same_kind_of_test_counts() -> None:
    ceilings = (a_ceiling(9), a_ceiling(4, over=Path.ON_LINK), a_ceiling(1, tls=False), a_ceiling(2, method="udp"))
    assert ceiling_bps(ceilings, method="ndt7", direction=Direction.DOWNLOAD, tls=True) == 4
    assert ceiling_bps(ceilings, method="ndt7", direction=Direction.UPLOAD, tls=True) is None


def test_a_test_gets_its_ceiling_on_the_very_machine_alone() -> None:
    certificate = a_certificate(a_ceiling(9))
    test = a_speed_test(server=a_server(url="wss://measure.example"))
    told = noted(test, certificate, "m").conditions
    assert told.ceiling_bps == 9
    assert (told.sources[-1].of, told.sources[-1].origin, told.sources[-1].at) == ("ceiling_bps", "calibration", (AT,))
    assert noted(test, certificate, "another") == test
    assert noted(test, None, "m") == test
    clear = a_speed_test(server=a_server(url="ws://measure.example"))
    assert noted(clear, certificate, "m") == clear, "never tried in clear text"


def test_every_method_is_tried_in_both_directions_with_and_without_tls() -> None:
    peer = exercise.Peer(ports={"ws": 1, "wss": 2, "udp": 3}, ca_file=File("ca.pem"))
    trials = [trial.args for trial in exercise._on_loopback(peer, threading.Event()) if isinstance(trial, partial)]
    over_tcp = {
        (method, f"{scheme}://127.0.0.1:{port}", direction)
        for method, schemes in (("ndt7", ("ws", "wss")), ("msak", ("ws", "wss")), ("librespeed", ("http", "https")))
        for scheme, port in zip(schemes, (1, 2), strict=True)
        for direction in Direction
    }
    assert {trial[:3] for trial in trials if len(trial) == 5} == over_tcp
    assert {trial[:2] for trial in trials if len(trial) == 3} == {("udp://127.0.0.1:3", one) for one in Direction}
    assert len(trials) == 14


def test_what_is_damaged_or_anothers_counts_as_none(tmp_path: File) -> None:
    path, certificate = tmp_path / "probe" / "calibration.jws", a_certificate(a_ceiling(3))
    assert kept.load(path, key=KEY) is None
    kept.save(path, certificate, key=KEY)
    assert kept.load(path, key=KEY) == certificate
    assert kept.load(path, key=OTHER) is None
    path.write_bytes(path.read_bytes()[:-9])
    assert kept.load(path, key=KEY) is None


def test_a_machine_is_known_by_processor_and_driver(tmp_path: File) -> None:
    def with_driver(name: str, model: str) -> str:
        folder = tmp_path / f"{name}-{model}"
        files = {"proc/cpuinfo": f"processor\t: 0\nmodel name\t: {model}", "sys/class/net/eth0/type": "1"}
        tree = a_tree(folder, files, links={"sys/class/net/eth0/device/driver": f"../{name}"})
        assert processor(tree) == model
        return fingerprint("eth0", tree)

    prints = {with_driver("r8169", "N100"), with_driver("e1000e", "N100"), with_driver("r8169", "i5")}
    assert len(prints) == 3
    assert len(prints.pop()) == 64
    assert fingerprint("eth0") == fingerprint("eth0"), "the same today and tomorrow"
    assert processor(a_tree(tmp_path / "none", {})) == ""
