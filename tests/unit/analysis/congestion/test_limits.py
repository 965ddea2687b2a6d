from dataclasses import fields

import pytest

from analysis.congestion.limits import Limits, limits
from analysis.congestion.signal import Signal
from analysis.profile import parameters


def test_every_number_has_its_type_unit_source_and_date() -> None:
    told = parameters("congestion")
    assert set(told) == {one.name for one in fields(Limits)}
    for one in fields(Limits):
        value = getattr(limits(), one.name)
        assert isinstance(value, int) if one.type is int else isinstance(value, int | float)
        assert told[one.name].unit
        assert told[one.name].source


def test_a_drop_of_a_rate_is_held_as_a_difference_of_logarithms() -> None:
    assert limits().rise(Signal.UPLOAD) == pytest.approx(0.1625, abs=1e-4)  # -ln(1 - 0.15)
    assert limits().rise(Signal.LATENCY) == 3
