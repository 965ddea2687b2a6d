"""Shell. Keeps the heads of the last packets that pass an interface for some seconds, in a file of bounded size.

Needs CAP_NET_RAW. What packets carry is cut off before it is kept. Knows nothing of why.
"""

import os
import socket
from collections import Counter, deque
from pathlib import Path

from probe import clock
from probe.path.head import cut, file_head, file_record
from probe.path.job import Job, Said
from probe.units import epoch_us

_LOOK_BYTES = 256  # no heads are longer
_ALL = 0x0003  # ETH_P_ALL
_WAIT_S = 0.5
_MOST_LOOKED_AT = 50  # times what is kept: a busy machine has better to do


def capture(job: Job) -> Said:
    """What passes within the job's time: the last `most_packets` packets, and no more than `most_bytes` of file."""
    until_ns = clock.monotonic_ns() + int(job.within_s * 1e9)
    kept: deque[bytes] = deque(maxlen=max(1, min(job.most_packets, job.most_bytes // (_LOOK_BYTES + 16))))
    counts: Counter[str] = Counter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as sock:
        sock.bind((job.interface, _ALL))
        sock.settimeout(_WAIT_S)
        buffer = bytearray(_LOOK_BYTES)
        while clock.monotonic_ns() < until_ns and counts.total() < _MOST_LOOKED_AT * job.most_packets:
            try:
                length = sock.recv_into(buffer, _LOOK_BYTES, socket.MSG_TRUNC)
            except TimeoutError:
                continue
            heads, kind = cut(bytes(buffer[: min(length, _LOOK_BYTES)]))
            kept.append(file_record(heads, length, epoch_us(clock.now()) * 1000))
            counts[kind] += 1
    written = _write(Path(job.file), kept)
    return Said(
        bytes=written,
        packets=len(kept),
        truncated=counts.total() > len(kept),
        counts=tuple(sorted(counts.items())),
    )


def _write(path: Path, kept: deque[bytes]) -> int:
    data = file_head(_LOOK_BYTES) + b"".join(kept)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123  a mode from the start
        file.write(data)
    return len(data)
