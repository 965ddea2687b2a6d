"""Whom findings are sent to, and how they are signed."""

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.finding import Verdict
from dashboards.hook.hook import Hook, HookError, is_public, read, secret_of, secret_text
from dashboards.hook.message import WAITS_S, Message, of_finding, signature, wait_s
from dashboards.hook.outbox import Outbox
from tests.unit.dashboards.hook_findings import a_finding

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HOOK = Hook(name="desk", url="https://desk.example/x", secret_file=Path("s"))
TABLE = {"name": "desk", "url": "https://desk.example/x", "secret_file": "s"}


def problems(*tables: Mapping[str, object]) -> str:
    with pytest.raises(HookError) as caught:
        read({"hook": list(tables)}, Path("/home"), "hooks.toml")
    return str(caught.value)


def test_a_signature_is_the_one_of_the_specifications_libraries() -> None:
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert secret is not None
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64))
def test_a_secret_is_read_as_it_is_written(secret: bytes) -> None:
    assert secret_of(secret_text(secret) + "\n") == secret


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="])
def test_what_is_no_secret_is_none(text: str) -> None:
    assert secret_of(text) is None


def test_the_same_finding_is_the_same_message_and_another_verdict_another() -> None:
    one = a_finding()
    first, later = (of_finding(HOOK, "casa", one, at).id for at in (NOW, NOW + timedelta(hours=1)))
    assert first == later
    assert of_finding(HOOK, "casa", replace(one, verdict=Verdict.MET), NOW).id != first
    assert of_finding(HOOK, "lar", one, NOW).id != first


def test_addresses_are_sent_to_none_that_did_not_ask_for_them() -> None:
    told = replace(a_finding(), measured={"server": "wss://203.0.113.7"})
    assert b"203.0.113.7" not in of_finding(HOOK, "casa", told, NOW).body
    assert b"203.0.113.7" in of_finding(replace(HOOK, personal=True), "casa", told, NOW).body


def test_a_hook_hears_of_what_it_wants() -> None:
    finding = a_finding()
    assert HOOK.wants("casa", finding)
    assert not HOOK.wants("casa", replace(finding, verdict=Verdict.MET))
    assert replace(HOOK, rules=("speed.*",)).wants("casa", finding)
    assert not replace(HOOK, rules=("availability.*",)).wants("casa", finding)
    assert not replace(HOOK, lines=("lar",)).wants("casa", finding)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fc00::1",
        "fe80::1%eth0",
        "ff02::1",
        "::ffff:169.254.169.254",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_an_address_that_is_not_public_is_known_whatever_it_is_wrapped_in(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_makes_no_address_public(address: ipaddress.IPv4Address) -> None:
    if not is_public(str(address)):
        assert not is_public(f"::ffff:{address}")
        assert not is_public(str(ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address))))


def test_a_public_address_is_public() -> None:
    assert is_public("8.8.8.8")
    assert is_public("2606:4700::1111")
    assert is_public("64:ff9b::808:808")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "http://desk.example"}, "not encrypted"),
        ({"url": "https://me:pw@desk.example"}, "holds a name"),
        ({"url": "file:///etc/passwd"}, "no address"),
        ({"url": "https://desk.example:99999"}, "no address"),
        ({"url": "https://desk.example/\r\nX: y"}, "no address"),
        ({"name": "A B"}, "is no name"),
        ({"verdicts": ["bad"]}, "is none"),
        ({"allow_private": 1}, "neither true nor false"),
        ({"colour": "red"}, "unknown key"),
        ({"lines": "casa"}, "no list"),
    ],
)
def test_a_setting_that_will_not_do_is_told_with_its_mend(change: dict[str, object], said: str) -> None:
    assert said in problems(TABLE | change)


def test_all_problems_are_told_at_once() -> None:
    told = problems({"name": "A"}, TABLE, TABLE)
    assert told.count("\n") == 4


def test_plain_http_is_for_ones_own_network() -> None:
    (hook,) = read({"hook": [TABLE | {"url": "http://10.0.0.1/x", "allow_private": True}]}, Path("/home"), "x")
    assert hook.secret_file == Path("/home/s")


@given(st.integers(1, len(WAITS_S)), st.floats(0, 1))
def test_waits_are_spread_by_a_fifth_and_end(attempts: int, chance: float) -> None:
    wait = wait_s(attempts, chance)
    assert wait is not None
    assert 0.8 * WAITS_S[attempts - 1] <= wait <= 1.2 * WAITS_S[attempts - 1]
    assert wait_s(len(WAITS_S) + 1, chance) is None


def test_a_message_is_put_in_once_whatever_became_of_it(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box.sqlite3")
    one = Message(id="msg_1", hook="desk", body=b"{}")
    assert (box.put([one], at=NOW), box.put([one], at=NOW)) == (1, 0)
    box.sent("msg_1", at=NOW)
    assert box.put([one], at=NOW + timedelta(days=1)) == 0
    assert box.due("desk", at=NOW + timedelta(days=1), most=9) == ()
    assert box.state("desk").sent_count == 1


def test_a_message_that_failed_is_due_later_and_one_given_up_comes_back_when_it_is_reopened(tmp_path: Path) -> None:
    box = Outbox(tmp_path / "box.sqlite3")
    box.put([Message(id="msg_1", hook="desk", body=b"{}")], at=NOW)
    box.failed("msg_1", said="no answer", due_at=NOW + timedelta(seconds=5))
    assert box.due("desk", at=NOW, most=9) == ()
    (waiting,) = box.due("desk", at=NOW + timedelta(seconds=5), most=9)
    assert waiting.attempts == 1
    assert box.next_due_at(["desk"]) == NOW + timedelta(seconds=5)
    box.failed("msg_1", said="no answer", due_at=None)
    box.close_hook("desk", at=NOW)
    assert (box.state("desk").given_up_count, box.state("desk").last_said) == (1, "no answer")
    box.reopen("desk", at=NOW)
    assert len(box.due("desk", at=NOW, most=9)) == 1
