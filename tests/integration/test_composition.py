"""What the composition with Grafana runs, run without a container: the real broker, the real collector, their files."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from prova.port import free_port

HERE = Path(__file__).parents[2] / "deploy" / "container" / "grafana"
SERVICES = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]


@contextmanager
def _running(argv: list[str], home: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PROVA_HOME": str(home), "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    process = subprocess.Popen(argv, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.1)


def _connected(port: int) -> bool:
    """Whether anybody has a connection to the port of this machine, as the kernel tells."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


@pytest.mark.component("mosquitto")
def test_the_broker_and_the_collector_of_the_composition_find_each_other(tmp_path: Path) -> None:
    """The commands and the settings file as they are, but for the port, the host's name and where the home lies."""
    home, port = tmp_path / "home", free_port()
    prova = [sys.executable, "-m", "prova.main"]
    argv = ["collector", "enrol", "broker", "--host", "127.0.0.1", "--host", "broker", "--port", str(port)]
    subprocess.run([*prova, *argv, "--home", str(home)], check=True, capture_output=True, timeout=60)
    text = (HERE / "collector.toml").read_text().replace("/var/lib/prova", str(home))
    own = tmp_path / "collector.toml"
    own.write_text(text.replace('"broker"', '"127.0.0.1"').replace("8883", str(port)))
    settings = SERVICES["broker"]["command"][1].replace("/var/lib/prova", str(home))
    with _running(["mosquitto", "-c", settings], home) as broker:
        _until((home / "broker" / "fleet" / "mosquitto.pid").exists, broker)
        command = [word.replace("/etc/prova/collector.toml", str(own)) for word in SERVICES["collector"]["command"]]
        with _running([*prova, *command], home) as collector:
            check = [word for word in SERVICES["collector"]["healthcheck"]["test"] if word != "CMD"]

            def healthy() -> bool:
                argv = [*prova, *check[1:], "--home", str(home)]
                return subprocess.run(argv, check=False, capture_output=True, timeout=60).returncode == 0

            _until(healthy, collector)
            _until(lambda: _connected(port), collector)
