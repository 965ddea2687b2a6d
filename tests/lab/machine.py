"""Shell. The probe's own machine, as far as one process can be shown another: its boots, its sleep, its clocks.

What is real: a boot has its own boot id (a file mounted over the kernel's, in a mount namespace) and its monotonic and
boot clocks begin anew (a time namespace); the power goes with kill -9. What is not: nothing sleeps and no clock is set,
as that would be the whole computer's. A sleep is SIGSTOP, and what the process is told of the clocks afterwards is what
a machine would tell that had slept: wall and boot clock went on, the monotonic clock stood still. A clock that was set
is told likewise. That happens in front of libc (machine.c); whether the kernel calls its clock synchronised does not
change. Knows nothing of what the process is.
"""

import os
import signal
import struct
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.namespace import ROOT

_SOURCE = Path(__file__).with_name("machine.c")
_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_UP_S = 30  # what the monotonic clock shows when the process begins: a machine takes its time to start
_ENDS_WITHIN_S = 10.0
_CLOCKS = struct.Struct("=qqq")
_NS_PER_S = 1_000_000_000


def build(folder: Path) -> Path:
    """What shows the clocks, compiled."""
    library = folder / "machine.so"
    subprocess.run(
        ["gcc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(library), str(_SOURCE)], check=True, timeout=60
    )
    return library


@dataclass(kw_only=True)
class Machine:
    """A machine that runs `command` in namespace `name` at each boot. `folder`: for its files; `shows`: `build`'s.

    `boot_ids`: of each boot so far. `process`: the running one, None while its power is off.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    shows: Path
    boot_ids: list[str] = field(default_factory=list)
    process: "subprocess.Popen[bytes] | None" = None
    _asleep_since_ns: int | None = None
    _added_ns: list[int] = field(default_factory=lambda: [0, 0, 0])

    @contextmanager
    def running(self) -> Iterator[None]:
        """Booted, and switched off at the end; SIGTERM first, as an orderly shutdown does."""
        self.boot()
        try:
            yield
        finally:
            if self.process is not None:
                self.resume()
                self._signal(signal.SIGTERM)
                try:
                    self.process.wait(_ENDS_WITHIN_S)
                except subprocess.TimeoutExpired:
                    self.power_off()
                self.process = None

    def boot(self) -> None:
        """Starts the command as the first thing of a new boot. Its output is added to the file `out` of the folder."""
        boot_id = str(uuid.uuid4())
        (self.folder / "boot_id").write_text(f"{boot_id}\n")
        self._added_ns = [self._added_ns[0], 0, 0]  # the wall clock is battery-backed
        self._show()
        (self.folder / "pid").unlink(missing_ok=True)
        # The kernel's own clocks of this moment are taken away, so that this boot began a moment ago.
        now_s, boot_s = int(time.monotonic()), int(time.clock_gettime(time.CLOCK_BOOTTIME))
        begin = f'mount --bind "{self.folder}/boot_id" {_BOOT_ID} && echo $$ > "{self.folder}/pid" && exec "$@"'
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(
                [
                    *("ip", "netns", "exec", self.name, "unshare", "--mount", "--time", "--fork", "--kill-child"),
                    *("--monotonic", str(_UP_S - now_s), "--boottime", str(_UP_S - boot_s)),
                    *("sh", "-c", begin, "sh", *self.command),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "LD_PRELOAD": str(self.shows), "CLOCKS": str(self.folder / "clocks")},
            )
        self.boot_ids.append(boot_id)

    def power_off(self) -> None:
        """At once, whatever it is doing."""
        assert self.process is not None
        self.process.kill()  # and its child with it
        self.process.wait(_ENDS_WITHIN_S)
        self.process = None
        self._asleep_since_ns = None

    def suspend(self) -> None:
        """Sends it to sleep."""
        self._signal(signal.SIGSTOP)
        self._asleep_since_ns = time.monotonic_ns()

    def resume(self) -> None:
        """Wakes it, if it sleeps: the monotonic clock stood still meanwhile."""
        if self._asleep_since_ns is not None:
            self._added_ns[1] -= time.monotonic_ns() - self._asleep_since_ns
            self._asleep_since_ns = None
            self._show()
            self._signal(signal.SIGCONT)

    def step_clock(self, by_s: float) -> None:
        """Sets the wall clock ahead, or back where `by_s` is below zero."""
        self._added_ns[0] += round(by_s * _NS_PER_S)
        self._show()

    def _show(self) -> None:
        path = self.folder / "clocks"
        if not path.exists():
            path.write_bytes(bytes(4096))
        with path.open("r+b") as file:
            file.write(_CLOCKS.pack(*self._added_ns))

    def _signal(self, number: signal.Signals) -> None:
        pid = self.folder / "pid"
        until = time.monotonic() + _ENDS_WITHIN_S
        while not (pid.exists() and pid.read_text().strip()):
            assert time.monotonic() < until, "the machine did not start"
            time.sleep(0.01)
        os.kill(int(pid.read_text()), number)
