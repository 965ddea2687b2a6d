"""A change of the signing key under kill -9, at calls that its code makes: the probe sends, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# A child changes the key, once by its own word and once by a ticket, with a collector's desk in the same process, and
# kills itself at the call that it was told. The next one goes on from there; at last one goes on to the end.
KILLED = """
import json, os, random, signal, sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from collector.desk import Desk
from collector.enrolment import enrol, replace_key
from collector.envelope import Arrival
from collector.home import CollectorHome
from collector.identity import keyring
from collector.journal import Journal
from collector.proof.audit.check import Question, check
from collector.store import Store
from probe import identity, key, keyfile, wire
from probe.body.notice import Notice, NoticeKind
from probe.identity import ProbeHome
from probe.publish import Publisher
from probe.record import Stamp
from probe.spool import Draft, Spool
from probe.uplink.broker import Destination
from probe.uplink.rotation import Rotation
from probe.wire import Kind, topic

folder, every, phase = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
AT = datetime(2026, 11, 22, tzinfo=UTC)
ROTATION = ("probe/uplink/rotation.py", "probe/keyfile.py", "probe/backlog/rekey.py")
COUNTED = (*ROTATION, "probe/spool.py", "collector/journal.py")
calls = 0

def killing(at):
    def called(frame, event, _):
        global calls
        if event in ("call", "c_call", "return") and frame.f_code.co_filename.endswith(COUNTED):
            calls += 1
            if calls == at:
                os.kill(os.getpid(), signal.SIGKILL)
    return called

def work(home, root, by_ticket, pumps):
    who = identity.load_or_make(home, line="casa", probe="p1")
    with (
        closing(Journal(CollectorHome(root).journal)) as journal,
        Spool(home.spool, line="casa", probe="p1", key=who.key) as spool,
    ):
        own = keyfile.load_or_make(CollectorHome(root).key)
        to = Destination(host="localhost", port=1, receipt_key=own, username="p1", password="")
        publisher = Publisher(spool, identity=who, to=to, say=lambda _: None, uniform=random.random)
        rotation = Rotation(spool, home, key=who.key, software="t", say=lambda _: None, wake=lambda: None)
        publisher.heed_keys(rotation.heed)
        desk = Desk(journal, own)
        for number in range(pumps):
            stamp = Stamp(at=AT + timedelta(seconds=number), monotonic_ns=1, boot_id="b")
            spool.append(Draft(started=stamp, ended=stamp, software="t", body=Notice(kind=NoticeKind.STARTED)))
            if number == 1 and len(keyring.keys_of(journal.enrolled("p1"))) == 1:
                jwk = key.public_jwk(keyfile.load_or_make(home.next_key))
                if by_ticket:
                    journal.revoke_key("p1", None, at=AT)
                    replace_key(root, probe="p1", line="casa", public_jwk=jwk, at=AT)
            rotation.look()
            for _ in range(4):
                batch = spool.next_batch()
                if batch is None:
                    break
                came = Arrival(topic=topic(Kind.RECORDS, "casa", "p1"), payload=batch.signed, received_at=AT)
                for answer in desk.answers(desk.settle(desk.judge([came])).receipts):
                    publisher._take(answer.payload)

def begun(name, by_ticket):
    home, root = ProbeHome(root=folder / name / "probe"), folder / name / "collector"
    who = identity.load_or_make(home, line="casa", probe="p1")
    if not CollectorHome(root).journal.exists():
        enrol(root, probe="p1", line="casa", public_jwk=key.public_jwk(who.key), at=AT)
    return home, root

def child(at, home, root, by_ticket):
    pid = os.fork()
    if pid == 0:
        sys.setprofile(killing(at))
        work(home, root, by_ticket, 5)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL

told = {"kills": 0, "changed": 0, "defects": []}
for by_ticket in (False, True):
    at = phase
    while True:
        at += every
        home, root = begun(f"{by_ticket}-{at}", by_ticket)
        before = keyfile.load_or_make(home.key).thumbprint()
        if not child(at, home, root, by_ticket):
            break
        told["kills"] += 1
        work(home, root, by_ticket, 4)
        state = Spool(home.spool, line="casa", probe="p1", key=keyfile.load_or_make(home.key))
        with state as spool:
            left = spool.state()
        records = Store(CollectorHome(root).journal).records(["casa"], AT - timedelta(days=1), AT + timedelta(days=1))
        kept = sorted(one.record.sequence for one in records)
        found = check(CollectorHome(root), Question(), say=lambda _: None).defects
        changed = keyfile.load_or_make(home.key).thumbprint() != before
        told["changed"] += changed
        whole = kept == list(range(1, left.last_sequence + 1)) and left.sealed_batches + left.unsealed_records == 0
        if found or not whole or left.rejected_batches or not changed:
            told["defects"].append([by_ticket, at, kept, repr(left), changed, repr(found)])
print(json.dumps(told))
"""


def _killed(folder: Path, *, every: int, phase: int) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(every), str(phase)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_change_of_key_that_is_killed_leaves_a_probe_that_sends_and_a_store_that_holds(tmp_path: Path) -> None:
    told = _killed(tmp_path, every=199, phase=13)
    assert told["defects"] == []
    assert told["kills"] == told["changed"]
    assert int(str(told["kills"])) >= 5


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_change_of_key_is_killed_at_every_third_call(tmp_path: Path) -> None:
    told = _killed(tmp_path, every=3, phase=0)
    assert told["defects"] == []
    assert int(str(told["kills"])) >= 300
