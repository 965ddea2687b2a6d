"""Hostile bytes against the codec and the intake: nothing may raise, grow without bound, or get in unsigned.

A corpus of good messages is mutated: bytes flipped, cut, repeated and spliced; payloads mutated and signed again,
so that the decoder behind the signature is reached; messages replayed on other topics. A mutant that reaches a line of
code that none reached before joins the corpus. Prints counts and the growth of memory.

    python -m bench.fuzz [--count 1000000] [--seed 1]
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from collector.envelope import Accepted, Arrival, Enrolled, Rejected
from collector.intake import judge, judge_status
from probe import key, wire
from probe.key import from_base64url
from probe.wire import Kind, WireError
from tests.integration.collector_rig import a_notice, sealed

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OWN, OTHER = key.generate(), key.generate()
KNOWN = Enrolled(probe="p1", line="casa", public_jwk=key.public_jwk(OWN), enrolled_at=AT)
TOPIC = wire.topic(Kind.RECORDS, "casa", "p1")
WORDS = (b"{", b"}", b"[", b'"', b"null", b"1e999", b"-1", b"9" * 40, b"\\u0000", b"../../x", b"[" * 600, b"\xff", b".")
TRACED = ("/probe/wire.py", "/probe/key.py", "/probe/record.py", "/probe/body/", "/collector/intake.py")
TRACE_EACH = 50  # one of so many is traced for new lines: tracing costs ten times the work itself


class Reached:
    """The lines of codec and intake that were run so far."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()

    def __call__(self, frame: FrameType, _event: str, _told: object) -> Any:
        name = frame.f_code.co_filename
        return self._line if any(one in name for one in TRACED) else None

    def _line(self, frame: FrameType, event: str, _told: object) -> Any:
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def mutant(dice: random.Random, raw: bytes) -> bytes:
    """`raw` with one to four places spoiled."""
    spoiled = bytearray(raw)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(spoiled) + 1)
        match dice.randrange(5):
            case 0 if at < len(spoiled):
                spoiled[at] = dice.randrange(256)
            case 1:
                del spoiled[at : at + dice.randint(1, 40)]
            case 2:
                spoiled[at:at] = dice.choice(WORDS)
            case 3:
                spoiled[at:at] = spoiled[at : at + dice.randint(1, 60)]
            case _:
                other = dice.randrange(len(spoiled) + 1)
                spoiled[at:at] = spoiled[other : other + 20]
    return bytes(spoiled)


def one_of(dice: random.Random, payloads: list[bytes], good: list[bytes]) -> tuple[str, bytes, bool]:
    """(topic, message, whether our key signed it for this topic)."""
    match dice.randrange(8):
        case 0 | 1:
            return TOPIC, mutant(dice, dice.choice(good)), False
        case 2:
            return wire.topic(Kind.RECORDS, "praia", "p2"), dice.choice(good), False
        case 3:
            payload = mutant(dice, dice.choice(payloads))
            return TOPIC, wire._sign(payload, typ="prova-batch", key=OTHER), False  # noqa: SLF001  a forger signs anything
        case _:
            payload = mutant(dice, dice.choice(payloads))
            payloads.append(payload)
            return TOPIC, wire._sign(payload, typ="prova-batch", key=OWN), True  # noqa: SLF001  so does a hostile probe


def settle(topic: str, message: bytes, told: Counter[str], *, signed: bool, good: frozenset[bytes]) -> None:
    arrival = Arrival(topic=topic, payload=message, received_at=AT)
    one = judge(arrival, KNOWN)
    if isinstance(one, Rejected):
        told[one.reason] += 1
        assert len(one.detail) < 1_000_000
    else:
        told["accepted"] += 1
        assert isinstance(one, Accepted)
        assert signed or (message in good and topic == TOPIC), "accepted what its probe did not sign"
        assert (one.batch.line, one.batch.probe) == ("casa", "p1")
    judge_status(arrival, KNOWN)
    try:
        wire.open_enrolment(message)
    except WireError:
        told["not an enrolment"] += 1


def fuzz(count: int, seed: int) -> None:
    dice = random.Random(seed)
    signed = [sealed([a_notice(one), a_notice(one + 1)], by=OWN, previous=None) for one in range(1, 20, 2)]
    good = frozenset(signed)
    payloads = [from_base64url(one.split(b".")[1]) for one in signed]
    reached, told = Reached(), Counter[str]()
    began, before_kib = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        known = len(payloads)
        topic, message, ours = one_of(dice, payloads, signed)
        lines = len(reached.lines)
        if number % TRACE_EACH == 0:
            sys.settrace(reached)
        try:
            settle(topic, message, told, signed=ours, good=good)
        finally:
            sys.settrace(None)
        if len(reached.lines) == lines:
            del payloads[known:]
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    print(f"{count:,} messages in {time.monotonic() - began:.0f} s; corpus {len(payloads)}, {len(reached.lines)} lines")
    print(", ".join(f"{what} {often:,}" for what, often in told.most_common()))
    print(f"memory grew by {grown_kib / 1024:.1f} MiB at most")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    fuzz(given.count, given.seed)


if __name__ == "__main__":
    main()
