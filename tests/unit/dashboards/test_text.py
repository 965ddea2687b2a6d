"""The catalogue is whole: both languages, every key that is used and no key that is not."""

import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pytest

from analysis.contract import Technology
from analysis.finding import Grade, Reason, Verdict
from analysis.outage.outage import Cause, Flag
from analysis.profile import load
from analysis.report import State
from analysis.summary.page.paper import Refusal as Unreadable
from analysis.summary.reading import Confidence
from dashboards.web.access.asked import Refusal
from dashboards.web.language import Language
from dashboards.web.page.case.fields import FIELDS
from dashboards.web.page.live.course import State as Live
from dashboards.web.page.live.course import Why
from dashboards.web.page.readiness.shown import Standing
from dashboards.web.page.setup import terms
from dashboards.web.page.setup.deed import Look, ServerKind
from dashboards.web.page.setup.draft import Step
from dashboards.web.places import PLACES
from dashboards.web.render import words
from dashboards.web.text import CatalogueError, joined, parse, placeholders
from probe.body.conditions import LinkType
from probe.body.conditions import Path as PathKind
from probe.body.draw import Origin
from probe.body.reachability import NoAnswer, Role
from probe.body.speed_test import Direction, Failure, Limit
from probe.wire import Status

WEB = Path(str(files("dashboards.web")))
CATALOGUE = words()
SOURCES = [*WEB.rglob("*.py"), *WEB.rglob("templates/**/*.html")]
PAGES = (*(place.where.name for place in PLACES), "live", "setup")
SETUP_PROBLEMS = (
    "needed", "speed", "euros", "date", "day", "choice", "words", "above_maximum", "above_normal", "not_wireless",
    "share", "address", "consent", "host", "twice", "file",
)  # fmt: skip
CLAIM_RULES = [rule for rule in load("pt-nos").rules if not rule.id.startswith("speed.") and rule.id != "visit.porting"]
# Keys that are put together from an enumeration's value: every value must have its words.
BY_VALUE: dict[str, Iterable[str]] = {
    "state": State,
    "role": Role,
    "no_answer": NoAnswer,
    "direction": Direction,
    "failure": Failure,
    "limit": Limit,
    "mend": Reason,
    "verdict": Verdict,
    "probe": Status,
    "level": ("maximum", "normal", "minimum"),
    "line": ("maximum", "normal", "minimum"),
    "counts": ("met", "breached", "nothing"),
    "hours": ("line", "router", "table_line", "table_router"),
    "trials": ("legend_full", "legend_partial", "legend_failed"),
    "lack": ("tests_either", "tests_met", "tests_breached"),
    "age": ("seconds", "minutes", "hours", "days"),
    "nav": set(PAGES) - {place.where.name for place in PLACES if place.where.under},
    "title": PAGES,
    "outages": ("began_before", "began_after", "ended_before", "ended_after"),
    "outage_flag": Flag,
    "tests": ("by_direction", "by_counts", "full", "partial", "nothing", "failed", "imported"),
    "grade": Grade,
    "fact_group": ("rates", "latency", "server", "machine", "made"),
    "path": PathKind,
    "link": LinkType,
    "origin": (*Origin, "person"),
    "standing": Standing,
    "month": ("day", "low", "middle", "high", "count"),
    "empty": ("reachability", "tests", "verdicts"),
    "column": ("time", "direction", "tcp", "ip", "idle", "loaded", "remarks", "state", "from", "to", "lasted", "cause"),
    "cause": tuple(Cause),
    "refusal": Refusal,
    "live": (*Live, *(f"text_{one}" for one in Live), *(f"measuring_{one}" for one in Direction)),
    "live_why": Why,
    "setup_step": Step,
    "setup_text": Step,
    "setup_group": ("named", "download", "upload", "place", "price", "server", "host"),
    "setup_field": (*terms.ITEMS, "pdf", "region", "municipality", "address", "consent", "host", "network"),
    "setup_hint": (*terms.ITEMS, "pdf", "region", "municipality", "address", "host", "network"),
    "setup_technology": Technology,
    "setup_region": terms.ZONES,
    "setup_confidence": (*Confidence, "absent"),
    "setup_problem": (*SETUP_PROBLEMS, *(f"pdf_{one}" for one in Unreadable)),
    "claims": ("column_rule", "column_verdict", "column_finding", "column_clause"),
    "case_kind": FIELDS,
    "case_help": FIELDS,
    "case_field": {"name", "added_on", "document", *(field.key for fields in FIELDS.values() for field in fields)},
    "case_word": {word for fields in FIELDS.values() for field in fields for word in field.words},
    "case_step": ("judging", "redacting", "printing", "wrote"),
    "case_due": ("overdue", "soon", "later", "yours"),
    "case_problem": ("needed", "moment", "day", "number", "word", "order", "long", "busy", "unread"),
    "claim_rule": tuple(rule.id.replace(".", "_") for rule in CLAIM_RULES),
}
WITH_TITLE = {
    "banner": ("demonstration", "no_contract", "clock_off", "clock_unknown"),
    "setup_server": tuple(ServerKind),
    "setup_look": tuple(Look),
    "lack": ("contract", "contract_broken", "server", "tests", "day"),
}


def composed_keys() -> set[str]:
    keys = facts() | {f"{prefix}.{value}" for prefix, values in BY_VALUE.items() for value in values}
    return keys | {
        f"{prefix}.{key}.{part}" for prefix, names in WITH_TITLE.items() for key in names for part in ("title", "text")
    }


def facts() -> set[str]:
    """What `facts` yields, and what readiness is made of: keys that are put together from a name beside a value."""
    told = (WEB / "page" / "test" / "facts.py").read_text()
    stands = (WEB / "page" / "readiness" / "items.py").read_text()
    needs = re.findall(r'\("([a-z_]+)", _', stands)
    keys = {f"fact.{name}" for name in re.findall(r'yield "([a-z0-9_]+)"', told)}
    return keys | {f"need.{name}.{part}" for name in needs for part in ("title", "text", "mend")}


def written_keys() -> set[str]:
    """Every text in the sources that has the form of a key and begins with a table of the catalogue."""
    tables = {key.split(".")[0] for key in CATALOGUE.entries}
    found = {key for path in SOURCES for key in re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"(?! ~)', path.read_text())}
    found -= {path.name for path in SOURCES}
    return {key for key in found if key in CATALOGUE.entries or ("." in key and key.split(".")[0] in tables)}


def said_keys() -> set[str]:
    return {key for path in SOURCES for key in re.findall(r'\bsay\("([a-z_.]+)"[,)]', path.read_text())}


def test_every_key_that_is_used_exists() -> None:
    assert (written_keys() | composed_keys() | said_keys()) - set(CATALOGUE.entries) == set()


def test_every_key_is_used() -> None:
    assert set(CATALOGUE.entries) - written_keys() - composed_keys() == set()


@pytest.mark.parametrize("key", CATALOGUE.entries)
def test_no_word_is_empty_and_plural_forms_ask_for_nothing_more(key: str) -> None:
    for language in Language:
        forms = CATALOGUE.forms(key, language)
        assert all(words.strip() for words in forms.values())
        assert placeholders(forms.get("one", "")) <= placeholders(forms["other"])


def test_the_two_languages_are_not_the_same_text_by_oversight() -> None:
    same_in_both = {
        "direction.download", "direction.upload", "hours.router", "role.gateway", "role.internet", "counts.separator",
        "test.when", "trials.and", "none", "lack.stretch", "days.before", "days.after",
        "link.wifi", "link.virtual", "fact.mtu", "setup_server.mlab.title",
        "diary.amend_title", "case_field.download_mbps", "case_field.upload_mbps", "case_word.internet",
        "case_word.regulator",
        "setup_group.host", "setup_region.madeira",
    }  # fmt: skip
    same = {key for key, entry in CATALOGUE.entries.items() if len({str(entry[one]) for one in Language}) == 1}
    assert same == same_in_both


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('[a]\npt = "x"', "a must have pt and en"),
        ('[a]\npt = "x"\nen = "y"\nfr = "z"', "a must have pt and en"),
        ('[a]\npt = "{n}"\nen = "{m}"', "a has other placeholders"),
        ('[a]\npt = {one = "x"}\nen = "y"', "a must be a text"),
        ('[a]\nb = "x"', "a.b is neither"),
    ],
)
def test_a_catalogue_that_is_not_whole_is_refused(toml: str, complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        parse(toml)


def test_a_key_in_two_files_is_refused() -> None:
    one = parse('[a]\npt = "x"\nen = "y"')
    with pytest.raises(CatalogueError, match="a stands in two files"):
        joined([one, one])
