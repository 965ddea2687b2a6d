"""A case file is read strictly: every problem at once, times in the line's own zone."""

import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analysis.case.case import NO_CASE, Case, Service
from analysis.case.case_file import CaseError, load, parse
from analysis.outage.outage import Imputable
from tests.build import LISBON

DOCUMENT = Path(__file__).parents[3] / "docs" / "case.md"


def case(text: str, zone: ZoneInfo = LISBON) -> Case:
    return parse(tomllib.loads(text), zone)


def problems(text: str) -> dict[str, str]:
    with pytest.raises(CaseError) as caught:
        case(text)
    return {one.where: f"{one.what}. {one.mend}" for one in caught.value.problems}


def test_the_file_in_the_document_is_read_and_fills_every_list() -> None:
    shown = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    made = case("ended = 2026-11-30\n" + shown[0])
    empty = [field.name for field in fields(made) if getattr(made, field.name) == getattr(NO_CASE, field.name)]
    assert not empty


def test_an_empty_file_is_an_empty_case() -> None:
    assert case("") == NO_CASE


def test_times_are_of_the_lines_zone_unless_they_carry_an_offset() -> None:
    text = '[[fault]]\nid = "a1"\nreported_at = 2026-11-20T06:30:00\noperator_known_at = 2026-11-20T06:30:00Z\n'
    (fault,) = case(text, ZoneInfo("Atlantic/Azores")).faults
    assert fault.reported_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert fault.known_at == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert fault.service is Service.INTERNET


def test_entries_come_out_in_order_of_time_whatever_the_order_of_the_file() -> None:
    one = '[[fault]]\nid = "a1"\nreported_at = 2026-11-20T06:30:00\n'
    other = '[[fault]]\nid = "a2"\nreported_at = 2026-11-19T06:30:00\n'
    assert case(one + other) == case(other + one)
    assert [fault.id for fault in case(one + other).faults] == ["a2", "a1"]


def test_works_and_the_home_become_circumstances_of_the_ledger() -> None:
    text = (
        "[home]\noperator_equipment = true\n"
        "[[works]]\nfrom = 2026-11-20T02:00:00\nto = 2026-11-20T05:00:00\nsaid_in = 'SMS'\n"
        "[[outside]]\nfrom = 2026-11-20T02:00:00\nto = 2026-11-20T05:00:00\nanswered = false\n"
    )
    known = case(text).circumstances
    assert known.operator_equipment is True
    assert known.terminal_apart is None
    assert [(one.imputable_to, one.said_in) for one in known.planned] == [(Imputable.OPERATOR, "SMS")]
    assert len(known.outside.dead) == 1
    assert not known.outside.alive


def test_every_problem_is_said_at_once_with_its_place() -> None:
    told = problems(
        '[[falt]]\nid = "a"\n'
        '[[fault]]\nid = "a1"\n'
        '[[cause]]\nfrom = 2026-11-20T06:00:00\nto = 2026-11-20T05:00:00\nwhose = "nobody"\n'
        "[[invoice]]\nissued_on = 2026-12-05\ncredit_eur = 1.25\n"
        '[[visit]]\nid = "v 1"\nfrom = 2026-11-20T06:00:00\nto = 2026-11-20T07:00:00\n'
        'outcome = "missed"\nporting = "no"\n'
    )
    assert "nearest known key is 'fault'" in told["falt"]
    assert "operator_known_at" in told["fault[1].reported_at"]
    assert {"cause[1].to", "cause[1].whose", "cause[1].evidence"} <= told.keys()
    assert "in quotes" in told["invoice[1].credit_eur"]
    assert {"visit[1].id", "visit[1].porting"} <= told.keys()


def test_a_cause_without_evidence_is_no_cause() -> None:
    told = problems('[[cause]]\nfrom = 2026-11-20T06:00:00\nto = 2026-11-20T07:00:00\nwhose = "customer"\n')
    assert list(told) == ["cause[1].evidence"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[[fault]]\nid = "a1"\nreported_at = "2026-11-20"\n', "fault[1].reported_at"),
        (
            (
                '[[fault]]\nid = "a1"\nreported_at = 2026-11-20T06:00:00\n'
                "still_down_at = 2026-11-20T08:00:00\nrestored_at = 2026-11-20T07:00:00\n"
            ),
            "fault[1].restored_at",
        ),
        ('[[complaint]]\nid = "c1"\nto = "book"\n', "complaint[1].sent_on"),
        (
            '[[complaint]]\nid = "c1"\nto = "book"\nfacts_known_on = 2026-11-20\nanswered_on = 2026-11-21\n',
            "complaint[1].sent_on",
        ),
        ("[[outside]]\nfrom = 2026-11-20T06:00:00\nto = 2026-11-20T07:00:00\n", "outside[1].answered"),
        ('[[cost]]\nid = "k"\npaid_on = 2026-11-20\namount_eur = "1.00"\nfault = "a9"\n', "cost"),
        ("[home]\noperator_networks = 'dns'\n", "home.operator_networks"),
        ("[[activation]]\nactive_at = 2026-11-20T07:00:00\n", "activation[1].accepted_at"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, where: str) -> None:
    assert where in problems(text)


def test_two_entries_of_one_kind_need_two_ids() -> None:
    one = '[[fault]]\nid = "a1"\nreported_at = 2026-11-20T06:30:00\n'
    with pytest.raises(CaseError, match="two of the faults have the id 'a1'"):
        case(one + one)


def test_a_file_that_is_not_there_or_no_toml_says_so(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be read"):
        load(tmp_path / "none.toml", LISBON)
    broken = tmp_path / "case.toml"
    broken.write_text("[[fault]\n")
    with pytest.raises(CaseError, match="it is not TOML"):
        load(broken, LISBON)
    broken.write_text('[[cause]]\nwhose = "customer"\n')
    with pytest.raises(CaseError, match=re.escape(str(broken))):
        load(broken, LISBON)


def test_money_is_exact() -> None:
    text = '[[invoice]]\nissued_on = 2026-12-05\ncredit_eur = "0.10"\n[[invoice]]\nissued_on = 2026-11-05\n'
    assert [one.credit_eur for one in case(text).invoices] == [Decimal(0), Decimal("0.10")]
