"""The emulated household is what it says: what each fault leaves reachable from the probe."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.lab import household as lab
from tests.lab.household import PROVIDER, ROUTER, SERVERS, Fault, Household

pytestmark = [pytest.mark.lab, pytest.mark.component("testbed"), pytest.mark.timeout(120)]

# What still answers an echo: the router, the provider, the first server, the second, the first by IPv6.
ALL = (ROUTER, PROVIDER, SERVERS[0], SERVERS[1], "fd90:3::2")
LEFT = {
    Fault.UNPLUGGED: (),
    Fault.ROUTER_HUNG: (),
    Fault.ACCESS_CUT: (ROUTER,),
    Fault.ACCESS_NO_ROUTE: (ROUTER, PROVIDER),
    Fault.ACCESS_SILENT: (ROUTER,),
    Fault.CORE_DEAD: (ROUTER, PROVIDER),
    Fault.SERVER_DEAD: (ROUTER, PROVIDER, SERVERS[1], "fd90:3::2"),
    Fault.SERVER_UNREACHABLE: (ROUTER, PROVIDER, SERVERS[1]),
    Fault.ICMP_BLOCKED: (ROUTER, PROVIDER),
    Fault.DNS_DROPPED: ALL,
    Fault.DNS_REFUSED: ALL,
    Fault.IPV6_DEAD: (ROUTER, PROVIDER, SERVERS[0], SERVERS[1]),
}


@pytest.fixture(scope="module")
def home() -> Iterator[Household]:
    with lab.household() as one:
        answering(one, wait_s=3)  # neighbours are found and IPv6 is ready
        yield one


def answering(home: Household, *, wait_s: float = 0.5) -> tuple[str, ...]:
    """Which of `ALL` answer one echo, asked at the same time."""
    command = ["ip", "netns", "exec", home.probe, "ping", "-n", "-q", "-c", "3", "-i", "0.2", "-W", str(wait_s)]
    asked = [subprocess.Popen([*command, one], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for one in ALL]
    return tuple(
        one
        for one, process in zip(ALL, asked, strict=True)
        if process.communicate(timeout=20) and not process.returncode
    )


def test_a_whole_household_answers_everywhere(home: Household) -> None:
    assert answering(home) == ALL


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_leaves_reachable_what_it_says_and_heals(home: Household, fault: Fault) -> None:
    with home.broken(fault):
        assert answering(home) == LEFT[fault]
    for _ in range(10):
        if answering(home) == ALL:  # a neighbour that failed is asked for again after a moment
            return
    assert answering(home) == ALL
