"""Shell. The folder of packet captures: a bounded number, the oldest goes first, readable by its owner alone.

Knows nothing of packets.
"""

import hashlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from probe.body.rung import CaptureKept
from probe.path.job import Said

MOST_FILES = 20


class Shelf:
    """The captures of one probe below `root`, its home."""

    def __init__(self, root: Path, *, most_files: int = MOST_FILES) -> None:
        self._root = root
        self._folder = root / "probe" / "captures"
        self._most_files = most_files

    def new(self, at: datetime) -> Path | None:
        """A file that is not there yet, with room made for it; None where the disk takes none."""
        path = self._folder / f"{at:%Y%m%dT%H%M%S}.pcap"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for old in sorted(self._folder.glob("*.pcap"))[: -self._most_files + 1 or None]:
                old.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        except OSError:
            return None
        return path

    def kept(self, path: Path, said: Said) -> CaptureKept | None:
        """What stands in the file now; None where there is none."""
        with suppress(OSError):
            data = path.read_bytes()
            return CaptureKept(
                name=str(path.relative_to(self._root)),
                sha256=hashlib.sha256(data).hexdigest(),
                bytes=len(data),
                packets=said.packets,
                truncated=said.truncated,
                counts=said.counts,
            )
        return None
