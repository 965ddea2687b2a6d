"""The bill of materials (CycloneDX): what an installation of Prova holds, with digests and licences, from `uv.lock`.

`python -m tests.supply.sbom FILE` writes it; the same lock file gives the same bytes.
"""

import hashlib
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from tests.supply.lock import ROOT, licence_of, licences

_EXPORT = (
    "export",
    "--format",
    "cyclonedx1.5",
    "--locked",
    "--all-extras",
    "--no-dev",
    "--quiet",
    "--no-extra",
    "grafana",
)


def sbom() -> bytes:
    """Without tests' own packages. Needs no network."""
    argv = [str(ROOT / ".tools" / "bin" / "uv"), *_EXPORT, "--preview-features", "sbom-export"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}"
    told["metadata"].pop("timestamp", None)
    declared = licences()["told"]
    for one in told["components"]:
        name = one["name"]
        licence = declared.get(name) or licence_of(name)
        if licence:
            one["licenses"] = [{"license": {"name": licence}}]
    return json.dumps(told, indent=1, sort_keys=True).encode() + b"\n"


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[1]).write_bytes(sbom())
