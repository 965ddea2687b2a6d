"""The threat model promises nothing that no test holds."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|probe|analysis|dashboards|collector|prova)/[^`]+)`", TEXT)))
ADVERSARIES = [one for one in TEXT.split("\n## ")[1:] if "\n| " in one]


@pytest.mark.parametrize("name", NAMED)
def test_what_the_threat_model_names_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists(), path
    if test:
        assert re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text(), re.MULTILINE), name


def test_every_adversary_is_there_with_what_is_not_guaranteed_and_the_risk_that_stays() -> None:
    heads = [one.split("\n")[0] for one in ADVERSARIES]
    assert len(heads) == 10
    words = ("customer", "operator", "thief", "network", "neighbour", "file", "bundle", "backup", "web page", "server")
    for word, head in zip(words, heads, strict=True):
        assert word in head
    for one in ADVERSARIES:
        assert "| guaranteed | by | not guaranteed |" in one
        assert "\nResidual risk: " in one


def test_a_guarantee_names_what_holds_it() -> None:
    for one in ADVERSARIES:
        for row in one.splitlines():
            cells = [cell.strip() for cell in row.strip()[1:-1].split("|")] if row.startswith("| ") else []
            if len(cells) == 4 and cells[1] not in {"guaranteed", ""} and cells[2] != "by":
                assert cells[2], f"{cells[0]}: {cells[1]}"
