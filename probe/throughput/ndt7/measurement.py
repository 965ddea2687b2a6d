"""Pure. The text messages of ndt7.

Prova's server sends more than ndt7 lists, which other clients pass over: `CC` (the congestion control in use, named as
in M-Lab's msak), what `said` adds, and more of the kernel's counters. Knows nothing of sockets or clocks.
"""

from dataclasses import replace

import msgspec

from probe.throughput import said
from probe.throughput.said import Report, Said


def encode(report: Report) -> bytes:
    """A server's message. BBRInfo is sent without BBR too, as zeros: M-Lab's own page reads it unasked."""
    return msgspec.json.encode(
        {
            "ConnectionInfo": {
                "Client": report.ends.there,
                "Server": report.ends.here,
                "UUID": report.ends.uuid,
                "StartTime": report.ends.start_time,
            },
            "TCPInfo": said.tcp_info(report.tcp, report.elapsed_us),
            "BBRInfo": said.bbr_info(report.bbr, report.elapsed_us),
            "CC": report.congestion_control,
            "Origin": "server",
            "Test": report.direction,
            **said.additions(report),
        }
    )


def decode(text: bytes) -> Said | None:
    """A peer's message; None where it is not one."""
    found = said.read(text)
    if found is None:
        return None
    _, told = found
    counted = said.single(told.elapsed_us, told.tcp)
    return replace(told, arrivals=told.arrivals or counted)
