"""Each scenario in this folder, played and judged, ends as it says that it must."""

import tomllib
from pathlib import Path

import pytest

from analysis.scenario.compare import differences, judged
from analysis.scenario.play import play
from analysis.scenario.script_file import ScriptError, read
from tests.scenario import kept

SCENARIOS = sorted(Path(__file__).parent.rglob("*.toml"))


@pytest.mark.parametrize(
    "path", SCENARIOS, ids=lambda path: str(path.relative_to(Path(__file__).parent).with_suffix(""))
)
def test_a_scenario_ends_as_it_says(path: Path) -> None:
    script = read(tomllib.loads(path.read_text()))
    report = judged(script)
    assert not differences(script, report)
    if path in kept.SCENARIOS:
        assert kept.rows(report) == kept.file_of(path).read_text(encoding="utf-8").splitlines()


def test_what_is_kept_is_of_a_scenario() -> None:
    assert {kept.file_of(path) for path in kept.SCENARIOS} == set((kept.HERE / "findings").iterdir())


@pytest.mark.parametrize("path", SCENARIOS[:3], ids=lambda path: path.stem)
def test_a_scenario_is_always_played_alike(path: Path) -> None:
    script = read(tomllib.loads(path.read_text()))
    assert play(script) == play(script)


def test_a_scenario_that_expects_something_else_says_what_was_found() -> None:
    text = next(path for path in SCENARIOS if path.stem == "kept_promise").read_text()
    script = read(tomllib.loads(text.replace('verdict = "met"', 'verdict = "breached"')))
    told = differences(script, judged(script))
    assert told
    assert all("expected breached, found met" in one for one in told)


def test_every_problem_of_a_scenario_is_said_at_once() -> None:
    text = next(path for path in SCENARIOS if path.stem == "evening_congestion").read_text()
    broken = text.replace('what = "slow"', 'what = "slwo"').replace("below_count", "below").replace("day =", "on =")
    broken = broken.replace('verdict = "met"', 'verdict = "good"').replace('rule = "speed.maximum"\n', "")
    with pytest.raises(ScriptError) as caught:
        read(tomllib.loads(broken))
    assert {"event[1].what", "expected[2].rule", "expected[2].verdict"} <= {one.where for one in caught.value.problems}
