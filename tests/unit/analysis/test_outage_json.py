import json
from datetime import timedelta

from analysis.outage.judge import account_of
from analysis.outage.outage import Cause, Concern, Confidence, Flag, Imputable, RungName, RungState, Severity
from analysis.outage.outage_json import ledger_json, outages_json
from analysis.outage.rung.seen import neighbour
from analysis.period import Period
from analysis.report import State
from analysis.wording import say
from probe.body.reachability import Role
from probe.body.rung import Neighbour
from tests.build import AT, MINUTE, a_reachability_minute, a_record, stored
from tests.outage_history import BEYOND, History, dark

PERIOD = Period(AT, AT + timedelta(minutes=30))
KEYS = [
    "id", "line", "start", "end", "cause", "confidence", "imputable_to", "rungs", "concern", "concerns_name", "family",
    "class", "flags", "down_s", "down", "sentence",
]  # fmt: skip


def test_an_outage_has_the_public_shape() -> None:
    told = outages_json(account_of("casa", History(answers=dark(*BEYOND)).records(), PERIOD))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["schema"] == "prova.outages/1"
    (outage,) = told["outages"]
    assert list(outage) == KEYS
    assert outage["id"] == "casa:outage:line:20261121T091000Z"
    assert outage["start"] == {"last_good_at": "2026-11-21T09:09:55Z", "first_bad_at": "2026-11-21T09:10:00Z"}
    assert outage["end"] == {"last_bad_at": "2026-11-21T09:19:55Z", "first_good_at": "2026-11-21T09:20:00.009000Z"}
    assert (outage["cause"], outage["confidence"], outage["imputable_to"]) == ("isp_core", "medium", "operator")
    assert outage["down_s"] == {"lower": 595.0, "upper": 595.0}
    assert outage["class"] == "outage"
    assert outage["sentence"]["en"] == "The line: operator's network, on the operator's side (medium confidence)."


def test_every_rung_says_whether_it_was_seen_and_what_of_it() -> None:
    told = outages_json(account_of("casa", History(answers=dark(*BEYOND)).records(), PERIOD))
    rungs = {rung["rung"]: rung for rung in told["outages"][0]["rungs"]}
    assert list(rungs) == [name.value for name in RungName]
    assert {name: rung["observed"] for name, rung in rungs.items()} == {
        "probe": True,
        "own_link": True,
        "gateway": True,
        "router": False,
        "wan": False,
        "first_hop": True,
        "networks": True,
        "names": True,
    }
    assert rungs["first_hop"]["evidence"] == "10.90.2.1 13/13 (before: 120/120)"
    assert rungs["first_hop"]["seen"]["pt"] == "10.90.2.1 13/13 (antes: 120/120)"
    assert rungs["router"]["evidence"] == ""
    for rung in rungs.values():
        assert rung["seen"]["en"] == rung["evidence"]
        assert bool(rung["seen"]["pt"]) is bool(rung["evidence"])


def test_what_is_not_over_has_no_end() -> None:
    told = outages_json(account_of("casa", History(answers=dark(*BEYOND, end_s=9999)).records(), PERIOD))
    assert told["outages"][0]["end"] is None


def test_nothing_observed_is_no_outage() -> None:
    assert outages_json(account_of("casa", [], PERIOD)) == {
        "schema": "prova.outages/1",
        "outages": [],
        "partial_loss": [],
    }


def test_a_ledger_has_its_spans_causes_and_sums() -> None:
    minute = stored(a_record(body=a_reachability_minute(answers="####....####")))
    told = ledger_json("casa", account_of("casa", [minute], Period(AT - MINUTE, AT + 2 * MINUTE)).ledger)
    assert told["schema"] == "prova.ledger/1"
    assert [span["state"] for span in told["spans"]] == ["unobserved", "up", "down", "up", "unobserved"]
    assert told["spans"][2] == {
        "state": "down",
        "start_at": "2026-11-21T09:00:20Z",
        "end_at": "2026-11-21T09:00:35Z",
        "cause": "unknown",
    }
    assert told["coverage"] == {"up_s": 40.0, "down_s": 15.0, "unobserved_s": 125.0}


def test_everything_that_can_be_said_has_words() -> None:
    words = {
        "cause": Cause, "concern": Concern, "confidence": Confidence, "whose": Imputable, "sentence": Imputable,
        "class": Severity, "flag": Flag, "rung": RungName, "state": RungState, "span": State,
    }  # fmt: skip
    parts = {"name": "x", "concern": "x", "cause": "x", "confidence": "x"}
    for group, kinds in words.items():
        for one in kinds:
            assert say(f"outage.{group}.{one.value}", **parts).pt
    for state in Neighbour:
        assert neighbour(state).pt != neighbour(state).en


def test_the_first_hop_is_not_the_routers_own_word() -> None:
    told = outages_json(account_of("casa", History(answers=dark(Role.FIRST_HOP, *BEYOND)).records(), PERIOD))
    (outage,) = told["outages"]
    assert (outage["cause"], outage["imputable_to"]) == ("access_line", "unknown")
