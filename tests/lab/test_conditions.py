"""What spoils a test is caught with its reason, by the real probe, over a real line with a router; and a good line is
never made to look bad by what the household does meanwhile.

A veth has no cable and no radio, and most kernels that tests run on have no card to pretend with: where the kind of
link matters, the probe is shown another card's files in place of its own (`_card`), over a link that is held to that
card's rate. What negotiates and what fades is not in it. Elsewhere the link is put in afterwards.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path as File

import msgspec
import pytest

from analysis.finding import Reason, Verdict
from analysis.profile import load
from analysis.speed.evidence import Standing, stand
from analysis.validity import judge_test
from probe.body.conditions import LinkType, Path
from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Plan
from tests.build import a_record
from tests.lab import household as lab
from tests.lab.conftest import PORT
from tests.lab.household import ROUTER, SERVERS, Household
from tests.lab.line import SERVER_ADDRESS, Line, Shape
from tests.lab.namespace import inside, ip, popen

pytestmark = [pytest.mark.lab, pytest.mark.component("testbed"), pytest.mark.timeout(600)]

DOWN_MBPS, UP_MBPS = 40, 20
IP_SHARE = 1500 / 1514
PROMISED = {Direction.DOWNLOAD: DOWN_MBPS * 1e6 * IP_SHARE, Direction.UPLOAD: UP_MBPS * 1e6 * IP_SHARE}
PLAN = Plan(url=f"ws://{SERVERS[0]}:{PORT}", duration_s=3)
LONG = replace(PLAN, duration_s=8)
PROFILE = load("pt-nos")
SOLD_BPS = 10**9
# In the mount namespace that `ip netns exec` makes: counters stay the kernel's own.
_AS_CARD = (
    'mount --bind /sys/class/net/lan/statistics "$0/statistics" && mount --rbind "$0" /sys/class/net/lan && exec "$@"'
)
ONE = "import time\nwhile True: pass"


@contextmanager
def home() -> Iterator[Household]:
    with lab.household() as one, ExitStack() as stack:
        one.shape(down_mbps=DOWN_MBPS, up_mbps=UP_MBPS, buffer_ms=50)
        for name, *command in (
            (one.servers, "tests.lab.serve", SERVERS[0], str(PORT)),
            (one.router, "tests.lab.gateway", ROUTER, "wan"),
        ):
            process = stack.enter_context(popen(name, sys.executable, "-m", *command))
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", command
        yield one


@pytest.fixture
def household(alone: None) -> Iterator[Household]:
    with home() as one:
        yield one


def ask(name: str, direction: Direction, *, beside: bool = False, plan: Plan = PLAN) -> subprocess.Popen[str]:
    module = "tests.lab.ask_beside" if beside else "tests.lab.ask"
    return popen(name, sys.executable, "-m", module, msgspec.json.encode(plan).decode(), direction)


def told(process: subprocess.Popen[str]) -> SpeedTest:
    out, _ = process.communicate(timeout=60)
    test = msgspec.json.decode(out, type=SpeedTest)
    assert test.failure is None
    return test


def reasons(test: SpeedTest, needed_bps: float) -> tuple[Reason, ...]:
    return judge_test(a_record(body=test), round(needed_bps), PROFILE)[1]


def as_if_idle(test: SpeedTest) -> SpeedTest:
    """Both ends on machines that had nothing else to do. Here they, and what disturbs them, share the same cores."""
    still = replace(test.conditions, cpu_share=0.1, cpu_pressure_share=0.0, memory_pressure_share=0.0)
    return replace(test, limited_by=None, server_said=None, conditions=still)


def as_if_quiet(test: SpeedTest) -> SpeedTest:
    """With a card too: only what the household did is left."""
    idle = as_if_idle(test)
    card = replace(idle.conditions, link_type=LinkType.ETHERNET, link_bps=10**9, full_duplex=True)
    return replace(idle, conditions=card)


def accuses(test: SpeedTest, promised_bps: float) -> bool:
    valid_for, _ = judge_test(a_record(body=test), round(promised_bps), PROFILE)
    return stand(test, round(promised_bps), PROFILE) is Standing.BELOW and Verdict.BREACHED in valid_for


def test_a_quiet_household_leaves_nothing_but_the_line(household: Household) -> None:
    test = as_if_quiet(told(ask(household.probe, Direction.DOWNLOAD, beside=True)))
    assert test.conditions.path is Path.ROUTED
    assert test.bytes is not None
    assert test.conditions.household_bytes is not None, test.conditions.sources
    assert test.conditions.household_bytes < 0.05 * test.bytes
    assert reasons(test, PROMISED[Direction.DOWNLOAD]) == ()
    assert accuses(test, 2 * PROMISED[Direction.DOWNLOAD]), "sold as twice as fast, the line is found out"


@pytest.mark.parametrize("direction", [Direction.DOWNLOAD, pytest.param(Direction.UPLOAD, marks=pytest.mark.slow)])
def test_another_device_on_the_line_is_seen_by_the_router_and_nobody_is_accused(
    household: Household, direction: Direction
) -> None:
    with ask(household.router, direction, plan=LONG) as other:
        test = as_if_quiet(told(ask(household.probe, direction, beside=True)))
        other.communicate(timeout=60)
    told_of = (test.bytes, test.conditions.household_bytes, test.conditions.sources[-1])
    assert reasons(test, PROMISED[direction]) == (Reason.HOUSEHOLD_BUSY,), told_of
    assert not accuses(test, PROMISED[direction])


@pytest.mark.slow
def test_traffic_of_the_probes_own_machine_is_seen_in_both_directions(household: Household) -> None:
    for other_way in Direction:
        with ask(household.probe, other_way, plan=LONG) as other:
            test = as_if_quiet(told(ask(household.probe, Direction.DOWNLOAD)))
            other.communicate(timeout=60)
        assert reasons(test, PROMISED[Direction.DOWNLOAD]) == (Reason.OTHER_TRAFFIC,), other_way
        assert not accuses(test, PROMISED[Direction.DOWNLOAD])


def test_a_busy_machine_is_seen(household: Household) -> None:
    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            spinning = stack.enter_context(subprocess.Popen([sys.executable, "-c", ONE]))
            stack.callback(spinning.kill)
        test = told(ask(household.probe, Direction.DOWNLOAD))
    found = reasons(test, PROMISED[Direction.DOWNLOAD])
    assert Reason.CPU_BUSY in found
    assert test.conditions.process_cpu_share is not None
    assert test.conditions.process_cpu_share < (test.conditions.cpu_share or 0), "another did it"


@pytest.mark.slow
def test_an_odd_mtu_is_seen(household: Household) -> None:
    ip("-n", household.probe, "link", "set", "lan", "mtu", "1400")
    test = as_if_quiet(told(ask(household.probe, Direction.UPLOAD)))
    assert reasons(test, PROMISED[Direction.UPLOAD]) == (Reason.MTU_ODD,)


def _card(folder: File, *, mbps: int | None) -> File:
    """What sysfs says of a card of `mbps`; None for one of Wi-Fi, which has no rate there."""
    for name in ("statistics", "device", *(() if mbps else ("wireless",))):
        (folder / name).mkdir()
    said = {"type": 1, "mtu": 1500, **({"speed": mbps, "duplex": "full"} if mbps else {})}
    for name, value in said.items():
        (folder / name).write_text(f"{value}\n")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("mbps", "reason"), [(100, Reason.LINK_TOO_SLOW), (None, Reason.WIRELESS)])
def test_a_cable_of_100_mbit_and_a_wifi_route_are_seen_and_nobody_is_accused(
    household: Household, tmp_path: File, mbps: int | None, reason: Reason
) -> None:
    household.shape(down_mbps=300, up_mbps=100)
    held = ("root", "tbf", "rate", "100mbit", "burst", "12112", "limit", "600000")
    inside(household.router, "tc", "qdisc", "add", "dev", "lan", *held)
    asking = (sys.executable, "-m", "tests.lab.ask", msgspec.json.encode(PLAN).decode(), Direction.DOWNLOAD)
    test = as_if_idle(told(popen(household.probe, "sh", "-c", _AS_CARD, str(_card(tmp_path, mbps=mbps)), *asking)))
    assert test.conditions.link_bps == (10**8 if mbps else None)
    assert test.ip_rate_bps is not None
    assert test.ip_rate_bps < 10**8, "the card was the bottleneck"
    assert reasons(test, SOLD_BPS) == (reason,)
    assert not accuses(test, SOLD_BPS)
    wired = replace(test, conditions=replace(test.conditions, link_type=LinkType.ETHERNET, link_bps=10**10))
    assert accuses(wired, SOLD_BPS), "nothing but the link spoke against it"


@pytest.mark.slow
def test_a_tunnel_on_the_way_to_the_server_is_seen(
    emulated_line: Callable[[Shape], AbstractContextManager[Line]], serving: Callable[..., AbstractContextManager[None]]
) -> None:
    """The emulator's ends are TUN devices, as a VPN's are."""
    with emulated_line(Shape(down_mbps=DOWN_MBPS, up_mbps=UP_MBPS)) as line, serving(line):
        plan = replace(PLAN, url=f"ws://{SERVER_ADDRESS}:{PORT}")
        test = told(ask(line.client, Direction.DOWNLOAD, plan=plan))
    assert Reason.TUNNEL in reasons(test, PROMISED[Direction.DOWNLOAD])
    assert Verdict.BREACHED not in judge_test(a_record(body=test), 10**12, PROFILE)[0]
