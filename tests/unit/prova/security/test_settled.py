"""What settings files leave open."""

from pathlib import Path

import pytest

from prova.security import settled
from prova.security.seen import State

ROOT = Path(__file__).parents[4]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
BROKER = "listener 1883 127.0.0.1\nallow_anonymous false\nacl_file /x\n"


def test_a_broker_that_names_everybody_is_shut() -> None:
    assert [one.state for one in settled.brokers({"b": BROKER})] == [State.SHUT]
    fleet = "listener 8883\nrequire_certificate true\nallow_anonymous false\nacl_file /x\n"
    assert [one.state for one in settled.brokers({"b": fleet})] == [State.SHUT]


@pytest.mark.parametrize("lost", BROKER.splitlines())
def test_a_broker_that_lacks_a_line_is_open(lost: str) -> None:
    text = BROKER.replace(lost, "listener 1883" if "listener" in lost else "")
    assert [one.state for one in settled.brokers({"b": text})] == [State.OPEN]


def test_a_password_in_clear_text_to_elsewhere_is_open() -> None:
    assert [one.key for one in settled.ways({"s": "h"}, {"t": "no"})] == ["clear_text", "settings_unreadable"]
    assert [one.key for one in settled.ways({}, {})] == ["settings_tls"]


def test_the_units_that_are_handed_out_are_shut() -> None:
    (one,) = settled.units({str(path): path.read_text() for path in UNITS})
    assert (one.state, dict(one.parts)["count"]) == (State.SHUT, str(len(UNITS)))


@pytest.mark.parametrize("name", ["NoNewPrivileges", "ProtectSystem", "SystemCallFilter", "DynamicUser"])
def test_a_unit_that_lost_a_bound_is_open(name: str) -> None:
    path = next(path for path in UNITS if path.name == "prova.service")
    text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith((name, "User=")))
    (one,) = settled.units({"u": text})
    assert one.state is State.OPEN
    assert name in dict(one.parts)["what"]
