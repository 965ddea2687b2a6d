"""What the documents say of the record: everything once, in both languages, and no slot left open."""

import re

import pytest

from prova.privacy.document.documents import documents
from prova.privacy.processing.record_file import load

RECORD = load()
MADE = documents(RECORD)


@pytest.mark.parametrize("name", MADE)
def test_no_slot_is_left_open_and_no_row_is_there_twice(name: str) -> None:
    assert not re.search(r"\{\w+\}", MADE[name])
    for part in MADE[name].split("\n#"):
        rows = [line for line in part.splitlines() if line.startswith("| ")]
        assert len(rows) == len(set(rows))


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_the_record_names_every_activity_every_category_and_every_field(lang: str) -> None:
    text = MADE[f"record.{lang}.md"]
    assert all(getattr(one.name, lang) in text for one in RECORD.activity)
    assert all(getattr(one, lang) in text for one in RECORD.category.values())
    parts = [part for store in RECORD.store.values() for part in store.field.values()]
    fields = {name for part in parts for names in part.values() for name in names}
    assert all(f"`{name}`" in text for name in fields)


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_the_assessment_names_every_risk_with_what_remains(lang: str) -> None:
    text = MADE[f"assessment.{lang}.md"]
    for risk in RECORD.risk:
        assert getattr(risk.name, lang) in text
        assert getattr(risk.remains, lang) in text
        assert risk.after[0] * risk.after[1] <= risk.before[0] * risk.before[1]


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_the_notice_names_every_right_and_nothing_that_is_about_nobody(lang: str) -> None:
    text = MADE[f"notice.{lang}.md"]
    assert all(getattr(right, lang) in text for right in RECORD.right.values())
    assert getattr(RECORD.category["technical"], lang) not in text


def test_portuguese_clauses_are_named_in_portuguese() -> None:
    assert not any("GDPR" in text for name, text in MADE.items() if name.endswith(".pt.md"))
