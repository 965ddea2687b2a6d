"""Findings sent on to a real receiver, which says yes, no or nothing, and sees the sender killed."""

import hashlib
import hmac
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analysis.contract_file import load
from collector.store import Store
from dashboards.hook.desk import Desk, secrets_of
from dashboards.hook.desk import load as load_hooks
from dashboards.hook.hook import secret_text
from dashboards.hook.message import Message
from dashboards.hook.outbox import Outbox
from prova.home import Home
from tests.e2e.served import CONTRACT
from tests.e2e.stores import BREACHED, NOW, fill

SECRET = secret_text(b"0123456789abcdef01234567")
WITHIN_S = 60


@dataclass(slots=True)
class Receiver:
    """`answers` says what it answers to the n-th request, from 0; `taken` the bodies of those with a 2xx, by id."""

    port: int = 0
    answers: Callable[[int], int] = field(default=lambda _: 204)
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int) -> None:
        with self.came:
            assert self.came.wait_for(lambda: len(self.seen) >= count, WITHIN_S), f"{len(self.seen)} came"

    @property
    def ids(self) -> list[str]:
        return [head["webhook-id"] for head, _ in self.seen]


@contextmanager
def receiving(answers: Callable[[int], int] = lambda _: 204) -> Iterator[Receiver]:
    receiver = Receiver(answers=answers)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with receiver.came:
                number = len(receiver.seen)
                receiver.seen.append(({name.lower(): word for name, word in self.headers.items()}, body))
                receiver.came.notify_all()
            status = receiver.answers(number)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join(WITHIN_S)


def settle(home: Path, port: int, **more: object) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "desk.secret").touch(0o600)
    (home / "desk.secret").write_text(SECRET)
    fields = {
        "name": "desk",
        "url": f"http://127.0.0.1:{port}/x?y=1",
        "secret_file": "desk.secret",
        "allow_private": True,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in (fields | more).items()]
    (home / "hooks.toml").write_text("\n".join(["[[hook]]", *lines]))


def a_desk(home: Path, clock: Callable[[], datetime], said: list[str]) -> Desk:
    hooks = load_hooks(home / "hooks.toml")
    return Desk(
        hooks=hooks,
        secrets=secrets_of(hooks),
        outbox=Outbox(Home(home).outbox),
        clock=clock,
        software="prova/test",
        say=said.append,
    )


def is_signed(head: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, from the specification alone."""
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    right = hmac.new(b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    return f"v1,{b64encode(right).decode()}" in head["webhook-signature"].split()


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def test_a_breach_that_is_found_is_sent_once_signed_and_not_again(tmp_path: Path) -> None:
    fill(tmp_path, replace(BREACHED, days=1))
    (tmp_path / "contract.toml").write_text(CONTRACT)
    store, contract = Store(tmp_path / "collector" / "journal.sqlite3"), load(tmp_path / "contract.toml")
    with receiving() as receiver:
        settle(tmp_path, receiver.port, rules=["speed.normal"])
        desk = a_desk(tmp_path, Clock(), [])
        put = desk.judge(store, [contract], days=2)
        assert put > 0
        assert desk.deliver() == put
        assert desk.judge(store, [contract], days=2) == 0
        assert desk.deliver() == 0
    assert len(set(receiver.ids)) == len(receiver.ids) == put
    for head, body in receiver.seen:
        assert is_signed(head, body)
        told = json.loads(body)
        assert told["type"] == "finding.breached"
        assert told["data"]["rule"] == "speed.normal"
        assert told["data"]["line"] == "casa"


def messages(count: int) -> list[Message]:
    return [Message(id=f"msg_{number}", hook="desk", body=b'{"n":%d}' % number) for number in range(count)]


def test_what_is_not_taken_comes_again_later_with_the_same_id_and_a_new_time(tmp_path: Path) -> None:
    clock, said = Clock(), []  # type: tuple[Clock, list[str]]
    with receiving(lambda number: 503 if number == 0 else 200) as receiver:
        settle(tmp_path, receiver.port)
        desk = a_desk(tmp_path, clock, said)
        desk.outbox.put(messages(2), at=NOW)
        assert desk.deliver() == 0
        assert desk.deliver() == 0, "a receiver in trouble is left alone"
        assert len(receiver.seen) == 1
        clock.at += timedelta(seconds=7)
        assert desk.deliver() == 2
    assert sorted(receiver.ids) == ["msg_0", "msg_0", "msg_1"]
    first, again = (head for head, _ in receiver.seen if head["webhook-id"] == "msg_0")
    assert int(again["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 7
    assert "503" in said[0]


def test_a_message_that_is_refused_does_not_keep_others_back(tmp_path: Path) -> None:
    with receiving(lambda number: 400 if number == 0 else 200) as receiver:
        settle(tmp_path, receiver.port)
        desk = a_desk(tmp_path, Clock(), [])
        desk.outbox.put(messages(3), at=NOW)
        assert desk.deliver() == 2


def test_a_receiver_that_wants_nothing_more_is_left_alone_until_it_is_reopened(tmp_path: Path) -> None:
    clock, said = Clock(), []  # type: tuple[Clock, list[str]]
    with receiving(lambda number: 410 if number == 0 else 200) as receiver:
        settle(tmp_path, receiver.port)
        desk = a_desk(tmp_path, clock, said)
        desk.outbox.put(messages(2), at=NOW)
        desk.deliver()
        clock.at += timedelta(days=1)
        assert desk.deliver() == 0
        assert len(receiver.seen) == 1
        desk.outbox.reopen("desk", at=clock.at)
        assert desk.deliver() == 2
    assert "hooks reopen desk" in said[0]


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with receiving(lambda _: 302) as receiver:
        settle(tmp_path, receiver.port)
        desk = a_desk(tmp_path, Clock(), [])
        desk.outbox.put(messages(1), at=NOW)
        assert desk.deliver() == 0
        assert len(receiver.seen) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_this_machine_is_not_reached_by_any_of_its_names_unless_that_is_meant(tmp_path: Path, host: str) -> None:
    with receiving() as receiver:
        settle(tmp_path, receiver.port, url=f"https://{host}:{receiver.port}/x", allow_private=False)
        said: list[str] = []
        desk = a_desk(tmp_path, Clock(), said)
        desk.outbox.put(messages(1), at=NOW)
        assert desk.deliver() == 0
        assert receiver.seen == []
    assert "which is no public address" in said[0] or "no answer" in said[0]


def test_one_that_is_not_there_is_said_and_tried_again(tmp_path: Path) -> None:
    settle(tmp_path, 9)
    said: list[str] = []
    desk = a_desk(tmp_path, Clock(), said)
    desk.outbox.put(messages(1), at=NOW)
    assert desk.deliver() == 0
    assert "no answer" in said[0]
    assert desk.outbox.state("desk").waiting_count == 1


def start(home: Path) -> "subprocess.Popen[bytes]":
    words = (sys.executable, "-m", "prova.main", "api", "hooks", "run", "--home", str(home))
    return subprocess.Popen(words, stderr=subprocess.PIPE)


def end(child: "subprocess.Popen[bytes]", number: int) -> None:
    os.kill(child.pid, number)
    child.wait(WITHIN_S)
    assert child.stderr is not None
    child.stderr.close()


def test_killed_between_sending_and_hearing_yes_nothing_is_lost(tmp_path: Path) -> None:
    """At each of two requests the sender is killed before it hears the answer; then it may go on."""
    held = threading.Event()

    def answer(number: int) -> int:
        if number < 2:
            held.wait(WITHIN_S)
        return 200

    with receiving(answer) as receiver:
        settle(tmp_path, receiver.port)
        Outbox(Home(tmp_path).outbox).put(messages(3), at=datetime.now(UTC) - timedelta(minutes=1))  # noqa: TID251
        for number in range(2):
            child = start(tmp_path)
            receiver.wait_for(number + 1)
            end(child, signal.SIGKILL)
        held.set()
        child = start(tmp_path)
        receiver.wait_for(5)
        box = Outbox(Home(tmp_path).outbox)
        while box.state("desk").sent_count < 3:
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.1)
        end(child, signal.SIGTERM)
    assert child.returncode == 0
    assert set(receiver.ids) == {f"msg_{number}" for number in range(3)}
    assert all(is_signed(head, body) for head, body in receiver.seen)
    assert receiver.ids[:3] == ["msg_0"] * 3
