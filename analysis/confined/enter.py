"""Shell. A process gives up, for good, what reading a stranger's file does not need.

Bounds of time, memory and output hold everywhere; no network, where the kernel grants a namespace of one's own to this
user. Knows nothing of files.
"""

import ctypes
import os
import resource
import signal

from analysis.confined.bounds import Bounds

_NO_NEW_PRIVILEGES = 38  # prctl(2), PR_SET_NO_NEW_PRIVS
_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000  # unshare(2)
_NICE = 10


def enter(bounds: Bounds) -> bool:
    """Holds this process to the bounds; gives whether it reaches no network any more. Call it before any thread."""
    cut_off = bounds.offline and _without_network()
    signal.alarm(bounds.wall_s)
    limits = {
        resource.RLIMIT_CPU: bounds.cpu_s,
        resource.RLIMIT_AS: bounds.memory_bytes,
        resource.RLIMIT_FSIZE: bounds.output_bytes,
        resource.RLIMIT_CORE: 0,
    }
    if bounds.alone:
        limits[resource.RLIMIT_NPROC] = 0  # starts no other; root is not held by it
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os.nice(_NICE)
    return cut_off


def _without_network() -> bool:
    """A network of its own holds nothing but a loopback that is down. False where the kernel or a filter refuses."""
    system = ctypes.CDLL(None)
    return bool(system.unshare(_NEW_NETWORK) == 0 or system.unshare(_NEW_USER | _NEW_NETWORK) == 0)
