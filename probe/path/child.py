"""Shell. The short-lived process: one job on standard input, one answer on standard output, then it is gone.

Bounded in time and memory by its own hand, whatever becomes of the one who started it. Knows nothing of records.
"""

import os
import resource
import signal
import sys

import msgspec

from probe.path.job import Job, Said, Task

_MOST_JOB_BYTES = 4096
_MEMORY_BYTES = 512 * 2**20
_MARGIN_S = 10
_NICE = 10


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(_MOST_JOB_BYTES), type=Job)
    signal.alarm(int(job.within_s) + _MARGIN_S)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    os.nice(_NICE)
    sys.stdout.buffer.write(msgspec.json.encode(_do(job)))


def _do(job: Job) -> Said:
    try:
        if job.task is Task.CAPTURE:
            from probe.path.capture import capture

            return capture(job)
        from probe.path import craft

        return craft.trace(job) if job.task is Task.TRACE else craft.home(job)
    except ImportError:
        return Said(cannot="scapy is not installed")
    except PermissionError:
        return Said(cannot="CAP_NET_RAW is missing")
    except OSError as error:
        return Said(cannot=f"the network refused: errno {error.errno}")


if __name__ == "__main__":
    main()
