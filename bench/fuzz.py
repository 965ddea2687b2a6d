"""Hostile bytes against codec, intake and store: nothing may raise, grow without bound, get in unsigned or get out.

A corpus of good messages is mutated: bytes flipped, cut, repeated and spliced; payloads mutated and signed again,
so that the decoder behind the signature is reached; messages replayed on other topics. A mutant that reaches a line of
code that none reached before joins the corpus. All of it goes through the collector's desk into a real store, which is
checked at the end; no file outside it may be written, nothing connected to, no process started. Prints counts and the
growth of memory. `bench.fuzz_guided` asks a coverage-guided fuzzer instead.

    python -m bench.fuzz [--count 1000000] [--seed 1]
"""

import argparse
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from collector.desk import Desk, Looked
from collector.envelope import Accepted, Arrival, Enrolled, Rejected
from collector.home import CollectorHome
from collector.intake import judge, judge_status
from collector.journal import Journal
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import DefectKind
from probe import key, keyfile, wire
from probe.key import from_base64url
from probe.wire import Kind, WireError
from tests.integration.collector_rig import a_notice, sealed

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OWN, OTHER = key.generate(), key.generate()
KNOWN = Enrolled(probe="p1", line="casa", public_jwk=key.public_jwk(OWN), enrolled_at=AT)
TOPIC = wire.topic(Kind.RECORDS, "casa", "p1")
WORDS = (b"{", b"}", b"[", b'"', b"null", b"1e999", b"-1", b"9" * 40, b"\\u0000", b"../../x", b"[" * 600, b"\xff", b".")
TRACED = ("/probe/wire.py", "/probe/key.py", "/probe/record.py", "/probe/body/", "/collector/intake.py")
_NEVER = {"socket.connect", "socket.bind", "subprocess.Popen", "os.exec", "os.fork", "os.system", "exec"}
_CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.link", "os.symlink", "os.truncate", "sqlite3.connect"}
_GROUP = 300  # messages to one commit, as the collector takes them
_MOST_GROWN_MIB = 300
TRACE_EACH = 50  # one of so many is traced for new lines: tracing costs ten times the work itself


class Fence:
    """Whether anything was written outside a folder, connected to or started since it was put up."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self.closed = False
        sys.addaudithook(self._heard)  # for as long as the process lives

    def _heard(self, event: str, told: tuple[Any, ...]) -> None:
        if not self.closed:
            return
        if event in _NEVER:
            raise AssertionError(f"{event} {told!r}")
        writes = event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if (writes or event in _CHANGES) and not str(told[0]).startswith(self._folder):
            raise AssertionError(f"{event} outside the store: {told!r}")


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


def judged(topic: str, message: bytes, told: Counter[str], *, signed: bool, good: frozenset[bytes]) -> Looked:
    """What the intake makes of it. Raises where it lets in what it must not."""
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
    return Looked(topic, one)


def fuzz(count: int, seed: int, home: Path) -> None:
    dice = random.Random(seed)
    signed = [sealed([a_notice(one), a_notice(one + 1)], by=OWN, previous=None) for one in range(1, 20, 2)]
    good = frozenset(signed)
    payloads = [from_base64url(one.split(b".")[1]) for one in signed]
    reached, told = Reached(), Counter[str]()
    with stored(home) as desk:
        fence, group = Fence(home), list[Looked]()
        began, before_kib = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(count):
            known = len(payloads)
            topic, message, ours = one_of(dice, payloads, signed)
            lines = len(reached.lines)
            fence.closed = True
            if number % TRACE_EACH == 0:
                sys.settrace(reached)
            try:
                keep(desk, group, judged(topic, message, told, signed=ours, good=good))
            finally:
                sys.settrace(None)
                fence.closed = False
            if len(reached.lines) == lines:
                del payloads[known:]
        desk.settle(group)
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
    print(f"{count:,} messages in {time.monotonic() - began:.0f} s; corpus {len(payloads)}, {len(reached.lines)} lines")
    print(", ".join(f"{what} {often:,}" for what, often in told.most_common()))
    print(f"memory grew by {grown_mib:.1f} MiB at most; {after(home)}")
    assert grown_mib < _MOST_GROWN_MIB


def keep(desk: Desk, group: list[Looked], looked: Looked) -> None:
    """Into the store, a group at a time, and answered."""
    group.append(looked)
    if len(group) == _GROUP:
        desk.answers(desk.settle(group).receipts)
        group.clear()


@contextmanager
def stored(home: Path) -> Iterator[Desk]:
    """A collector's desk over a store that knows our probe."""
    layout = CollectorHome(home)
    with closing(Journal(layout.journal)) as journal:
        journal.enrol(KNOWN)
        yield Desk(journal, keyfile.load_or_make(layout.key))


def after(home: Path) -> str:
    """What is in the store, checked; only what the probe signed may be."""
    found = check(CollectorHome(home), Question(), say=lambda _: None)
    broken = [one for one in found.defects if one.kind is not DefectKind.CHAIN]  # a hostile probe signs what it likes
    assert not broken, broken[:3]
    size_mib = CollectorHome(home).journal.stat().st_size / 1024 / 1024
    return f"the store holds {found.batch_count} batches, all of them signed, in {size_mib:.0f} MiB"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with TemporaryDirectory(prefix="prova-fuzz-") as scratch:
        fuzz(given.count, given.seed, Path(scratch))


if __name__ == "__main__":
    main()
