"""How fast EMQX's questions are answered: `prova collector enrol answer` as a process, asked over kept connections.

Beside it, in the same run, Python's own HTTP server answers a fixed line: what HTTP alone costs here. Each connection
asks as EMQX does when a client connects, one probe after another; half a fleet asks after a broker's restart.

    python -m bench.emqx [--probes 10000] [--questions 4000] [--connections 8]
"""

import argparse
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from collector.home import CollectorHome
from collector.identity.files import IdentityHome
from collector.identity.register import Register
from collector.journal import Journal
from prova.port import free_port

_PEER = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", -1
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "18")
        self.end_headers()
        self.wfile.write(b'{"result":"allow"}')
    def log_message(self, *_): pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def _fleet(home: CollectorHome, probes: int) -> None:
    Journal(home.journal).close()
    Register(IdentityHome(home).register)
    with closing(sqlite3.connect(home.journal)) as db, db:
        db.executemany(
            "INSERT INTO probe (probe, line, public_jwk, enrolled_us) VALUES (?, ?, '{}', 0)",
            [(f"p{number}", f"line-{number}") for number in range(probes)],
        )


@contextmanager
def _serving(argv: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(argv, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as link:
                if link.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.kill()
        process.wait(10)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ask(port: int, names: list[str], took_s: list[float]) -> None:
    """Over one connection, each after the answer to the one before it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for name in names:
            body = json.dumps({"username": name, "clientid": name, "cert_common_name": name}).encode()
            head = f"POST /authenticate HTTP/1.1\r\nhost: h\r\ncontent-length: {len(body)}"
            began = time.perf_counter()
            link.sendall(head.encode() + b"\r\n\r\n" + body)
            told = link.recv(65_536)
            took_s.append(time.perf_counter() - began)
            assert b"allow" in told, told


def _asked(what: str, port: int, pid: int, asked: tuple[int, int, int]) -> None:
    questions, connections, probes = asked
    took_s: list[float] = []
    shares = [
        [f"p{number * 7919 % probes}" for number in range(one, questions, connections)] for one in range(connections)
    ]
    askers = [threading.Thread(target=_ask, args=(port, names, took_s)) for names in shares]
    cpu_s, began = _cpu_s(pid), time.perf_counter()
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    wall_s, cpu_s = time.perf_counter() - began, _cpu_s(pid) - cpu_s
    assert len(took_s) == questions
    p99 = statistics.quantiles(took_s, n=100)[98]
    print(
        f"{what}: {questions / wall_s:.0f} questions/s; median {statistics.median(took_s) * 1e3:.1f} ms,"
        f" 99 % within {p99 * 1e3:.1f} ms; {cpu_s / questions * 1e6:.0f} us of CPU a question"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--probes", type=int, default=10_000)
    options.add_argument("--questions", type=int, default=4000)
    options.add_argument("--connections", type=int, default=8)
    given = options.parse_args()
    asked = (given.questions, given.connections, given.probes)
    with tempfile.TemporaryDirectory() as folder:
        home = CollectorHome(Path(folder))
        _fleet(home, given.probes)
        port, peer = free_port(), free_port()
        answer = [sys.executable, "-m", "prova.main", "collector", "enrol", "answer", "--home", folder]
        with _serving([sys.executable, "-c", _PEER, str(peer)], peer) as pid:
            _asked("a fixed line, http.server", peer, pid, asked)
        with _serving([*answer, "--listen", f"127.0.0.1:{port}"], port) as pid:
            _asked(f"enrol answer, {given.probes} probes", port, pid, asked)


if __name__ == "__main__":
    main()
