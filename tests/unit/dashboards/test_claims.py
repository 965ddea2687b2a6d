"""What follows from the case file, said in both languages: breaches first, amounts, deadlines, clauses."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.profile import load
from analysis.scenario.compare import judged
from analysis.scenario.script_file import read
from dashboards.web.language import Language
from dashboards.web.part.claims import claims
from dashboards.web.part.shown import Claims, Tone
from dashboards.web.reading import Claimed
from dashboards.web.voice import Voice
from tests.build import LISBON
from tests.unit.dashboards.readings import NOW, a_reading
from tests.unit.dashboards.test_text import CATALOGUE

FOLDER = Path(__file__).parents[2] / "scenario" / "claims"


def shown(name: str, language: Language) -> Claims:
    script = read(tomllib.loads((FOLDER / f"{name}.toml").read_text()))
    found = tuple(one for one in judged(script).findings if not one.rule.startswith("speed."))
    told = claims(replace(a_reading(), claims=Claimed(NOW, found)), Voice(language, CATALOGUE, LISBON))
    assert told is not None
    return told


def test_every_rule_on_claims_has_its_title() -> None:
    rules = {rule.id for rule in load("pt-nos").rules} - {"visit.porting"}  # it has no findings of its own
    wanted = {f"claim_rule.{rule.replace('.', '_')}" for rule in rules if not rule.startswith("speed.")}
    assert wanted == {key for key in CATALOGUE.entries if key.startswith("claim_rule.")}


@pytest.mark.parametrize(
    ("language", "amount"), [(Language.PORTUGUESE, "leitura: de 1,50\xa0€"), (Language.ENGLISH, "reading: €1.50")]
)
def test_a_credit_shows_its_range_its_recommended_reading_and_its_clause(language: Language, amount: str) -> None:
    told = shown("billed_on_the_31st", language)
    owed = next(one for one in told.items if "129" in one.clause and len(one.facts) == 2)
    assert amount in owed.facts[0]
    assert owed.tone is Tone.BAD
    assert owed.sentence


def test_a_repair_shows_its_deadline_with_the_year() -> None:
    told = shown("repaired_after_every_reading_mainland_saturday", Language.ENGLISH)
    repair = next(one for one in told.items if one.title.startswith("Repair within 48 hours of working days"))
    assert repair.facts == ("Deadline: 25 Nov 2026, 00:00",)


def test_a_term_that_runs_shows_the_day_that_its_sentence_says() -> None:
    told = shown("complaint_still_to_be_made", Language.ENGLISH)
    ends = next(one for one in told.items if one.title.startswith("Time to complain"))
    (fact,) = ends.facts
    day = fact.removeprefix("Deadline: ").split(", ")[1]
    assert day in ends.sentence


def test_breaches_come_before_open_questions_and_what_was_kept_is_folded_away() -> None:
    told = shown("known_at_once", Language.ENGLISH)
    tones = [one.tone for one in told.items]
    assert tones == sorted(tones, key=[Tone.BAD, Tone.UNKNOWN].index)
    assert told.others is None or {row.tone for row in told.others.rows} <= {Tone.GOOD, Tone.NOTE}


def test_without_a_case_file_there_is_no_such_part() -> None:
    assert claims(a_reading(), Voice(Language.ENGLISH, CATALOGUE, LISBON)) is None
