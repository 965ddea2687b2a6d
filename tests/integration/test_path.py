"""The way to a target over real routers, and the short-lived process as a stranger whose word is not taken."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from probe.path import spawn
from probe.path.job import Job, Task
from tests.lab import household as lab
from tests.lab.household import Household
from tests.lab.namespace import inside

JOB = Job(task=Task.TRACE, within_s=0.2, address="127.0.0.1", interface="lo")


@pytest.mark.parametrize(
    ("program", "cannot"),
    [
        ('print(\'{"hops": [{"ttl": 99}]}\')', "it said nothing of use"),
        ("print('nonsense')", "it said nothing of use"),
        ("pass", "it said nothing of use"),
        ("import os; os.write(1, b'x' * 100_000)", "it said too much"),
        ("import sys; sys.stdin.close(); raise SystemExit(3)", "it said nothing of use"),
    ],
)
async def test_a_word_that_is_none_is_not_taken(program: str, cannot: str) -> None:
    said = await spawn.ask(JOB, command=(sys.executable, "-c", program))
    assert said.cannot == cannot


async def test_one_that_hangs_is_ended_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spawn, "_STARTS_WITHIN_S", 0.3)
    began = time.monotonic()
    said = await spawn.ask(JOB, command=(sys.executable, "-c", "import time; time.sleep(60)"))
    assert said.cannot == "it took too long"
    assert time.monotonic() - began < 5


async def test_one_that_cannot_be_started_says_nothing() -> None:
    assert "no process" in ((await spawn.ask(JOB, command=("/nowhere/at/all",))).cannot or "")


ASK = """
import asyncio, json, sys
import msgspec
from probe.path import spawn, trace
from probe.path.job import Job, Task
from probe.reach.gateway import endpoint

async def main():
    found = {}
    for address in ("10.90.3.2", "fd90:3::2"):
        crafted = await spawn.ask(Job(task=Task.TRACE, within_s=10, address=address, interface="lan"))
        plain = trace.trace(endpoint(address), 10, lambda: False)
        found[address] = [msgspec.to_builtins(crafted), msgspec.to_builtins(plain)]
    print(json.dumps(found))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Household]:
    with lab.household() as one:
        inside(one.probe, "ping", "-q", "-c", "1", "-W", "5", "10.90.3.2")
        inside(one.probe, "ping", "-q", "-c", "1", "-W", "5", "fd90:3::2")
        for where, device in ((one.router, "wan"), (one.provider, "access")):
            inside(where, "ip", "link", "set", device, "mtu", "1492")
        yield one


@pytest.fixture(scope="module")
def found(home: Household) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What was found with the right to craft packets and without, both at once."""
    before: dict[str, list[str]] = {"with": [], "without": ["setpriv", "--bounding-set=-net_raw"]}
    running = {
        right: subprocess.Popen(
            ["ip", "netns", "exec", home.probe, *words, sys.executable, "-W", "error", "-c", ASK],
            stdout=subprocess.PIPE,
            text=True,
        )
        for right, words in before.items()
    }
    return {right: json.loads(process.communicate(timeout=60)[0]) for right, process in running.items()}


HOPS = {
    "10.90.3.2": ["10.90.1.1", "10.90.2.1", "10.90.3.2"],
    "fd90:3::2": ["fd90:1::1", "fd90:2::1", "fd90:3::2"],
}


@pytest.mark.slow
@pytest.mark.component("testbed")
def test_every_hop_is_found_by_crafted_packets_and_by_plain_sockets(found: dict[str, Any]) -> None:
    for address, (crafted, plain) in found["with"].items():
        for said in (crafted, plain):
            assert (said["cannot"], said["reached"]) == (None, True)
            assert [hop["address"] for hop in said["hops"]] == HOPS[address]
        assert crafted["method"] == "icmp-paris"
        assert (crafted["path_mtu_bytes"], plain["path_mtu_bytes"]) == (1492, None)


@pytest.mark.component("testbed")
def test_without_the_right_the_plain_way_is_left_and_says_so(found: dict[str, Any]) -> None:
    for address, (crafted, plain) in found["without"].items():
        assert crafted["cannot"] == "CAP_NET_RAW is missing"
        assert [hop["address"] for hop in plain["hops"]] == HOPS[address]
