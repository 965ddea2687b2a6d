"""M-Lab's official JavaScript client against our server, in clear text and over TLS, both directions."""

from pathlib import Path
from typing import Any

import pytest

from probe.throughput.server import MeasuringServer
from tests.integration.ndt7_js_rig import Official, install
from tests.integration.ndt7_rig import a_certificate

pytestmark = pytest.mark.component("node")
# The client hands its metadata to the server as it stands; ndt7's early exit keeps its download short.
EARLY_EXIT = '{"early_exit": "250"}'


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Official:
    return install(tmp_path_factory.mktemp("npm"))


def check(found: dict[str, Any]) -> None:
    assert (found["errors"], found["code"]) == ([], 0)
    download, upload = (found[direction]["LastServerMeasurement"] for direction in ("download", "upload"))
    assert download["TCPInfo"]["BytesAcked"] >= 250_000_000
    assert download["BBRInfo"]["BW"] >= 0, "its own page reads this unasked"
    assert found["download"]["LastClientMeasurement"]["NumBytes"] > 0
    assert upload["TCPInfo"]["BytesReceived"] > 10_000_000
    assert upload["TCPInfo"]["ElapsedTime"] > 9_000_000, "its messages of 2 MiB and more are taken to the end"
    # Its own count of an upload is of what it gave to its runtime, so that only what left it can be compared.
    assert found["upload"]["LastClientMeasurement"]["NumBytes"] >= upload["TCPInfo"]["BytesReceived"] * 0.9


def test_the_official_client_measures_our_server_in_clear_text(official: Official) -> None:
    with MeasuringServer("127.0.0.1") as server:
        host, port = server.address
        check(official.run(f"{host}:{port}", METADATA=EARLY_EXIT))


@pytest.mark.slow
def test_the_official_client_measures_our_server_over_tls(official: Official, tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    with MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as server:
        host, port = server.address
        check(official.run(f"{host}:{port}", "wss", METADATA=EARLY_EXIT, NODE_EXTRA_CA_CERTS=str(cert)))
