"""Shell. A file system of its own on a loop device: cut off as by a power failure, filled, failed, put back.

Needs root, in a mount namespace of its own: what is left mounted ends with that. A cut drops everything that the file
system has not yet submitted to the device; that a device loses what it was given is not emulated.
"""

import ctypes
import fcntl
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32): EXT4_IOC_SHUTDOWN, and XFS_IOC_GOINGDOWN
_NO_LOG_FLUSH = 2
_MAKE = {
    "ext4": ("mkfs.ext4", "-q", "-E", "lazy_itable_init=0", "-O", "has_journal"),
    "xfs": ("mkfs.xfs", "-q"),
}
_COMMAND_S = 60.0
_CANARY_BYTES = 100_000


@dataclass
class Disk:
    """A small disk at `at`. `canaries`: files written without fsync just before a cut, and how many were gone after."""

    image: Path
    at: Path
    kind: str = "ext4"
    canaries: int = 0
    canaries_gone: int = 0

    def make(self, *, megabytes: int) -> None:
        with self.image.open("wb") as file:
            file.truncate(megabytes * 1024 * 1024)
        _run(*_MAKE[self.kind], str(self.image))
        self.at.mkdir(parents=True, exist_ok=True)
        self.mount()

    def mount(self, *options: str) -> None:
        own = ("errors=remount-ro",) if self.kind == "ext4" else ()
        _run("mount", "-t", self.kind, "-o", ",".join(("loop", *own, *options)), str(self.image), str(self.at))

    def unmount(self) -> None:
        _run("umount", str(self.at))

    def cut(self) -> None:
        """The power fails: from here on nothing reaches the disk, not even what is in the file system's own log."""
        (self.at / "canary").write_bytes(os.urandom(_CANARY_BYTES))
        self.canaries += 1
        descriptor = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, ctypes.c_uint32(_NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def come_back(self) -> None:
        """Power again: every process of that machine is dead by now, and the file system replays its log."""
        self.unmount()
        self.mount()
        canary = self.at / "canary"
        self.canaries_gone += not canary.exists() or canary.stat().st_size < _CANARY_BYTES
        canary.unlink(missing_ok=True)

    def fill(self, *, leaving_bytes: int = 0) -> Path:
        """A file that takes all the room there is but so much."""
        filler = self.at / "filler"
        told = os.statvfs(self.at)
        room = told.f_bavail * told.f_frsize - leaving_bytes
        with filler.open("ab") as file:
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), file.tell(), max(room, 1))
            if not leaving_bytes:
                _to_the_brim(file.fileno())
        return filler

    def fail(self) -> None:
        """An error of the disk, after which the kernel lets nobody write any more (errors=remount-ro)."""
        loop = _run("findmnt", "-n", "-o", "SOURCE", str(self.at)).strip()
        Path("/sys/fs/ext4", Path(loop).name, "trigger_fs_error").write_text("an error of the bench")

    def repair(self) -> None:
        """What a person does then, once nothing runs on it."""
        self.unmount()
        done = subprocess.run(["e2fsck", "-fy", str(self.image)], capture_output=True, timeout=_COMMAND_S, check=False)
        if done.returncode > 1:
            raise OSError(f"e2fsck ended with {done.returncode}")
        self.mount()


def _to_the_brim(descriptor: int) -> None:
    for size in (65536, 4096):
        with suppress(OSError):
            while True:
                os.write(descriptor, bytes(size))


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_COMMAND_S, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
