"""`prova measure` as a person calls it: every method, and what it says where a test cannot be made."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from probe.throughput.server import MeasuringServer
from prova.exit import Exit
from tests.integration.ndt7_rig import a_certificate


def prova(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prova.main", "measure", *arguments],
        env={**os.environ, "PROVA_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("method", "streams"), [("ndt7", 1), ("msak", 3), ("librespeed", 2), ("udp", 1)])
def test_every_method_with_a_server_of_our_own_demonstrates_itself(method: str, streams: int, tmp_path: Path) -> None:
    ended = prova(
        *("--method", method, "--streams", str(streams), "--direction", "download", "--duration", "2", "--json"),
        "--series",
        home=tmp_path,
    )
    assert ended.returncode == Exit.DONE, ended.stderr
    (test,) = json.loads(ended.stdout)["tests"]
    assert (test["method"], test["failure"]) == (method, None)
    assert test["rate_bps"] > 0
    arrived = [one["received_bytes"] for one in test["series"]]
    assert arrived == sorted(arrived)
    assert 0 < arrived[-1] <= test["bytes"]
    assert "demonstration, not evidence" in ended.stderr
    assert not list(tmp_path.iterdir()), "nothing is stored"


def test_m_lab_is_not_asked_without_consent(tmp_path: Path) -> None:
    ended = prova("--server", "mlab", home=tmp_path)
    assert ended.returncode == Exit.USAGE
    assert "publishes every test together with your IP address" in ended.stderr
    assert "--accept-mlab-policy" in ended.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--server", "mlab", "--method", "udp"), "M-Lab has no servers for udp"),
        (("--server", "ws://h", "--method", "librespeed"), "must be http://HOST"),
        (("--server", "ws://127.0.0.1:9", "--family", "ipv6"), "127.0.0.1 is an IPv4 address, but family is ipv6"),
        (("--line", "Casa!"), "must be 1 to 63 of a-z"),
        (("--server", "ws://127.0.0.1:9", "--duration", "nan"), "duration_s must be 1 to 60 seconds"),
        (("--streams", "17"), "17 is not in the range"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    ended = prova(*arguments, home=tmp_path)
    assert ended.returncode == Exit.USAGE
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_jurisdictions_figure_stands_beside_ours(tmp_path: Path) -> None:
    wish = ("--method", "msak", "--direction", "upload", "--method-profile", "at-rtr-netztest", "--json")
    ended = prova(*wish, home=tmp_path)
    assert ended.returncode == Exit.DONE, ended.stderr
    (test,) = json.loads(ended.stdout)["tests"]
    assert test["prescribed"]["profile"] == "at-rtr-netztest"


def test_what_a_profile_decides_cannot_be_asked_beside_it(tmp_path: Path) -> None:
    ended = prova("--method-profile", "at-rtr-netztest", "--adaptive", "--streams", "2", home=tmp_path)
    assert ended.returncode == Exit.USAGE
    assert "leave out --adaptive, --streams" in ended.stderr


def test_a_cap_of_bytes_is_kept(tmp_path: Path) -> None:
    """Whether so much says a rate depends on how fast this machine is; what it moves does not."""
    wish = ("--direction", "download", "--duration", "50", "--most-bytes", "2000000000", "--json")
    (test,) = json.loads(prova(*wish, home=tmp_path).stdout)["tests"]
    assert test["ended_by"] == "byte_cap"
    assert 2_000_000_000 <= test["bytes"] < 3_000_000_000


def test_an_authority_of_ones_own_is_trusted_where_it_is_named(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    with MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as server:
        port = server.address[1]
        wish = ("--server", f"wss://127.0.0.1:{port}", "--direction", "download", "--duration", "1", "--json")
        refused = prova(*wish, home=tmp_path / "home")
        assert refused.returncode == Exit.UNREACHABLE
        assert "--ca-file" in refused.stderr
        (test,) = json.loads(prova(*wish, "--ca-file", str(cert), home=tmp_path / "home").stdout)["tests"]
        clear = prova("--server", f"ws://127.0.0.1:{port}", "--direction", "download", home=tmp_path / "home")
    assert test["failure"] is None
    assert test["tls"]
    assert clear.returncode == Exit.EVIDENCE
    assert "wss://" in clear.stderr


def test_an_interrupted_test_ends_at_once_and_says_so(tmp_path: Path) -> None:
    wish = ("--duration", "30", "--most-bytes", str(10**15))
    with subprocess.Popen(
        [sys.executable, "-m", "prova.main", "measure", *wish],
        env={**os.environ, "PROVA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        seen = b""
        while b"Mbit/s" not in seen:  # under load
            more = os.read(process.stderr.fileno(), 4096)
            assert more, seen
            seen += more
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=20)
    assert process.returncode == 130
    assert rest.endswith(b"Stopped.\n")
    assert out.decode().split("\n")[0] == "download  not measured: stopped"
