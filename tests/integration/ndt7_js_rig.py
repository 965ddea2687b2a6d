"""M-Lab's official JavaScript client, @m-lab/ndt7, in node: installed as its lock file says, and run once."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_HOME = Path(__file__).with_name("ndt7_js")
_BUILT_IN = 22  # the first node whose WebSocket needs no flag


@dataclass(frozen=True, slots=True)
class Official:
    """`modules`: the folder of installed packages."""

    modules: Path

    def command(self, server: str, scheme: str) -> list[str]:
        """One run against `server` (HOST:PORT); what it found is one line of JSON."""
        node = shutil.which("node")
        assert node is not None
        version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
        flag = [] if int(version.strip("v\n").split(".")[0]) >= _BUILT_IN else ["--experimental-websocket"]
        return [node, *flag, "--no-warnings", str(_HOME / "run.js"), str(self.modules), server, scheme]

    def run(self, server: str, scheme: str = "ws", **environment: str) -> dict[str, Any]:
        """`download` and `upload` as the client's own callbacks got them, `errors`, and its exit `code`."""
        done = subprocess.run(
            self.command(server, scheme),
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def install(folder: Path) -> Official:
    """Exactly what the lock file names, by its digests, without any package's scripts. Skips where npm cannot."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HOME / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=90, check=False)
    if done.returncode:
        sentence = f"npm cannot install the official client here: {done.stderr.strip()[-300:]}"
        if os.environ.get("PROVA_REQUIRE_COMPONENTS"):
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return Official(folder / "node_modules")
