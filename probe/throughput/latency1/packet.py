"""Pure. MSAK latency1: its numbers, its addresses, its datagrams and its answers as bytes.

Source: M-Lab's msak, internal/latency1 and pkg/latency1. Prova's server adds two things, which other clients pass over:
the port in what it answers to `authorize`, and how long it is to send, as asked there. Hostile input ends as None.
Knows nothing of sockets or clocks.
"""

import re
from dataclasses import dataclass
from typing import Any

import msgspec

AUTHORIZE, RESULT = "/latency/v1/authorize", "/latency/v1/result"
PORT = 1053  # where an answer names none
VERSION = "latency1"
SEND_S = 5.0  # unless another time was asked
KEPT_S = 60.0  # a session, from its authorisation on
GAP_S, SHORTEST_GAP_S, LONGEST_GAP_S = 0.025, 0.010, 0.040  # memoryless, between two datagrams
MOST_DATAGRAM_BYTES = 256
MOST_RESULT_BYTES = 1 << 20
_MID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MOST_SEQUENCE = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One datagram. `kickoff`: of a client that begins; else one of the server's, or its echo."""

    kickoff: bool
    mid: str
    sequence: int = 0
    last_rtt_us: int = 0


@dataclass(frozen=True, slots=True)
class Kickoff:
    """What `authorize` answered: the datagram to begin with, as it is, and where to send it."""

    datagram: bytes
    port: int


def is_mid(text: str) -> bool:
    """Whether a measurement may go by that name."""
    return bool(_MID.fullmatch(text))


def encode(packet: Packet) -> bytes:
    """The datagram."""
    return msgspec.json.encode(_object(packet))


def encode_kickoff(mid: str, port: int) -> bytes:
    """What a server answers to `authorize`."""
    return msgspec.json.encode({**_object(Packet(kickoff=True, mid=mid)), "Port": port})


def decode(datagram: bytes) -> Packet | None:
    """What a datagram says; None where it is none of these."""
    told = _read(datagram)
    kinds = {"c2s": True, "s2c": False}
    kind, mid, sequence = told.get("Type"), told.get("ID"), told.get("Seq")
    if kind not in kinds or not isinstance(mid, str) or not is_mid(mid):
        return None
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 0 <= sequence < _MOST_SEQUENCE:
        return None
    return Packet(kickoff=kinds[kind], mid=mid, sequence=sequence)


def read_kickoff(answer: bytes, mid: str) -> Kickoff | None:
    """What a server answered to the `authorize` of `mid`; None where that is no beginning of it."""
    begun = decode(answer)
    if begun is None or not begun.kickoff or begun.mid != mid or len(answer) > MOST_DATAGRAM_BYTES:
        return None
    port = _read(answer).get("Port", PORT)
    return Kickoff(answer, port) if isinstance(port, int) and 0 < port < 1 << 16 else None


def encode_result(mid: str, start_time: str, rtts_us: list[int | None]) -> bytes:
    """What a server answers to `result`; None of the times is one that did not come back."""
    came = [one for one in rtts_us if one is not None]
    return msgspec.json.encode(
        {
            "ID": mid,
            "StartTime": start_time,
            "RoundTrips": [{"RTT": 0, "Lost": True} if one is None else {"RTT": one} for one in rtts_us],
            "PacketsSent": len(rtts_us),
            "PacketsReceived": len(came),
        }
    )


def read_result(answer: bytes) -> list[int | None]:
    """The round-trip times in microseconds by sequence, None for what was lost; empty where the answer is none."""
    rows = _read(answer).get("RoundTrips")
    if not isinstance(rows, list):
        return []
    return [_rtt_us(row) for row in rows]


def _rtt_us(row: object) -> int | None:
    if not isinstance(row, dict) or row.get("Lost"):
        return None
    rtt_us = row.get("RTT")
    return rtt_us if isinstance(rtt_us, int) and not isinstance(rtt_us, bool) and rtt_us >= 0 else None


def _object(packet: Packet) -> dict[str, Any]:
    told = {"Type": "c2s" if packet.kickoff else "s2c", "ID": packet.mid, "Seq": packet.sequence}
    return told | ({"LastRTT": packet.last_rtt_us} if packet.last_rtt_us else {})


def _read(sent: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(sent)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
