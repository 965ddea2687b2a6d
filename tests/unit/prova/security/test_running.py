"""Processes at work: where they listen, as whom they run, what they were started with."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from prova.security.process import Process
from prova.security.running import look
from prova.security.seen import State
from prova.security.socket_table import Waiting

ANYWHERE = "0.0.0.0"  # noqa: S104  the very thing that is looked for
UP = Process(
    pid=7,
    user=1000,
    arguments=("python", "-m", "prova.main", "up"),
    environment=frozenset({"PATH"}),
    core_bytes=0,
    sockets=frozenset({"1"}),
)


def at(address: str, port: int = 8080) -> Waiting:
    return Waiting("tcp", ip_address(address), port, "1")


def told(process: Process, *sockets: Waiting, password: bool = False) -> set[tuple[str, State, str]]:
    return {(one.check, one.state, one.key) for one in look({process: sockets}, frozenset(), password=password)}


def test_a_default_installation_has_nothing_open() -> None:
    assert {state for _, state, _ in told(UP, at("127.0.0.1"), at("::1"))} == {State.SHUT}


def test_what_nobody_told_to_be_open_is_named() -> None:
    assert ("sockets", State.OPEN, "socket_open") in told(UP, at(ANYWHERE))
    assert ("sockets", State.OPEN, "socket_open") in told(UP, at("192.0.2.1"))


@pytest.mark.parametrize("words", [("--page", "0.0.0.0:8080"), ("--page=0.0.0.0:8080",), ("--listen", "0.0.0.0:8080")])
def test_what_was_told_to_be_open_is_not(words: tuple[str, ...]) -> None:
    process = replace(UP, arguments=(*UP.arguments, *words))
    assert ("sockets", State.SHUT, "socket_told") in told(process, at(ANYWHERE), password=True)
    assert ("sockets", State.OPEN, "socket_open") in told(process, at(ANYWHERE, 9000), password=True)


def test_a_page_open_to_others_without_a_password_is_open() -> None:
    process = replace(UP, arguments=(*UP.arguments, "--page", "192.0.2.1:8080"))
    assert ("page", State.OPEN, "page_unguarded") in told(process, at("192.0.2.1"))
    assert ("page", State.SHUT, "page_guarded") in told(process, at("192.0.2.1"), password=True)


def test_a_process_of_root_is_an_advice() -> None:
    assert ("user", State.ADVICE, "root") in told(replace(UP, user=0))


@pytest.mark.parametrize("most", [None, 1024])
def test_a_process_that_would_leave_its_memory_is_open(most: int | None) -> None:
    assert ("core dumps", State.OPEN, "core_on") in told(replace(UP, core_bytes=most))


@pytest.mark.parametrize(
    "word",
    [
        "--token=prova_0123456789ab_" + "x" * 43,
        "whsec_" + "a" * 32,
        '{"crv":"Ed25519","d":"x"}',
        "mqtts://ana:word@broker.example",
    ],
)
def test_a_secret_in_an_argument_is_open_and_is_not_repeated(word: str) -> None:
    process = replace(UP, arguments=(*UP.arguments, word))
    seen = [one for one in look({process: ()}, frozenset(), password=False) if one.check == "secrets"]
    assert [one.state for one in seen] == [State.OPEN]
    assert word not in str(seen)


def test_a_secret_in_the_environment_is_named_by_its_name() -> None:
    process = replace(UP, environment=frozenset({"AWS_SECRET_ACCESS_KEY", "HOME"}))
    assert ("secrets", State.ADVICE, "environment_secret") in told(process)


def test_sockets_that_cannot_be_seen_are_an_advice() -> None:
    assert ("sockets", State.ADVICE, "sockets_unseen") in told(replace(UP, sockets=None))
