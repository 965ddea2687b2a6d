from pathlib import Path
from typing import Any

import pytest

from collector import settings as collector_settings
from collector.broker import BrokerKind
from collector.witness.aim import Aim
from probe import settings
from probe.body.reachability import Role
from probe.reach.target import Target
from prova.exit import CommandError
from prova.home import Home
from prova.household import Wish, settle
from prova.port import free_port


@pytest.mark.parametrize(("servers", "accepted"), [(("mlab",), True), (("wss://measure.example",), False)])
def test_consent_to_what_m_lab_publishes_is_recorded_in_the_settings(
    servers: tuple[str, ...], accepted: bool, tmp_path: Path
) -> None:
    wish = Wish(
        line="casa",
        servers=servers,
        demonstration=False,
        watched=(),
        broker=BrokerKind.EMBEDDED,
        mlab_accepted=accepted,
    )
    household = settle(Home(tmp_path), wish, broker_port=free_port())
    text = household.probe_home.probe_settings.read_text()
    assert f"accept_mlab_policy = {'true' if accepted else 'false'}" in text
    assert settings.load(household.probe_home.probe_settings).measure.accept_mlab_policy is accepted


def started(home: Path, **wish: Any) -> Home:
    """The probe's home after one start."""
    asked: dict[str, Any] = {
        "line": "casa",
        "servers": (),
        "demonstration": False,
        "watched": (),
        "broker": BrokerKind.EMBEDDED,
    } | wish
    return settle(Home(home), Wish(**asked), broker_port=free_port()).probe_home


def test_a_target_can_say_whose_network_it_is_in(tmp_path: Path) -> None:
    path = started(
        tmp_path, watched=("192.0.2.1", "AS64500@198.51.100.1", "my friend's@[2001:db8::1]:53")
    ).probe_settings
    assert settings.load(path).reachability.targets == (
        Target("192.0.2.1", Role.INTERNET),
        Target("198.51.100.1", Role.INTERNET, network="AS64500"),
        Target("2001:db8::1", Role.INTERNET, 53, network="my friend's"),
    )


@pytest.mark.parametrize("target", ["@192.0.2.1", "AS64500@"])
def test_a_target_with_half_a_label_is_refused_before_anything_starts(target: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="NETWORK@HOST"):
        started(tmp_path, watched=(target,))


def test_what_somebody_wrote_into_the_settings_survives_the_next_start(tmp_path: Path) -> None:
    probe_path, path = started(tmp_path).probe_settings, Home(tmp_path).collector_settings
    path.write_text(path.read_text() + '\n[[witness]]\nline = "casa"\naddress = "192.0.2.7"\nport = 443\n')
    probe_path.write_text(probe_path.read_text() + "\n[sensing]\ntrain_every_s = 0\n")
    started(tmp_path, servers=("wss://measure.example",))
    kept, measured = collector_settings.load(path), settings.load(probe_path)
    assert kept.witness == (Aim(line="casa", address="192.0.2.7", port=443),)
    assert measured.sensing.train_every_s == 0
    assert measured.measure.servers == ("wss://measure.example",)


def test_what_an_earlier_start_decided_does_not_outlive_it(tmp_path: Path) -> None:
    started(tmp_path, servers=("ws://127.0.0.1:1",), demonstration=True)
    measured = settings.load(started(tmp_path, servers=("wss://measure.example",)).probe_settings).measure
    assert (measured.demonstration, measured.bytes_per_day) == (False, settings.MeasureSettings().bytes_per_day)


def test_settings_that_cannot_be_read_are_not_written_over(tmp_path: Path) -> None:
    started(tmp_path)
    path = Home(tmp_path).collector_settings
    path.write_text("[witness\nline = 1")
    with pytest.raises(CommandError, match="is not TOML"):
        started(tmp_path)
    assert path.read_text() == "[witness\nline = 1"
