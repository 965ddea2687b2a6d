import tomllib

import pytest

from analysis.case import case_file
from analysis.case.case_file import CaseError
from analysis.case.diary import DiaryError, noted
from tests.build import LISBON

WRITTEN = """\
# mine
[home]
operator_equipment = true   # it is NOS's

[[fault]]
id = "a1"
reported_at = 2026-11-20T06:30:00
"""


def test_what_a_person_wrote_stays_as_it_is() -> None:
    missed = {"from": "2026-11-23T09:00", "to": "2026-11-23T13:00", "outcome": "missed"}
    new, name = noted(WRITTEN, "visit", missed, LISBON)
    assert new.startswith(WRITTEN)
    assert name == "visit-1"
    case = case_file.parse(tomllib.loads(new), LISBON)
    assert [one.id for one in case.visits] == ["visit-1"]
    assert [one.id for one in case.faults] == ["a1"]


def test_the_same_name_amends_and_a_new_one_is_found() -> None:
    text, name = noted("", "fault", {"reported_at": "2026-11-20T06:30"}, LISBON)
    assert name == "fault-1"
    text, name = noted(text, "fault", {"id": "fault-1", "restored_at": "2026-11-21T12:00"}, LISBON)
    text, other = noted(text, "fault", {"reported_at": "2026-11-25T06:30"}, LISBON)
    assert other == "fault-2"
    faults = case_file.parse(tomllib.loads(text), LISBON).faults
    assert [(one.id, one.restored_at is None) for one in faults] == [("fault-1", False), ("fault-2", True)]


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("cause", {"from": "2026-11-20T06:00", "to": "2026-11-20T08:00", "whose": "operator", "evidence": "letter"}),
        ("suspension", {"from": "2026-11-01T00:00", "to": "2026-11-02T00:00", "why": "requested", "evidence": "note"}),
        ("works", {"from": "2026-11-20T02:00", "to": "2026-11-20T05:00", "announced_at": "2026-11-18T12:00"}),
        ("pause", {"from": "2026-11-24T10:00", "to": "2026-11-25T10:00", "why": "no_access"}),
        ("activation", {"accepted_at": "2026-01-15T10:00", "active_at": "2026-01-17T09:00"}),
        ("complaint", {"to": "operator", "facts_known_on": "2026-11-20", "sent_on": "2026-11-25"}),
        ("data_request", {"received_on": "2026-11-20"}),
        ("invoice", {"issued_on": "2026-12-05", "credit_eur": "1.25"}),
        ("refund", {"paid_on": "2026-12-20", "amount_eur": "1.25"}),
        ("cost", {"paid_on": "2026-11-20", "amount_eur": "2.50", "fault": "a1"}),
        ("outside", {"from": "2026-11-20T06:00", "to": "2026-11-20T12:00", "answered": "false"}),
    ],
)
def test_every_kind_can_be_written_down(kind: str, entry: dict[str, str]) -> None:
    new, _ = noted(WRITTEN, kind, entry, LISBON)
    assert case_file.parse(tomllib.loads(new), LISBON) != case_file.parse(tomllib.loads(WRITTEN), LISBON)


@pytest.mark.parametrize(
    ("kind", "entry", "sentence"),
    [
        ("storm", {"at": "x"}, "There is no 'storm' in a case"),
        ("fault", {"reported_at": "yesterday"}, "reported_at=yesterday is no time. Write for example"),
        ("invoice", {"issued_on": "5/12"}, "issued_on=5/12 is no time. Write for example issued_on=2026-11-20"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(kind: str, entry: dict[str, str], sentence: str) -> None:
    with pytest.raises(DiaryError, match=sentence.replace("(", r"\(")):
        noted(WRITTEN, kind, entry, LISBON)


def test_nothing_that_breaks_the_file_is_written() -> None:
    with pytest.raises(CaseError, match="unknown key"):
        noted(WRITTEN, "fault", {"reported_at": "2026-11-20T06:30", "mood": "bad"}, LISBON)
    with pytest.raises(DiaryError, match="not TOML"):
        noted("[[fault", "fault", {"reported_at": "2026-11-20T06:30"}, LISBON)
