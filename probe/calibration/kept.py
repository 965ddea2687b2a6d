"""Shell. The probe's certificate on its disk. One that cannot be read or verified counts as none.

Knows nothing of what it says.
"""

import os
from pathlib import Path

from probe.calibration.certificate import Certificate, seal, unseal
from probe.key import Key
from probe.wire import WireError


def load(path: Path, *, key: Key) -> Certificate | None:
    """The certificate in `path`, if there is one and it was signed with `key`."""
    try:
        return unseal(path.read_bytes(), key=key)
    except (OSError, WireError):
        return None


def save(path: Path, certificate: Certificate, *, key: Key) -> None:
    """Signed, all or nothing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(seal(certificate, key=key))
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
