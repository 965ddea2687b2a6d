"""The outage sensors over a whole household: what they record of routine, of a fault, and of its end."""

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.lab import household as lab
from tests.lab.fault import Fault
from tests.lab.household import SERVERS, Household
from tests.lab.namespace import inside, popen

pytestmark = [pytest.mark.lab, pytest.mark.component("testbed"), pytest.mark.timeout(240)]

SETTINGS: dict[str, Any] = {
    "interval_s": 2,
    "targets": [
        {"host": SERVERS[0], "network": "one"},
        {"host": SERVERS[1], "network": "two"},
        {"host": "fd90:3::2", "network": "one"},
    ],
}
Record = dict[str, Any]


class Watch:
    """The sensors at work; `records` is what they told so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._selector = selectors.DefaultSelector()
        assert process.stdout is not None
        self._selector.register(process.stdout, selectors.EVENT_READ)
        self.records: list[Record] = []

    def until(self, wanted: Callable[[Record], bool], *, within_s: float = 30) -> Record:
        """The first record from now on that is wanted."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if not self._selector.select(0.2):
                continue
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            assert line, "the sensors ended by themselves"
            self.records.append(json.loads(line))
            if wanted(self.records[-1]):
                return self.records[-1]
        raise AssertionError(f"not told within {within_s} s; the last were {self.records[-3:]}")

    def end(self) -> None:
        """Ends the sensors, and reads what they told at last."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self.records += [json.loads(line) for line in self._process.stdout]
        assert self._process.wait(10) == 0

    def forget(self) -> None:
        """Hears nothing more."""
        self._selector.close()

    def samples(self, role: str, family: int) -> list[bool]:
        """Whether each question to that role was answered, in order."""
        return [
            sample["rtt_ms"] is not None
            for record in self.records
            if record["kind"] == "reachability"
            for target in record["body"]["targets"]
            if (target["role"], target["address_family"]) == (role, family)
            for sample in target["samples"]
        ]


@contextmanager
def watching(home: Household, folder: Path, **more: Any) -> Iterator[Watch]:
    settings = json.dumps(SETTINGS | more)
    process = popen(home.probe, sys.executable, "-W", "error", "-m", "tests.lab.watch", settings, str(folder))
    watch = Watch(process)
    with process:
        try:
            yield watch
        finally:
            watch.forget()
            process.kill()


@pytest.fixture(scope="module")
def home() -> Iterator[Household]:
    with lab.household() as one:
        for address in (SERVERS[0], "fd90:3::2"):
            inside(one.probe, "ping", "-q", "-c", "1", "-W", "5", address)
        yield one


def of(kind: str, occasion: str) -> Callable[[Record], bool]:
    return lambda record: record["kind"] == kind and record["body"].get("occasion") == occasion


@pytest.mark.slow
def test_a_line_that_falls_silent_is_told_by_every_rung_and_so_is_its_recovery(home: Household, tmp_path: Path) -> None:
    with watching(home, tmp_path) as watch:
        paths = [watch.until(of("path", "routine"), within_s=60)["body"] for _ in range(2)]
        assert [one["first_provider_hop"] for one in paths] == ["10.90.2.1", "fd90:2::1"]
        time.sleep(7)  # the hops are tried for five seconds, then watched
        with home.broken(Fault.ACCESS_SILENT):
            assert watch.until(of("router", "trouble"))["body"]["silence"] is not None
        link = watch.until(of("link", "recovery"))["body"]
        assert (link["carrier"], link["neighbour_ipv4"]) == (True, "reachable")
        watch.until(of("router", "recovery"))
        watch.end()
        for family in (4, 6):
            assert all(watch.samples("gateway", family))
            for role in ("internet", "first_hop"):
                answered = watch.samples(role, family)
                assert answered[0]
                assert False in answered
                assert answered[-1]
    intervals = [record["body"]["interval_s"] for record in watch.records if record["kind"] == "reachability"]
    assert [one for one, _ in groupby(intervals)][:2] == [2, 1]
    networks = {one["network"] for record in watch.records for one in record["body"].get("targets", [])}
    assert {"one", "two"} <= networks


@pytest.mark.slow
def test_what_an_outage_shows_is_kept_while_it_lasts(home: Household, tmp_path: Path) -> None:
    """So that a power cut soon after it leaves it known."""

    def tells_of_it(record: Record) -> bool:
        if record["kind"] != "reachability":
            return False
        far = [target for target in record["body"]["targets"] if target["role"] == "internet"]
        return any(sum(sample["rtt_ms"] is None for sample in target["samples"]) >= 5 for target in far)

    with watching(home, tmp_path, path=False) as watch:
        time.sleep(10)  # everybody proves that they answer
        with home.broken(Fault.ACCESS_SILENT):
            watch.until(tells_of_it, within_s=25)


@pytest.mark.slow
def test_a_cable_that_is_pulled_and_plugged_in_again_is_told_with_its_times(home: Household, tmp_path: Path) -> None:
    with watching(home, tmp_path, path=False) as watch:
        before = watch.until(of("link", "routine"))["body"]
        with home.broken(Fault.UNPLUGGED):
            down = watch.until(lambda record: record["kind"] == "link" and record["body"]["changes"] != [])
        up = watch.until(lambda record: record["kind"] == "link" and {"carrier": True} in changed(record))
    assert down["body"]["carrier"] is True
    assert changed(down) == [{"carrier": False}]
    assert up["body"]["carrier_down_count"] == before["carrier_down_count"] + 1


def changed(record: Record) -> list[dict[str, bool]]:
    return [{"carrier": one["carrier"]} for one in record["body"]["changes"]]


@pytest.mark.slow
def test_a_router_that_hangs_has_failed_below_ip_while_the_carrier_stays(home: Household, tmp_path: Path) -> None:
    with watching(home, tmp_path) as watch:
        watch.until(of("path", "routine"), within_s=60)
        time.sleep(7)
        with home.broken(Fault.ROUTER_HUNG):
            watch.until(of("path", "trouble"), within_s=60)
        watch.until(of("link", "recovery"), within_s=60)
    links = [record["body"] for record in watch.records if of("link", "trouble")(record)]
    assert "failed" in {one["neighbour_ipv4"] for one in links}
    assert {one["carrier"] for one in links} == {True}
    path = next(record["body"] for record in watch.records if of("path", "trouble")(record))
    assert not path["reached"]
    assert {hop["address"] for hop in path["hops"]} == {None}


@pytest.mark.slow
def test_the_failing_minute_is_captured_in_heads_alone(home: Household, tmp_path: Path) -> None:
    with watching(home, tmp_path, capture=True, path=False) as watch:
        watch.until(of("router", "routine"))
        time.sleep(7)
        with home.broken(Fault.SESSION_GONE):
            kept = watch.until(lambda record: record["kind"] == "capture", within_s=120)["body"]
    file = tmp_path / kept["name"]
    data = file.read_bytes()
    assert (len(data), file.stat().st_mode & 0o777) == (kept["bytes"], 0o600)
    assert data[:4] == bytes.fromhex("d4c3b2a1")
    counts = dict(kept["counts"])
    assert counts["icmp"] > 100, "the questions, and the router's word that there is no way"
    assert kept["packets"] == sum(counts.values())
