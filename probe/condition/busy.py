"""Shell. How busy the machine is: each core's ticks, this process's own time, and what waits for core or memory.

A reading is taken before and one after; their difference is what counts. Knows nothing of limits.
"""

import time
from dataclasses import dataclass

from probe.condition.tree import KERNEL, Tree

_NS_PER_US = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Counters at one moment. `cores`: (busy, total) ticks of each since boot. `*_stalled_us`: None without PSI."""

    monotonic_ns: int
    process_ns: int
    cores: tuple[tuple[int, int], ...]
    cpu_stalled_us: int | None
    memory_stalled_us: int | None


def read_busy(tree: Tree = KERNEL) -> Busy:
    """The counters now."""
    return Busy(
        monotonic_ns=time.monotonic_ns(),
        process_ns=time.process_time_ns(),
        cores=_cores(tree),
        cpu_stalled_us=_stalled_us("cpu", tree),
        memory_stalled_us=_stalled_us("memory", tree),
    )


def busiest(before: Busy, after: Busy) -> float | None:
    """The highest share of time that one core was busy; None where no tick passed or a core came or went."""
    if len(before.cores) != len(after.cores):
        return None
    pairs = zip(before.cores, after.cores, strict=True)
    shares = [(b1 - b0) / (t1 - t0) for (b0, t0), (b1, t1) in pairs if t1 > t0]
    return max(0.0, min(1.0, max(shares))) if shares else None


def process_share(before: Busy, after: Busy) -> float | None:
    """This process's own time per time, in cores."""
    elapsed_ns = after.monotonic_ns - before.monotonic_ns
    return max(0, after.process_ns - before.process_ns) / elapsed_ns if elapsed_ns > 0 else None


def cpu_pressure(before: Busy, after: Busy) -> float | None:
    """The share of time in which some task waited for a core."""
    return _stalled(before, after, before.cpu_stalled_us, after.cpu_stalled_us)


def memory_pressure(before: Busy, after: Busy) -> float | None:
    """The share of time in which some task waited for memory."""
    return _stalled(before, after, before.memory_stalled_us, after.memory_stalled_us)


def _stalled(before: Busy, after: Busy, first_us: int | None, last_us: int | None) -> float | None:
    elapsed_ns = after.monotonic_ns - before.monotonic_ns
    if first_us is None or last_us is None or elapsed_ns <= 0 or last_us < first_us:
        return None
    return min(1.0, (last_us - first_us) * _NS_PER_US / elapsed_ns)


def _cores(tree: Tree) -> tuple[tuple[int, int], ...]:
    """proc(5): user nice system idle iowait irq softirq steal."""
    cores = []
    for line in (tree.text("proc/stat") or "").splitlines():
        name, *rest = line.split() or [""]
        if name.startswith("cpu") and name != "cpu":
            ticks = [int(word) for word in rest[:8]]
            cores.append((sum(ticks) - ticks[3] - ticks[4], sum(ticks)))
    return tuple(cores)


def _stalled_us(resource: str, tree: Tree) -> int | None:
    """The total of the line `some` (Documentation/accounting/psi.rst)."""
    for line in (tree.text(f"proc/pressure/{resource}") or "").splitlines():
        kind, *pairs = line.split()
        total = dict(pair.partition("=")[::2] for pair in pairs).get("total", "")
        if kind == "some" and total.isdigit():
            return int(total)
    return None
