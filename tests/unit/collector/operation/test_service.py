"""The system's own service levels."""

import pytest

from collector.operation.service import levels, shipped, targets
from collector.settings import SettingsError


def test_every_level_has_one_bound_and_a_reason() -> None:
    for one in shipped().values():
        assert (one.least is None) != (one.most is None)
        assert one.reason
        assert one.unit


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    found = {one.target.name: one for one in levels({"collector_up_share": 0.99, "restore_s": 10.0}, shipped())}
    assert (found["collector_up_share"].met, found["restore_s"].met) == (False, True)
    assert (found["backup_age_h"].value, found["backup_age_h"].met) == (None, None)


def test_a_home_asks_for_other_numbers_and_every_mistake_is_told_together() -> None:
    own = targets({"collector_up_share": 0.9, "restore_s": 60})
    assert (own["collector_up_share"].least, own["restore_s"].most) == (0.9, 60.0)
    with pytest.raises(SettingsError) as refused:
        targets({"up": 1, "restore_s": "fast"})
    assert len(str(refused.value).splitlines()) == 2
