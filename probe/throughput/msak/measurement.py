"""Pure. The text messages of MSAK throughput1, which both ends send in both directions.

Names and units as in M-Lab's msak, pkg/throughput1/model/measurement.go: bytes and microseconds. `Application` counts
the payload of WebSocket messages, texts included; `Network` what the kernel carried. Prova adds what `said` says.
Knows nothing of sockets or clocks.
"""

from dataclasses import replace
from typing import Any

import msgspec

from probe.throughput import said
from probe.throughput.said import Report, Said
from probe.throughput.tcp_info import TcpInfo


def encode(report: Report) -> bytes:
    """A message of either end. What does not change is said once, in the first."""
    once: dict[str, Any] = {
        "CC": report.congestion_control,
        "UUID": report.ends.uuid,
        "LocalAddr": report.ends.here,
        "RemoteAddr": report.ends.there,
    }
    bbr = {} if report.bbr is None else {"BBRInfo": said.bbr_info(report.bbr, report.elapsed_us)}
    return msgspec.json.encode(
        {
            **(once if report.first else {}),
            "Application": _counters(report.payload_sent, report.payload_received),
            "Network": _counters(_left_bytes(report), report.tcp.bytes_received),
            "ElapsedTime": report.elapsed_us,
            **bbr,
            "TCPInfo": said.tcp_info(report.tcp, report.since_open_us),
            **said.additions(report),
        }
    )


def decode(text: bytes) -> Said | None:
    """A peer's message; None where it is not one. Where its kernel says nothing, its application's count stands."""
    found = said.read(text)
    if found is None:
        return None
    message, told = found
    elapsed_us = said.count(message.get("ElapsedTime"))
    application = said.count(said.mapping(message, "Application").get("BytesReceived"))
    return replace(
        told,
        elapsed_us=elapsed_us,
        arrivals=told.arrivals
        or said.single(elapsed_us, told.tcp)
        or said.single(elapsed_us, TcpInfo(bytes_received=application)),
    )


def _counters(sent: int | None, received: int | None) -> dict[str, int]:
    counters = {"BytesSent": sent, "BytesReceived": received}
    return {name: value for name, value in counters.items() if value}


def _left_bytes(report: Report) -> int | None:
    """What left this end for the first time; None where the kernel does not tell."""
    tcp = report.tcp
    return None if tcp.bytes_sent is None else max(0, tcp.bytes_sent - (tcp.bytes_retrans or 0))
