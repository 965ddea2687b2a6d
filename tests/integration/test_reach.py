"""The reachability sensor on real sockets: beside a router of its own, in two network namespaces."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

pytestmark = pytest.mark.component("testbed")

ANSWERS, SILENT, REFUSED, FORBIDS = "10.9.9.9", "10.9.9.8", "10.9.8.1", "10.9.9.7"
ANSWERS6, REFUSED6 = "fd09:9::9", "fd09:8::1"
OWN, OWN6, ROUTER = "10.9.0.2", "fd09::2", "10.9.0.1"
TARGETS = (ANSWERS, SILENT, REFUSED, FORBIDS, ANSWERS6, REFUSED6, OWN, OWN6, "nobody.invalid")
RUN_S = 6.6
RAW, DATAGRAM, NEITHER, CUT = "raw", "datagram", "neither", "cut"
# Watches for a while with one question a second, and prints what became of it.
SENSOR = """
import asyncio, json, subprocess, sys
from probe.reach.sensor import Sensor
from probe.reach.target import Target
from probe.body.reachability import Role

given = json.loads(sys.argv[1])
found = {}

def emit(watched):
    for one in watched.body.targets:
        told = found.setdefault(one.target, {"role": one.role, "method": one.method, "loopback": one.loopback})
        told.setdefault("samples", []).extend([one.rtt_ms, one.no_answer] for one in one.samples)

async def main():
    targets = [Target(host, Role.INTERNET) for host in given["targets"]]
    sensor = Sensor(targets, gateway=True, interval_s=1, emit=emit)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if given["cut"]:
        loop.call_later(2.5, subprocess.run, ["ip", "link", "set", "line", "down"])
    loop.call_later(given["run_s"], stop.set)
    await sensor.run(stop, phase_s=0.0)

asyncio.run(main())
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Told:
    """What one sensor told of one target. A sample is [rtt_ms, no_answer]."""

    role: str
    method: str
    loopback: bool
    samples: list[tuple[float | None, str | None]]

    @property
    def reasons(self) -> set[str | None]:
        return {reason for _, reason in self.samples}


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=10, capture_output=True)


@contextmanager
def a_line(name: str) -> Iterator[str]:
    """A namespace whose default gateway is another one, which answers, keeps silent and refuses; the first one's name.

    A process's own settings of the first one are as restrictive as the kernel's default: no datagram ICMP.
    """
    home, router = f"{name}-h", f"{name}-r"
    try:
        ip("netns", "add", home)
        ip("netns", "add", router)
        ip("-n", home, "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", router)
        for one, address, address6 in ((home, OWN, "fd09::2"), (router, ROUTER, "fd09::1")):
            ip("-n", one, "link", "set", "lo", "up")
            ip("-n", one, "addr", "add", f"{address}/24", "dev", "line")
            ip("-n", one, "addr", "add", f"{address6}/64", "dev", "line", "nodad")
            ip("-n", one, "link", "set", "line", "up")
        ip("-n", home, "route", "add", "default", "via", ROUTER)
        ip("-n", home, "route", "add", "default", "via", "fd09::1")
        ip("-n", router, "addr", "add", f"{ANSWERS}/32", "dev", "lo")
        ip("-n", router, "addr", "add", f"{FORBIDS}/32", "dev", "lo")
        ip("netns", "exec", router, "iptables", "-A", "INPUT", "-d", FORBIDS, "-j", "REJECT")
        ip("-n", router, "addr", "add", f"{ANSWERS6}/128", "dev", "lo", "nodad")
        ip("-n", router, "route", "add", "blackhole", f"{SILENT}/32")
        ip("-n", router, "route", "add", "unreachable", f"{REFUSED}/32")
        ip("-n", router, "route", "add", "unreachable", f"{REFUSED6}/128")
        forward = "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding"
        # What is left is the kernel's limit of one "unreachable" a second, after a burst of five.
        limits = "echo 0 > /proc/sys/net/ipv4/icmp_ratemask; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit"
        ip("netns", "exec", router, "sh", "-c", f"{forward}; {limits}")
        yield home
    finally:
        for one in (home, router):
            subprocess.run(["ip", "netns", "del", one], timeout=10, capture_output=True, check=False)


def start(namespace: str, way: str) -> subprocess.Popen[str]:
    """A sensor that may use raw sockets, datagram ones, or neither."""
    given = json.dumps({"targets": TARGETS, "cut": way == CUT, "run_s": RUN_S})
    without_raw = ["setpriv", "--bounding-set=-net_raw"] if way in {DATAGRAM, NEITHER} else []
    return subprocess.Popen(
        ["ip", "netns", "exec", namespace, *without_raw, sys.executable, "-W", "error", "-c", SENSOR, given],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, dict[str, Told]]]:
    """Four sensors at once, by what they may do; each on a line of its own, for rate limits are a line's."""
    names = {way: f"pr{os.getpid()}{way[:1]}" for way in (RAW, DATAGRAM, NEITHER, CUT)}
    with (
        a_line(names[RAW]) as raw,
        a_line(names[DATAGRAM]) as datagram,
        a_line(names[NEITHER]) as neither,
        a_line(names[CUT]) as cut,
    ):
        ip("netns", "exec", datagram, "sh", "-c", 'echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range')
        lines = {RAW: raw, DATAGRAM: datagram, NEITHER: neither, CUT: cut}
        running = {way: start(namespace, way) for way, namespace in lines.items()}
        found: dict[str, dict[str, Any]] = {}
        for way, process in running.items():
            found[way] = json.loads(process.communicate(timeout=30)[0])
        yield {way: {target: Told(**one) for target, one in of.items()} for way, of in found.items()}


@pytest.mark.parametrize("way", [RAW, DATAGRAM])
def test_hosts_that_answer_have_round_trip_times_of_this_kernel(told: dict[str, dict[str, Told]], way: str) -> None:
    for target in (ANSWERS, ANSWERS6, ROUTER):
        one = told[way][target]
        assert one.method == "icmp"
        assert not one.loopback
        assert one.reasons == {None}
        times_ms = sorted(rtt_ms for rtt_ms, _ in one.samples if rtt_ms is not None)
        assert len(times_ms) >= 5
        assert 0 < times_ms[0] < 5


def test_the_default_gateway_is_found_and_watched(told: dict[str, dict[str, Told]]) -> None:
    assert told[RAW][ROUTER].role == "gateway"
    assert told[RAW][ANSWERS].role == "internet"


@pytest.mark.parametrize("way", [RAW, DATAGRAM, NEITHER])
def test_a_router_that_says_unreachable_is_told_from_one_that_says_nothing(
    told: dict[str, dict[str, Told]], way: str
) -> None:
    assert told[way][REFUSED].reasons == {"unreachable"}
    assert told[way][REFUSED6].reasons == {"unreachable"}
    assert told[way][SILENT].reasons == {"timed_out"}


@pytest.mark.parametrize("way", [RAW, DATAGRAM])
def test_a_host_that_forbids_the_question_is_there_all_the_same(told: dict[str, dict[str, Told]], way: str) -> None:
    assert told[way][FORBIDS].reasons == {None}


@pytest.mark.parametrize("way", [RAW, DATAGRAM, NEITHER])
def test_only_questions_that_were_heard_out_timed_out(told: dict[str, dict[str, Told]], way: str) -> None:
    assert 1 <= len(told[way][SILENT].samples) <= RUN_S - 4


@pytest.mark.parametrize("way", [RAW, DATAGRAM, NEITHER])
def test_a_name_that_does_not_resolve_is_told_apart(told: dict[str, dict[str, Told]], way: str) -> None:
    assert told[way]["nobody.invalid"].reasons == {"name_not_resolved"}


@pytest.mark.parametrize("way", [RAW, DATAGRAM, NEITHER])
def test_this_machine_itself_is_known_by_its_own_address(told: dict[str, dict[str, Told]], way: str) -> None:
    assert [target for target, one in told[way].items() if one.loopback] == [OWN, OWN6]


def test_without_icmp_a_refused_knock_is_an_answer(told: dict[str, dict[str, Told]]) -> None:
    assert (told[NEITHER][ANSWERS].method, told[NEITHER][ROUTER].method) == ("tcp", "udp")
    for target in (ANSWERS, ANSWERS6, ROUTER, OWN):
        assert told[NEITHER][target].reasons == {None}


def test_a_line_that_goes_away_leaves_everybody_unreachable_and_the_last_router_watched(
    told: dict[str, dict[str, Told]],
) -> None:
    for target in (ANSWERS, ROUTER):
        assert told[CUT][target].samples[0][1] is None
        assert told[CUT][target].samples[-1][1] == "unreachable"
    assert told[CUT][OWN].loopback
