"""What a probe says of whom it asks beyond the router."""

from collections.abc import Sequence
from typing import Any

import pytest

from probe.rung.sight import beyond
from probe.settings import parse

HOSTS = ("one.example", "two.example", "three.example")


def complete(*, servers: Sequence[str] = (), **reachability: Any) -> bool:
    settings = {
        "line": "casa",
        "collector": {"receipt_key_file": "key.json"},
        "measure": {"servers": list(servers)},
        "reachability": reachability,
    }
    return beyond(parse(settings)).complete


def test_three_networks_are_enough() -> None:
    assert complete(targets=list(HOSTS))
    assert complete(
        servers=["wss://three.example"], targets=["two.example"], name_servers=[{"host": "192.0.2.1", "zone": "pt"}]
    )


@pytest.mark.parametrize("targets", [[], ["one.example"], [{"host": one, "network": "same"} for one in HOSTS]])
def test_fewer_are_not(targets: list[object]) -> None:
    assert not complete(targets=targets)


def test_this_very_machine_is_not_beyond_the_router() -> None:
    assert not complete(servers=["ws://127.0.0.1:8080"], targets=["one.example", "localhost"])
