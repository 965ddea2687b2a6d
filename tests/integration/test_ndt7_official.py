"""M-Lab's own JavaScript client against our server. The package comes from npm, whole and without scripts, into a
temporary folder."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from probe.throughput.server import MeasuringServer

pytestmark = pytest.mark.component("node")
SCRIPT = Path(__file__).with_name("ndt7_official.js")
PACKAGES = ("@m-lab/ndt7@0.1.4", "web-worker@1.5.0")


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("npm")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix", str(folder)]
    done = subprocess.run([*command, *PACKAGES], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        sentence = f"npm cannot install {PACKAGES[0]} here: {done.stderr.strip()[-300:]}"
        if os.environ.get("PROVA_REQUIRE_COMPONENTS"):
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return folder / "node_modules"


def test_the_official_client_measures_both_directions_against_our_server(modules: Path) -> None:
    node = shutil.which("node")
    assert node is not None
    with MeasuringServer("127.0.0.1") as server:
        host, port = server.address
        done = subprocess.run(
            [node, "--experimental-websocket", "--no-warnings", str(SCRIPT), str(modules), f"{host}:{port}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert found["code"] == 0
    for direction in ("download", "upload"):
        said = found[direction]
        assert said["client"] >= 10
        assert said["server"] >= 10
        assert said["serverMbps"] > 10
    # Its own upload figure counts what it handed to its runtime, not what arrived: only its download can be compared.
    assert found["download"]["clientMbps"] == pytest.approx(found["download"]["serverMbps"], rel=0.2)
