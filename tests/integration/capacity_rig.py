"""What tests of capacity share: a short test of a server on the loopback, both ways."""

import pytest

from probe.body.speed_test import Direction
from probe.capacity.plan import CapacityPlan
from probe.capacity.server import CapacityServer

BOTH = pytest.mark.parametrize("direction", list(Direction))
MOST_BPS = 20_000_000
WAIT_S = 5.0


def a_plan(server: CapacityServer, **fields: object) -> CapacityPlan:
    host, port = server.address
    given: dict[str, object] = {"duration_s": 1.0, "most_bps": MOST_BPS, "connect_timeout_s": 3.0, **fields}
    return CapacityPlan(url=f"udp://{f'[{host}]' if ':' in host else host}:{port}", **given)  # type: ignore[arg-type]  # by name
