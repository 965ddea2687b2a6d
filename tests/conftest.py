"""Shared fixtures, and the one rule for missing components: skip on a laptop, fail where CI asks for all of them."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A shared machine may take long over one example; how long is no claim of any property.
settings.register_profile("prova", deadline=None, max_examples=int(os.environ.get("PROVA_EXAMPLES", "40")))
settings.load_profile("prova")

REQUIRE = "PROVA_REQUIRE_COMPONENTS"


def _namespaces() -> bool:
    """Whether this user may make network namespaces with a TUN device."""
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun") or not shutil.which("ip"):  # noqa: PTH110
        return False
    name = f"prova-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, timeout=10, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=10, check=False)
    return made.returncode == 0


def _mounts() -> bool:
    """Whether this user may mount a small file system, to fill it."""
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return (
        bool(shutil.which("unshare"))
        and subprocess.run(probe, capture_output=True, timeout=10, check=False).returncode == 0
    )


def _loop() -> bool:
    """Whether this user may put a file system on a loop device."""
    tools = all(shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin") for tool in ("losetup", "mkfs.ext4"))
    return tools and _mounts() and subprocess.run(["losetup", "-f"], capture_output=True, check=False).returncode == 0


def _node() -> bool:
    """Whether there is npm, and a node that has a WebSocket, be it behind a flag."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=10, check=False)
    return int(done.stdout.strip("v\n").split(".")[0] or 0) >= 20


GRAFANA_PYTHON = Path(__file__).parents[1] / ".tools" / "grafana" / "bin" / "python"


def _grafana_client() -> bool:
    """Whether grafana-client is in an environment of its own, made from the lock where it is not there yet.

    It replaces urllib3 wherever it is installed, so it cannot stand in the usual one.
    """
    root = GRAFANA_PYTHON.parents[3]
    uv, stamp = root / ".tools" / "bin" / "uv", GRAFANA_PYTHON.parents[1] / "locked"
    if not uv.exists():
        return False
    with (root / ".tools" / "grafana.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.stat().st_mtime >= (root / "uv.lock").stat().st_mtime:
            return True
        made = subprocess.run(
            [uv, "sync", "--quiet", "--locked", "--no-dev", "--extra", "grafana", "--python", sys.executable],
            cwd=root,
            env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(GRAFANA_PYTHON.parents[1])},
            capture_output=True,
            timeout=90,
            check=False,
        )
        if made.returncode == 0:
            stamp.touch()
        return made.returncode == 0


_PRESENT: dict[str, Callable[[], bool]] = {
    "mosquitto": lambda: shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin") is not None,
    "chromium": lambda: shutil.which("chromium") is not None,
    "namespaces": lambda: _namespaces() and all(shutil.which(tool) for tool in ("gcc", "ip")),
    "testbed": lambda: (
        _namespaces() and all(shutil.which(tool) for tool in ("nft", "iptables", "tc", "ethtool", "python3"))
    ),
    "iperf3": lambda: shutil.which("iperf3") is not None,
    "dnsmasq": lambda: shutil.which("dnsmasq", path=f"{os.environ['PATH']}:/usr/sbin") is not None,
    "named": lambda: (
        shutil.which("named", path=f"{os.environ['PATH']}:/usr/sbin") is not None
        and shutil.which("dnssec-signzone") is not None
    ),
    "chrony": lambda: shutil.which("chronyd", path=f"{os.environ['PATH']}:/usr/sbin") is not None,
    "node": _node,
    "mounts": _mounts,
    "loop": _loop,
    "faketime": lambda: shutil.which("faketime") is not None,
    "openssl": lambda: shutil.which("openssl") is not None,
    "systemd": lambda: shutil.which("systemd-analyze") is not None,
    "influxdb": lambda: shutil.which("influxd") is not None,
    "grafana-client": _grafana_client,
    "miniupnpd": lambda: shutil.which("miniupnpd", path=f"{os.environ['PATH']}:/usr/sbin") is not None,
}
_known: dict[str, bool] = {}


def _has(component: str) -> bool:
    if component not in _known:
        _known[component] = _PRESENT[component]()
    return _known[component]


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("component"):
        for component in marker.args:
            if _has(component):
                continue
            sentence = f"needs {component}, which is missing here"
            if os.environ.get(REQUIRE):
                pytest.fail(f"{sentence}, and {REQUIRE} says that nothing may be", pytrace=False)
            pytest.skip(sentence)
