"""The collector over TLS: with the certificates that the settings name, and with no others."""

import ssl
from pathlib import Path

import aiomqtt
import pytest

from collector.settings import BrokerSettings, CollectorSettings, SettingsError
from probe import wire
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import Collector, a_key, a_notice, enrol_probe, needs_mosquitto, sealed
from tests.integration.test_publish_tls import a_tls_broker, write_certificate

pytestmark = needs_mosquitto


def _settings(port: int, ca_file: Path, *, host: str = "localhost") -> CollectorSettings:
    return CollectorSettings(broker=BrokerSettings(host=host, port=port, tls=True, ca_file=ca_file))


async def test_batches_and_receipts_go_over_tls(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    certificate = write_certificate(tmp_path, host="localhost")
    # 800 batches of 4 kB: more than one TLS record and more than the collector holds at once.
    batches = [sealed([a_notice(number, detail="x" * 2500)], by=by) for number in range(1, 801)]
    async with (
        a_tls_broker(tmp_path, certificate) as port,
        Collector(tmp_path, _settings(port, certificate)) as collector,
        aiomqtt.Client("localhost", port, tls_context=ssl.create_default_context(cafile=certificate)) as probe,
    ):
        await probe.subscribe(wire.topic(Kind.RECEIPT, "casa", "p1"), qos=1)
        for signed in batches:
            await probe.publish(wire.topic(Kind.RECORDS, "casa", "p1"), signed, qos=0)
        outcomes = {(await collector.next_receipt(probe)).outcome for _ in batches}
        assert outcomes == {Outcome.ACCEPTED}
        assert collector.sequences() == list(range(1, 801))


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = write_certificate(tmp_path / "other", host="localhost")
    certificate = write_certificate(tmp_path, host="localhost")
    async with a_tls_broker(tmp_path, certificate) as port, Collector(tmp_path, _settings(port, other)) as collector:
        assert "certificate verify failed" in collector.said[0]
        assert not collector.running.done()


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path, host="elsewhere")
    async with (
        a_tls_broker(tmp_path, certificate) as port,
        Collector(tmp_path, _settings(port, certificate)) as collector,
    ):
        assert "Hostname mismatch" in collector.said[0]


async def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none")
    with pytest.raises(SettingsError, match=r"broker\.ca_file .*ca\.pem holds no certificates"):
        async with Collector(tmp_path, _settings(1, tmp_path / "ca.pem")):
            pass
