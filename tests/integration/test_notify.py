"""`prova notify` against a real receiver: what goes out, once, in one's language; and no address is ever shown."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from analysis.contract_file import load as load_contract
from analysis.tell.news import Told
from prova.example import fill
from prova.exit import Exit
from prova.home import Home
from prova.notify import memory
from prova.notify.look import Looked, look
from prova.notify.send import Messenger
from prova.notify.settings import NotifyError, load

SECRET = "not-to-be-seen"


class Receiver:
    """An HTTP server that keeps what it is sent; `status` is what it answers."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status == 200:
                    receiver.got.append(json.loads(body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"json://user:{SECRET}@127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    with one.server:
        serving = Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield one
        finally:
            one.server.shutdown()
            serving.join(20)


def settle(home: Path, *urls: str, rights: int = 0o600, more: str = "") -> None:
    home.mkdir(exist_ok=True)
    (home / "notify.toml").write_text(f'urls_file = "notify-urls"\n{more}')
    (home / "notify-urls").write_text("".join(f"{one}\n" for one in ("# mine", *urls)))
    (home / "notify-urls").chmod(rights)


def prova(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prova.main", "notify", *arguments],
        env={**os.environ, "PROVA_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_a_test_message_arrives_and_its_failure_is_told_without_the_address(tmp_path: Path, receiver: Receiver) -> None:
    settle(tmp_path, receiver.url)
    done = prova(tmp_path, "test")
    assert done.returncode == Exit.DONE, done.stderr
    assert [one["title"] for one in receiver.got] == ["Prova: ensaio"]
    receiver.status = 500
    failed = prova(tmp_path, "test")
    assert failed.returncode == Exit.UNREACHABLE
    assert SECRET not in done.stdout + done.stderr + failed.stdout + failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("urls", "rights", "more", "told"),
    [
        ((f"json://u:{SECRET}@127.0.0.1",), 0o644, "", "chmod 600"),
        ((), 0o600, "", "has 0 addresses"),
        ((f"nothing-known://{SECRET}",), 0o600, "", "Address 1 of the file is none that is known"),
        ((f"json://{SECRET}",), 0o600, 'quiet_from = "late"\nlang = "fr"\ndayz = 3\n', "is no time of day"),
    ],
)
def test_what_cannot_be_used_is_told_without_the_address(
    urls: tuple[str, ...], rights: int, more: str, told: str, tmp_path: Path
) -> None:
    settle(tmp_path, *urls, rights=rights, more=more)
    with pytest.raises(NotifyError, match=told) as raised:
        Messenger(load(tmp_path / "notify.toml").urls)
    assert SECRET not in str(raised.value)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_month_is_told_once_in_order_over_restarts(tmp_path: Path, receiver: Receiver) -> None:
    home = Home(tmp_path / "home")
    fill.fill(home, date(2026, 10, 31))
    settle(home.path, receiver.url, more='lang = "en"\n')
    settings, contract = load(home.path / "notify.toml"), load_contract(home.contract)
    place, messenger = home.path / "notify-told.json", Messenger(settings.urls)
    memory.keep(place, Told(datetime(2026, 10, 20, tzinfo=UTC)))

    def looked(now: datetime) -> Looked:
        return look(home, contract, settings, now, messenger.tell)

    night = datetime(2026, 10, 28, 3, tzinfo=UTC)
    assert looked(night) == Looked(0, 0)
    in_the_cut = night + timedelta(hours=8)
    receiver.status = 503
    failed = looked(in_the_cut)
    assert (failed.told_count, receiver.got) == (0, [])
    assert failed.failed_count > 0
    receiver.status = 200
    assert looked(in_the_cut) == Looked(failed.failed_count, 0)
    titles = [one["title"] for one in receiver.got]
    assert "Prova: the line is down" in titles
    assert looked(in_the_cut + timedelta(minutes=5)) == Looked(0, 0)
    after = looked(datetime(2026, 10, 29, 18, tzinfo=UTC))
    assert after.told_count > 0
    assert "Prova: the line is back" in [one["title"] for one in receiver.got]
    keys = list(json.loads(place.read_text())["told"])
    assert len(keys) == len(set(keys))
    assert SECRET not in place.read_text()
