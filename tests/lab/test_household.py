"""The emulated household is what it says: what each fault leaves reachable from the probe, and that all of it heals."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.lab import household as lab
from tests.lab.fault import OF_THE_PROBE, Fault
from tests.lab.household import (
    ANCHORS,
    ANCHORS_IPV6,
    NAME_SERVER,
    PROVIDER,
    RESOLVER,
    ROUTER,
    SECOND_RESOLVER,
    SERVERS,
    ZONE,
    Household,
)
from tests.lab.namespace import inside

pytestmark = [pytest.mark.lab, pytest.mark.component("testbed"), pytest.mark.timeout(120)]

NEIGHBOUR = "198.51.100.3"  # of the first anchor
IPV4 = (ROUTER, PROVIDER, *SERVERS[:2], *ANCHORS, NEIGHBOUR)
IPV6 = ("fd90:3::2", ANCHORS_IPV6[0], ANCHORS_IPV6[1])
ALL = (*IPV4, *IPV6)
DNS = (RESOLVER, SECOND_RESOLVER, NAME_SERVER)
ANSWERED, SILENT = ("code 0",) * 3, ("silent",) * 3
ROUTER_ONLY, FIRST_HOP = (ROUTER,), (ROUTER, PROVIDER)


@dataclass(frozen=True)
class Seen:
    echo: tuple[str, ...] = ALL
    dns: tuple[str, ...] = ANSWERED
    carrier: bool = True
    unreachable: tuple[str, ...] = ()


def without(*gone: str) -> tuple[str, ...]:
    return tuple(one for one in ALL if one not in gone)


BEYOND = tuple(one for one in ALL if one not in FIRST_HOP)
LEFT = {
    Fault.UNPLUGGED: Seen(echo=(), dns=SILENT, carrier=False),
    Fault.ROUTER_HUNG: Seen(echo=(), dns=SILENT),
    Fault.ROUTER_REBOOTED: Seen(echo=(), dns=SILENT, carrier=False),
    Fault.ACCESS_CUT: Seen(echo=ROUTER_ONLY, dns=SILENT),
    Fault.ACCESS_SILENT: Seen(echo=ROUTER_ONLY, dns=SILENT),
    Fault.UPSTREAM_LOST: Seen(echo=ROUTER_ONLY, dns=SILENT),
    Fault.DOWNSTREAM_LOST: Seen(echo=ROUTER_ONLY, dns=SILENT),
    Fault.SESSION_GONE: Seen(echo=FIRST_HOP, dns=("code 0", "unreachable", "unreachable"), unreachable=BEYOND),
    Fault.CORE_DEAD: Seen(echo=FIRST_HOP, dns=("code 0", "silent", "silent")),
    Fault.PREFIX_GONE: Seen(
        echo=without(ANCHORS[0], NEIGHBOUR, ANCHORS_IPV6[0]), unreachable=(ANCHORS[0], NEIGHBOUR, ANCHORS_IPV6[0])
    ),
    Fault.ANCHOR_DEAD: Seen(echo=without(ANCHORS[0], ANCHORS_IPV6[0])),
    Fault.SERVER_DEAD: Seen(echo=without(SERVERS[0])),
    Fault.SERVER_UNREACHABLE: Seen(echo=without(SERVERS[0], IPV6[0]), unreachable=(SERVERS[0], IPV6[0])),
    Fault.ICMP_BLOCKED: Seen(echo=FIRST_HOP),
    Fault.DNS_DROPPED: Seen(dns=SILENT),
    Fault.DNS_REFUSED: Seen(dns=("refused", "code 0", "code 0")),
    Fault.IPV6_DEAD: Seen(echo=IPV4),
}


@pytest.fixture(scope="module")
def home() -> Iterator[Household]:
    with lab.household() as one, one.served():
        assert heals(one)  # neighbours are found and IPv6 is ready
        yield one


def look(home: Household) -> Seen:
    said = inside(home.probe, sys.executable, "-m", "tests.lab.look", f"www.{ZONE}", *ALL, "dns", *DNS)
    seen = json.loads(said)
    return Seen(
        echo=tuple(seen["echo"]),
        dns=tuple(seen["dns"].values()),
        carrier=seen["carrier"],
        unreachable=tuple(seen["unreachable"]),
    )


def heals(home: Household) -> bool:
    """Whether all is as it was; a neighbour that failed is asked for again after a moment."""
    return any(look(home) == Seen() for _ in range(20))


@pytest.mark.parametrize("fault", LEFT)
def test_a_fault_leaves_reachable_what_it_says_and_heals(home: Household, fault: Fault) -> None:
    left = LEFT[fault]
    with home.broken(fault):
        seen = look(home)
    assert (seen.echo, seen.carrier) == (left.echo, left.carrier)
    assert bool(seen.unreachable) >= bool(left.unreachable)
    if left.unreachable:  # routers say so once a second at most
        assert set(seen.unreachable) <= set(left.unreachable)
    assert all(
        one == due or {one, due} == {"silent", "unreachable"} for one, due in zip(seen.dns, left.dns, strict=True)
    )
    assert heals(home)


def test_every_fault_of_the_line_is_tried_here() -> None:
    assert set(Fault) - set(LEFT) - OF_THE_PROBE == {Fault.ICMP_LIMITED}


def test_echoes_beyond_a_few_a_second_are_lost_where_icmp_is_limited(home: Household) -> None:
    with home.broken(Fault.ICMP_LIMITED):
        seen = [look(home) for _ in range(2)]
    assert any(len(one.echo) < len(ALL) for one in seen)
    assert any(set(one.echo) > set(FIRST_HOP) for one in seen)
    assert all(one.dns == ANSWERED for one in seen)
    assert heals(home)


def test_the_moments_of_a_fault_are_told_on_both_clocks(home: Household) -> None:
    before_ns = time.monotonic_ns()
    with home.broken(Fault.SERVER_DEAD) as broken:
        lasting = broken.ended is None
        during_ns = time.monotonic_ns()
    assert lasting
    assert broken.ended is not None
    moments = [*broken.began, *broken.ended]
    told_ns = [one.monotonic_ns for one in moments]
    assert before_ns <= told_ns[0] < told_ns[1] <= during_ns <= told_ns[2] < told_ns[3] <= time.monotonic_ns()
    lasted_s = (moments[3].at - moments[0].at).total_seconds()
    assert lasted_s == pytest.approx((told_ns[3] - told_ns[0]) / 1e9, abs=0.2)


def test_a_fault_that_is_left_by_an_error_heals_too(home: Household) -> None:
    with pytest.raises(RuntimeError), home.broken(Fault.SESSION_GONE):
        raise RuntimeError
    assert heals(home)


ASK = """
import asyncio, msgspec, sys
from probe.router.ask import read_router
print(msgspec.json.encode(asyncio.run(read_router(sys.argv[1], 3.0))).decode())
"""


def told(home: Household) -> dict[str, object]:
    """What the router says of itself, as the probe hears it."""
    reading: dict[str, object] = json.loads(inside(home.probe, sys.executable, "-c", ASK, ROUTER))
    return reading


def test_the_router_tells_a_lost_connection_from_its_own_restart(home: Household) -> None:
    before = told(home)
    assert (before["wan_status"], before["link_status"]) == ("connected", "up")
    with home.broken(Fault.ACCESS_CUT):
        assert (told(home)["wan_status"], told(home)["link_status"]) == ("disconnected", "down")
    after = told(home)
    assert after["wan_status"] == "connected"
    assert int(str(after["wan_uptime_s"])) < 20
    assert int(str(after["device_uptime_s"])) >= int(str(before["device_uptime_s"]))
    with home.broken(Fault.ROUTER_REBOOTED):
        pass
    assert heals(home)
    assert int(str(told(home)["device_uptime_s"])) <= 5
