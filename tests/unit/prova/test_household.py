from pathlib import Path

import pytest

from collector.broker import BrokerKind
from probe import settings
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
