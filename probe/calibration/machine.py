"""Shell. What a machine is made of, as a digest: processor, number of cores, kernel, the driver of one interface.

With one of these changed a calibration no longer holds. Names no serial number, no address and no host name.
"""

import hashlib
import os

from probe.condition.link import read_link
from probe.condition.tree import KERNEL, Tree

_MODEL_WORDS = ("model name", "Model", "Hardware", "cpu model", "CPU part")  # x86, Raspberry Pi, older ARM, MIPS, ARM64


def fingerprint(interface: str | None, tree: Tree = KERNEL) -> str:
    """SHA-256 in hex. `interface`: the one that tests run over; None where there is none."""
    kernel = os.uname()
    driver = None if interface is None else read_link(interface, tree).driver
    facts = (processor(tree), str(os.cpu_count()), kernel.sysname, kernel.release, kernel.machine, driver or "")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def processor(tree: Tree = KERNEL) -> str:
    """The processor's name, empty where the kernel gives none."""
    lines = [line.partition(":") for line in (tree.text("proc/cpuinfo") or "").splitlines()]
    named = {name.strip(): value.strip() for name, _, value in lines}
    return next((named[word] for word in _MODEL_WORDS if named.get(word)), "")
