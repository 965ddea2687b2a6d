"""What EMQX asks over HTTP, in the form that it documents, answered from a real register. EMQX itself is not run."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.home import CollectorHome
from collector.identity.emqx import emqx_settings
from collector.identity.files import IdentityHome
from collector.identity.gate import answer, open_gate, registers_of
from collector.identity.register import Register
from probe import clock, key
from tests.integration.collector_rig import AT, enrol_probe

RECORDS, STATUS, RECEIPT = (f"prova/1/casa/p1/{kind}" for kind in ("records", "status", "receipt"))
FOREIGN = "prova/1/loja/p2/records"


def _post(port: int, path: str, body: bytes) -> tuple[int, str, Any]:
    """As EMQX posts it: JSON, over a connection that it may keep."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=body, headers={"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as found:  # noqa: S310  our own
            return found.status, found.headers["content-type"], json.loads(found.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", None


class Emqx:
    """One EMQX node, as far as its questions go."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connects(self, user: str, *, client: str | None = None, certificate: str | None = None) -> Any:
        asked = {"username": user, "clientid": client or user, "cert_common_name": certificate or user}
        status, form, told = _post(self.port, "/authenticate", json.dumps(asked).encode())
        assert (status, form) == (200, "application/json")
        return told

    def may(self, user: str, action: str, topic: str) -> bool:
        asked = {"username": user, "action": action, "topic": topic}
        status, form, told = _post(self.port, "/authorise", json.dumps(asked).encode())
        assert (status, form) == (200, "application/json")
        return {"allow": True, "deny": False}[told["result"]]


@pytest.fixture
def homes(tmp_path: Path) -> tuple[CollectorHome, CollectorHome]:
    """Two collectors on one broker, each with one probe."""
    enrol_probe(tmp_path / "a", key.generate())
    enrol_probe(tmp_path / "b", key.generate(), line="loja", probe="p2")
    return CollectorHome(tmp_path / "a"), CollectorHome(tmp_path / "b")


@pytest.fixture
def emqx(homes: tuple[CollectorHome, CollectorHome]) -> Iterator[Emqx]:
    registers = registers_of(homes)
    with open_gate(
        lambda path, asked: answer(registers, path, asked, at=clock.now()), host="127.0.0.1", port=0
    ) as port:
        yield Emqx(port)


def test_an_enrolled_probe_connects_under_its_own_name_alone(emqx: Emqx) -> None:
    told = emqx.connects("p1")
    assert told["result"] == "allow"
    assert told["is_superuser"] is False
    assert told["expire_at"] > clock.now().timestamp() + 3600
    assert emqx.connects("p2")["result"] == "allow"  # of the other collector
    for told in (
        emqx.connects("p9"),
        emqx.connects("p1", client="p2"),
        emqx.connects("p1", certificate="p2"),
        emqx.connects("p1", certificate="${cert_common_name}"),
    ):
        assert told == {"result": "deny"}


def test_a_probe_writes_its_own_topics_and_reads_its_own_receipts_and_nothing_else(emqx: Emqx) -> None:
    assert emqx.may("p1", "publish", RECORDS)
    assert emqx.may("p1", "publish", STATUS)
    assert emqx.may("p1", "subscribe", RECEIPT)
    for action, topic in (
        ("publish", RECEIPT),
        ("publish", FOREIGN),
        ("subscribe", RECORDS),
        ("subscribe", "prova/1/casa/+/receipt"),
        ("subscribe", "#"),
        ("subscribe", "$share/x/prova/1/+/+/records"),
        ("retain", RECORDS),
    ):
        assert not emqx.may("p1", action, topic)
    assert emqx.connects("p1")["acl"] == [
        {"permission": "allow", "action": "publish", "topic": RECORDS},
        {"permission": "allow", "action": "publish", "topic": STATUS},
        {"permission": "allow", "action": "subscribe", "topic": f"eq {RECEIPT}"},
        {"permission": "deny", "action": "all", "topic": "#"},
    ]


def test_collectors_read_what_probes_write_and_write_receipts(emqx: Emqx) -> None:
    for user in ("prova.collector", "prova.collector.2"):
        assert emqx.connects(user)["result"] == "allow"
        assert emqx.may(user, "subscribe", "prova/1/+/+/records")
        assert emqx.may(user, "publish", RECEIPT)
        assert not emqx.may(user, "publish", RECORDS)
        assert not emqx.may(user, "subscribe", "#")
    assert emqx.connects("prova.collectors") == {"result": "deny"}


def test_who_is_revoked_is_refused_from_that_moment(emqx: Emqx, homes: tuple[CollectorHome, CollectorHome]) -> None:
    assert emqx.may("p2", "publish", FOREIGN)
    Register(IdentityHome(homes[1]).register).revoke("p2", at=AT)
    assert emqx.connects("p2") == {"result": "deny"}
    assert not emqx.may("p2", "publish", FOREIGN)
    assert emqx.may("p1", "publish", RECORDS)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 20_000, b'{"username": {}}', b"x" * 50_000])
def test_what_is_no_question_is_no_permission_and_the_gate_stays_open(emqx: Emqx, body: bytes) -> None:
    status, _, told = _post(emqx.port, "/authenticate", body)
    assert status == 400 or told == {"result": "deny"}
    assert _post(emqx.port, "/elsewhere", b"{}")[0] == 400
    assert emqx.connects("p1")["result"] == "allow"


def test_the_settings_ask_for_certificates_and_deny_what_nobody_allows(tmp_path: Path) -> None:
    told = emqx_settings(tmp_path, port=8883, asked_url="http://127.0.0.1:8885")
    assert told.count("{") == told.count("}")
    for needed in (
        "fail_if_no_peer_cert = true",
        "peer_cert_as_clientid = cn",
        "no_match = deny",
        'url = "http://127.0.0.1:8885/authenticate"',
        'cert_common_name = "${cert_common_name}"',
        "listeners.tcp.default.enable = false",
    ):
        assert needed in told
