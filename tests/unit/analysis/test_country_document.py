"""docs/profiles.md names every comparator, and what its table says is what its rules say."""

from pathlib import Path

import pytest

from analysis.country import comparator

TEXT = (Path(__file__).parents[3] / "docs" / "profiles.md").read_text()


@pytest.mark.parametrize("name", comparator.names())
def test_every_comparator_and_each_of_its_rules_is_told(name: str) -> None:
    known = comparator.load(name)
    assert f"| `{name}` |" in TEXT
    assert known.about.en in TEXT
    assert all(text.en in TEXT for text in known.texts.values())
