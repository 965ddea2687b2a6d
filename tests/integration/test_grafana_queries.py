"""Every question of every dashboard, asked of a real database that holds a known month, returns what is known of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from analysis.period import local_day
from collector.projection import settings
from collector.projection.influx import Database
from collector.projection.line_protocol import line_of
from dashboards.grafana.alert import alerts
from dashboards.grafana.board import contract
from dashboards.grafana.catalogue import dashboards
from dashboards.grafana.classic import classic
from dashboards.grafana.influxql import alert_text_of
from dashboards.grafana.panel import Choice
from probe import clock
from probe.units import epoch_us
from tests.build import LISBON
from tests.integration import grafana_month as month
from tests.integration.influx_rig import BUCKET, Influx, running

needs_influx = pytest.mark.component("influxdb")

Row = Mapping[str, Any]
Rows = list[dict[str, Any]]
WHOLE = (local_day(month.OCTOBER[0], LISBON).start_at, month.NOW + timedelta(days=30))
BOTH = month.escaped("casa", "loja")
DAYS = len(month.OCTOBER)
HOURS = 31 * 24 + 1  # of October in Lisbon
SLOW_COUNT = len(month.SLOW_DAYS) * len(month.SLOW_HOURS)
DOWN_S = 40 * 60 - month.OFTEN_S  # from the first miss to the last
UP_S = 25 * 3600 - month.SELDOM_S + 3 * 3600 - month.OFTEN_S - DOWN_S
LOST_TESTS, ODD_TESTS = 1, 2  # one test fell into the cut; one failed and one was of a busy machine


@dataclass(frozen=True)
class Shown:
    influx: Influx
    findings: Mapping[str, tuple[Any, ...]]

    def ask(self, text: str, start_at: datetime, end_at: datetime, **values: str) -> Rows:
        chosen = {"line": "casa", "operator": ".*", "group": ".*", "zone": "Europe/Lisbon", "lang": "en"} | values
        return self.influx.query(month.asked(text, chosen, start_at, end_at))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("grafana")
    with running(folder) as influx:
        yield Shown(influx, month.fill(influx, folder / "shown"))


def at(row: Row) -> date:
    """The local day that a row is of."""
    seconds: int = row["time"] // 10**9
    return datetime.fromtimestamp(seconds, LISBON).date()


def each(rows: Rows, name: str) -> Counter[Any]:
    return Counter(row[name] for row in rows)


def by(rows: Rows, *names: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[name] for name in names): row for row in rows}
    assert len(found) == len(rows)
    return found


def of_days(rows: Rows, name: str, usual: Any, others: Mapping[date, Any]) -> bool:
    """A row for each day of October, with the usual value but for some days."""
    return {at(row): row[name] for row in rows} == {day: others.get(day, usual) for day in month.OCTOBER}


def states(rows: Rows) -> bool:
    """A stretch begins at each midnight, and in three hours that were watched; the cut is among them."""
    casa = [row for row in rows if row["line"] == "casa"]
    return (
        each(casa, "state") == Counter(unobserved=30 + 1 + 1, up=1 + 2, down=1)
        and {at(row) for row in casa} == {*month.OCTOBER, date(2026, 10, 24)}
        and [row["state"] for row in casa if at(row) == month.LONG_DAY] == ["up", "unobserved"]
    )


def verdicts(rows: Rows) -> bool:
    told = by(rows, "rule", "direction")
    return (
        len(told) == 6
        and told["speed.maximum", "download"]["met"] == told["speed.maximum", "upload"]["met"] == DAYS
        and told["speed.minimum", "download"]["breached"] == len(month.SLOW_DAYS)
        and all(row["met"] + row["breached"] + row["insufficient"] == DAYS for row in rows)
    )


def daily_verdicts(rows: Rows) -> bool:
    slow = {at(row) for row in rows if row["verdict"] == "breached"}
    return len(rows) == 6 * DAYS and slow == set(month.SLOW_DAYS)


def promised(maximum: int, normal: int, minimum: int) -> Callable[[Rows], bool]:
    names = ("maximum", "normally available", "minimum")
    return lambda rows: (
        len(rows) == DAYS and {tuple(row[name] for name in names) for row in rows} == {(maximum, normal, minimum)}
    )


def moved(rows: Rows) -> bool:
    """A failed test and one more have no bytes; a day has as many tests as hours."""
    downs = [row for row in rows if row["direction"] == "download"]
    ups = [row for row in rows if row["direction"] == "upload"]
    usual = 24 * month.BYTES
    long = 25 * month.BYTES
    return of_days(downs, "sum", usual, {month.LONG_DAY: long, month.CUT_DAY: usual - month.BYTES}) and of_days(
        ups, "sum", usual, {month.LONG_DAY: long}
    )


def cells(field: str, usual: float, slow: float) -> Callable[[Rows], bool]:
    """A cell for each local hour of each day; the hour that came twice is one."""

    def hold(rows: Rows) -> bool:
        told = {(at(row), row["hour"]): row[field] for row in rows}
        hours = {(day, f"{hour:02d}") for day in month.OCTOBER for hour in range(24)}
        slowly = {(day, f"{hour:02d}") for day in month.SLOW_DAYS for hour in month.SLOW_HOURS}
        expected: dict[tuple[date, str], float | None] = {one: slow if one in slowly else usual for one in hours}
        ten = (month.CUT_DAY, "10")  # there the download is missing, not the upload
        if field == "download_median_bps":
            expected[ten] = None
        return {**dict.fromkeys(hours), **told} == expected and len(rows) >= len(hours) - 1

    return hold


def profile(usual: float, slow: float) -> Callable[[Rows], bool]:
    """Five of 31 days do not move the median of an hour."""

    def hold(rows: Rows) -> bool:
        told = by(rows, "hour")
        slowly = {f"{hour:02d}" for hour in month.SLOW_HOURS}
        ends = {False: (usual, usual), True: (min(usual, slow), max(usual, slow))}
        return len(told) == 24 and all(
            row["median"] == usual and (row["least"], row["most"]) == ends[hour in slowly]
            for (hour,), row in told.items()
        )

    return hold


def of_lines(rows: Rows) -> Counter[Any]:
    return Counter((row["line"], row["direction"]) for row in rows)


ALL_TESTS = Counter(
    {
        ("casa", "download"): HOURS - LOST_TESTS + ODD_TESTS,
        ("casa", "upload"): HOURS,
        ("loja", "download"): HOURS,
    }
)
LOADED = Counter({month.LOADED: 3 * HOURS - LOST_TESTS + ODD_TESTS - SLOW_COUNT, month.LOADED_SLOW: SLOW_COUNT})


def in_segments(tag: str, casa: str, loja: str) -> Callable[[Rows], bool]:
    def hold(rows: Rows) -> bool:
        told = by(rows, tag)
        one, other = told[casa,], told[loja,]
        return (
            (one["line days"], one["breaches"], one["outages"], one["down"]) == (DAYS, len(month.SLOW_DAYS), 1, DOWN_S)
            and one["unobserved"] == HOURS * 3600 - UP_S - DOWN_S
            and (one["download"], one["upload"]) == (1.01, 1.05)
            and (other["line days"], other["breaches"], other["outages"], other["down"]) == (DAYS, 0, 0, 0)
            and (other["download"], other["upload"], other["unobserved"]) == (1.01, None, HOURS * 3600)
            and one["down of the operator"] == other["down of the operator"] == 0
        )

    return hold


def grouped(usual: float, others: Mapping[date, float]) -> Callable[[Rows], bool]:
    name = {"median", "sum"}

    def hold(rows: Rows) -> bool:
        (value,) = name & set(rows[0])
        lisbon = [row for row in rows if row["group"] == "Lisboa"]
        porto = [row for row in rows if row["group"] == "Porto (Baixa)"]
        return of_days(lisbon, value, usual, others) and of_days(porto, value, usual, {})

    return hold


def attributed(names: tuple[str, ...]) -> Callable[[Rows], bool]:
    """Nobody saw a rung: the whole cut is unknown, and the rest is nobody's."""

    def hold(rows: Rows) -> bool:
        sums = {name: sum(row[name] for row in rows) for name in names}
        day = {at(row): row["unknown"] for row in rows}
        return (
            len(rows) == DAYS
            and sums == {**dict.fromkeys(names, 0), "unknown": DOWN_S}
            and day[month.CUT_DAY] == DOWN_S
        )

    return hold


def of_time(rows: Rows) -> bool:
    total = {at(row): row["up"] + row["down"] + row["unobserved"] for row in rows}
    down = {at(row): row["down"] for row in rows if row["down"]}
    return total == {day: 2 * (90_000 if day == month.LONG_DAY else 86_400) for day in month.OCTOBER} and down == {
        month.CUT_DAY: DOWN_S
    }


def falls_due(rows: Rows) -> bool:
    """48 hours from the report in a row, and working hours under three readings: all after a Saturday."""
    told = by(rows, "rule")
    return (
        set(told) == {("repair.w0",), ("repair.w1",), ("repair.w2",), ("repair.w3",)}
        and {row["verdict"] for row in rows} == {"met"}
        and told["repair.w0",]["time"] // 1000 == epoch_us(datetime.fromisoformat("2026-10-26T09:10:00+00:00"))
        and told["repair.w0",]["left_s"]
        == (datetime.fromisoformat("2026-10-26T09:10:00+00:00") - month.NOW).total_seconds()
    )


EXPECTED: dict[tuple[str, str], tuple[Callable[[Rows], bool], ...]] = {
    ("prova-line-today", "State"): (lambda rows: [row["last"] for row in rows] == ["unobserved"],),
    ("prova-line-today", "Last download"): (lambda rows: [row["last"] for row in rows] == [month.FAST],),
    ("prova-line-today", "Last upload"): (lambda rows: [row["last"] for row in rows] == [month.UP],),
    ("prova-line-today", "Surely down"): (lambda rows: [row["sum"] for row in rows] == [DOWN_S],),
    ("prova-line-today", "Up, down, not observed"): (states,),
    ("prova-line-today", "Every test"): (
        lambda rows: (
            each(rows, "ip_rate_bps")
            == Counter({month.FAST: HOURS - LOST_TESTS - SLOW_COUNT + 1, month.SLOW: SLOW_COUNT, month.UP: HOURS})
        ),
    ),
    ("prova-line-today", "Round trips beyond the router"): (
        lambda rows: each(rows, "median")[9.0] == 25 + 3 and set(each(rows, "longest")) == {9.0, None},
    ),
    ("prova-line-today", "Unanswered small probes"): (
        lambda rows: [round(row["sum_sum"], 9) for row in rows if row["sum_sum"]] == [round(40 / 60, 9)],
    ),
    ("prova-line-today", "Findings"): (
        lambda rows: (
            sum(row["verdict"] == "breached" for row in rows) == len(month.SLOW_DAYS)
            and all(row["sentence"].endswith((".", ")")) for row in rows)
        ),
    ),
    ("prova-contract", "Days by verdict"): (verdicts,),
    ("prova-contract", "Verdict of each day"): (daily_verdicts,),
    ("prova-contract", "Download and what was promised"): (
        lambda rows: of_days(rows, "median of the day", month.FAST, {}),
        promised(10**9, 10**9, 4 * 10**8),
    ),
    ("prova-contract", "Upload and what was promised"): (
        lambda rows: of_days(rows, "median of the day", month.UP, {}),
        promised(2 * 10**8, 2 * 10**8, 8 * 10**7),
    ),
    ("prova-contract", "Tests that may prove"): (
        lambda rows: each(rows, "direction") == Counter(download=HOURS - LOST_TESTS, upload=HOURS),
    ),
    ("prova-contract", "Data moved by tests"): (moved,),
    ("prova-contract", "Tests that prove nothing against the line"): (
        lambda rows: {(row["grade"], row["ip_rate_bps"]) for row in rows} == {("C", None), ("B", month.FAST)},
    ),
    ("prova-contract", "Breaches"): (
        lambda rows: (
            {at(row) for row in rows} == set(month.SLOW_DAYS) and {row["rule"] for row in rows} == {"speed.minimum"}
        ),
    ),
    ("prova-outages", "Time of these lines"): (
        lambda rows: (
            [(row["up"], row["down"], row["unobserved"]) for row in rows]
            == [(UP_S, DOWN_S, 2 * HOURS * 3600 - UP_S - DOWN_S)]
        ),
    ),
    ("prova-outages", "Outages"): (lambda rows: [(row["severity"], row["count"]) for row in rows] == [("outage", 1)],),
    ("prova-outages", "Where it lay"): (
        attributed(("own link", "gateway", "access line", "isp core", "remote", "dns", "planned", "unknown")),
    ),
    ("prova-outages", "Whose it was"): (attributed(("operator", "customer", "third party", "unknown")),),
    ("prova-outages", "Up, down, not observed"): (lambda rows: states(rows) and each(rows, "line")["loja"] == DAYS,),
    ("prova-outages", "Each outage"): (
        lambda rows: (
            [(row["line"], row["down_s"], row["time"] // 1000) for row in rows]
            == [("casa", DOWN_S, epoch_us(month.CUT[0]))]
        ),
    ),
    ("prova-congestion", "Download"): (cells("download_median_bps", month.FAST, month.SLOW),),
    ("prova-congestion", "Round trips under load"): (
        cells("loaded_rtt_median_ms", month.LOADED, (month.LOADED + month.LOADED_SLOW) / 2),
    ),
    ("prova-congestion", "Round trips without load"): (cells("idle_rtt_median_ms", month.IDLE, month.IDLE),),
    ("prova-congestion", "Download by hour"): (profile(month.FAST, month.SLOW),),
    ("prova-congestion", "Round trips under load by hour"): (
        profile(month.LOADED, (month.LOADED + month.LOADED_SLOW) / 2),
    ),
    ("prova-congestion", "Judged"): (
        lambda rows: [(at(row), row["kind"]) for row in rows] == [(month.OCTOBER[-1], "recurring")],
    ),
    ("prova-congestion", "Single times"): (
        lambda rows: (
            [(row["lasted_s"], row["place"], row["confidence"]) for row in rows] == [(3600.0, "unknown", "low")]
        ),
    ),
    ("prova-congestion", "Hours that come back"): (
        lambda rows: (
            {(at(row), row["hour"]): row["minutes"] for row in rows}
            == {
                (day, str(hour)): 45 if hour == month.SLOW_HOURS[0] else 60
                for day in month.SLOW_DAYS
                for hour in month.SLOW_HOURS
            }
        ),
    ),
    ("prova-latency", "Over all of this time"): (
        lambda rows: (
            {(row["line"], row["direction"]): (row["idle"], row["loaded"], row["responsiveness"]) for row in rows}
            == dict.fromkeys(ALL_TESTS, (month.IDLE, month.LOADED, 3000))
        ),
    ),
    ("prova-latency", "Round trips, idle and loaded"): (
        lambda rows: (
            of_lines(rows) == ALL_TESTS and each(rows, "loaded") == LOADED and set(each(rows, "loaded p95")) == {90.0}
        ),
    ),
    ("prova-latency", "Added by load"): (
        lambda rows: each(rows, "added") == Counter({load - month.IDLE: count for load, count in LOADED.items()}),
    ),
    ("prova-latency", "Small datagrams of their own"): (
        lambda rows: (
            {(row["idle"], row["loaded"], row["loaded p95"]) for row in rows} == {(month.IDLE, 22.0, 33.0)}
            and of_lines(rows) == ALL_TESTS
        ),
    ),
    ("prova-latency", "Responsiveness"): (
        lambda rows: set(each(rows, "responsiveness_rpm")) == {3000} and of_lines(rows) == ALL_TESTS,
    ),
    ("prova-latency", "Sent again, and lost"): (
        lambda rows: {(row["sent again"], row["lost"]) for row in rows} == {(0.01, None)},
    ),
    ("prova-latency", "Day by day"): (
        lambda rows: all(
            of_days([row for row in rows if row["line"] == line], "median", month.LOADED, {})
            for line in ("casa", "loja")
        ),
    ),
    ("prova-segments", "By group"): (in_segments("group", "Lisboa", "Porto (Baixa)"),),
    ("prova-segments", "By operator"): (in_segments("operator", "NOS", "Outra, Lda"),),
    ("prova-segments", "Download, as a share of the maximum"): (grouped(1.01, {}),),
    ("prova-segments", "Round trips under load"): (grouped(month.LOADED, {}),),
    ("prova-segments", "Breaches"): (grouped(0, dict.fromkeys(month.SLOW_DAYS, 1)),),
    ("prova-segments", "Down, of the operator's doing"): (grouped(0, {}),),
    ("prova-segments", "Lines with hours that come back"): (
        lambda rows: [(row["group"], at(row), row["sum"]) for row in rows] == [("Lisboa", month.OCTOBER[-1], 1)],
    ),
    ("prova-fleet", "Probes lost"): (lambda rows: {row["probe"]: row["lost"] for row in rows} == {"p1": 0, "p2": 1},),
    ("prova-fleet", "State of each line"): (
        lambda rows: {row["line"]: row["state"] for row in rows} == dict.fromkeys(("casa", "loja"), "unobserved"),
    ),
    ("prova-fleet", "Judged when"): (
        lambda rows: (
            {row["line"]: row["judged at"] for row in rows}
            == dict.fromkeys(("casa", "loja"), int(month.NOW.timestamp() * 1000))
        ),
    ),
    ("prova-fleet", "Lines judged"): (lambda rows: of_days(rows, "lines", 2, {}),),
    ("prova-fleet", "Breaches"): (lambda rows: of_days(rows, "breaches", 0, dict.fromkeys(month.SLOW_DAYS, 1)),),
    ("prova-fleet", "Time of all lines"): (of_time,),
    ("prova-fleet", "Messages settled"): (
        lambda rows: (
            Counter((row["outcome"], row["reason"], row["non_negative_difference"]) for row in rows)
            == Counter(
                {
                    ("accepted", "", 10): 2,
                    ("duplicate", "", 0): 2,
                    ("passed_over", "", 0): 2,
                    ("rejected", "signature", 0): 2,
                }
            )
        ),
    ),
    ("prova-fleet", "Line by line"): (
        lambda rows: (
            {row["line"]: (row["breaches"], row["outages"], row["down"], row["download"], row["tests"]) for row in rows}
            == {
                "casa": (len(month.SLOW_DAYS), 1, DOWN_S, 1.01, 2 * HOURS - LOST_TESTS + 1),
                "loja": (0, 0, 0, 1.01, HOURS),
            }
        ),
    ),
    ("prova-probes", "Status"): (
        lambda rows: (
            Counter((row["probe"], row["status"]) for row in rows) == Counter({("p1", "online"): 3, ("p2", "lost"): 3})
        ),
    ),
    ("prova-probes", "Silence"): (lambda rows: each(rows, "max") == Counter({30.0: 2, 3630.0: 2, 7230.0: 2}),),
    ("prova-probes", "Records not here"): (lambda rows: each(rows, "max") == Counter({10: 6}),),
    ("prova-probes", "Clock"): (lambda rows: [row["median"] for row in rows] == [12.5],),
    ("prova-probes", "Processor during tests"): (
        lambda rows: each(rows, "max") == Counter({0.2: 2 * HOURS - 1, 0.99: 1}),
    ),
    ("prova-probes", "Own link lost"): (lambda rows: [row["non_negative_difference"] for row in rows] == [2],),
    ("prova-probes", "Router's uptime"): (lambda rows: [row["last"] for row in rows] == [86400],),
    ("prova-probes", "What probes say of themselves"): (
        lambda rows: [(row["kind"], row["detail"], row["seconds"]) for row in rows] == [("suspended", "lid", 60.0)],
    ),
    ("prova-probes", "Failed tests"): (
        lambda rows: [(at(row), row["count"]) for row in rows] == [(date(2026, 10, 10), 1)],
    ),
    ("prova-clocks", "Clocks"): (lambda rows: [(row["open"], row["breached"]) for row in rows] == [(0, 0)],),
    ("prova-clocks", "Due each day"): (lambda rows: sum(row["count"] for row in rows) == 4,),
    ("prova-clocks", "Due when"): (falls_due,),
    ("prova-clocks", "Time away, repairs, money, complaints"): (
        lambda rows: (
            not any(row["verdict"] == "breached" for row in rows)
            and {"availability.accumulated", "repair.w0", "credit.amount"} <= {row["rule"] for row in rows}
        ),
    ),
}


def every_question_returns_what_is_known(shown: Shown, subtests: pytest.Subtests) -> None:
    for dashboard in dashboards():
        lines = BOTH if Choice.LINES in dashboard.choices else "casa"
        for panel in classic(dashboard)["panels"]:
            with subtests.test(f"{dashboard.uid}: {panel['title']}"):
                for target, holds in zip(panel["targets"], EXPECTED[dashboard.uid, panel["title"]], strict=True):
                    rows = shown.ask(target["query"], *WHOLE, line=lines)
                    assert holds(rows), rows[:5]


def test_nothing_is_expected_of_a_panel_that_there_is_not() -> None:
    assert set(EXPECTED) == {(one.uid, panel.title) for one in dashboards() for panel in one.panels}


def the_days_of_23_and_25_hours_are_whole(shown: Shown) -> None:
    day = 'SELECT "up_s", "down_s", "unobserved_s", "test_count" FROM "day" WHERE "line" =~ /^$line$/ AND $timeFilter'
    hour = 'SELECT "test_count" FROM "hour" WHERE "line" =~ /^$line$/ AND $timeFilter GROUP BY "hour"'
    for on, hours, twice in ((month.SHORT_DAY, 23, set()), (month.LONG_DAY, 25, {"01"})):
        whole = local_day(on, LISBON)
        last = whole.end_at - timedelta(milliseconds=1)
        (told,) = shown.ask(day, whole.start_at, last)
        assert (told["up_s"], told["down_s"], told["unobserved_s"]) == (
            hours * 3600 - month.SELDOM_S,
            0,
            month.SELDOM_S,
        )
        assert told["test_count"] == 2 * hours
        cells = {row["hour"]: row["test_count"] for row in shown.ask(hour, whole.start_at, last)}
        expected = {f"{one.astimezone(LISBON).hour:02d}": 2 for one in month.hours(on)}
        assert cells == {**expected, **dict.fromkeys(twice, 4)}
        assert len(cells) == (23 if on == month.SHORT_DAY else 24)


def days_of_raw_records_begin_at_the_lines_own_midnight(shown: Shown) -> None:
    """What the database itself groups by days, in both nights: 23 tests a direction, and 25."""
    (panel,) = (one for one in classic(contract.dashboard())["panels"] if one["title"] == "Data moved by tests")
    for on, hours in ((month.SHORT_DAY, 23), (month.LONG_DAY, 25)):
        whole = local_day(on, LISBON)
        rows = shown.ask(panel["targets"][0]["query"], whole.start_at, whole.end_at - timedelta(milliseconds=1))
        assert {(row["direction"], row["sum"], at(row)) for row in rows} == {
            (direction, hours * month.BYTES, on) for direction in ("download", "upload")
        }


def a_choice_narrows_the_next_and_a_name_with_signs_in_it_is_taken_as_it_stands(shown: Shown) -> None:
    variables = {one["name"]: one["query"] for one in classic(dashboards()[2])["templating"]["list"]}

    def told(name: str, **chosen: str) -> list[str]:
        return sorted({row["value"] for row in shown.ask(variables[name], WHOLE[0], WHOLE[1], **chosen)})

    assert told("operator") == ["NOS", "Outra, Lda"]
    assert told("group", operator="NOS") == ["Lisboa"]
    assert told("line") == ["casa", "loja"]
    baixa = month.escaped("Porto (Baixa)")
    assert told("line", group=baixa) == ["loja"]
    days = 'SELECT count("up_s") FROM "day" WHERE $timeFilter AND "group" =~ /^$group$/'
    assert [row["count"] for row in shown.ask(days, *WHOLE, group=baixa)] == [DAYS]


def shown_twice_a_point_is_there_once(shown: Shown) -> None:
    rows = shown.influx.query('SELECT count("n") FROM (SELECT "met" AS "n" FROM "finding" WHERE "withdrawn" = false)')
    assert rows[0]["count"] == sum(len(own) for own in shown.findings.values())


def an_alert_tells_of_a_finding_that_stands_and_of_nothing_else(shown: Shown) -> None:
    """Conditions are asked with the time of now, so two lines are shown as they may be at this very moment."""
    now_ns = epoch_us(clock.now() - timedelta(minutes=1)) * 1000
    place = {"operator": "NOS", "group": "Lisboa"}
    bad = {"breached": 1, "open": 1, "lost": 1, "judged": 1, "withdrawn": False}
    good = {**bad, "breached": 0, "open": 0, "lost": 0}
    gone = {**bad, "withdrawn": True}
    own = settings.Influx(url=shown.influx.url, bucket=BUCKET)
    told = {
        "finding": {"rule": "speed.minimum", "direction": "download"},
        "deadline": {"rule": "repair.w0"},
        "outage": {"concern": "line", "severity": "outage"},
        "probe": {"probe": "p"},
        "place": {},
    }
    with closing(Database(own)) as database:
        for measurement, tags in told.items():
            for line, fields in (("bad", bad), ("good", good), ("gone", gone)):
                if (measurement, line) != ("probe", "gone"):  # nothing judged, nothing withdrawn
                    made = line_of(measurement, {**place, "line": line, **tags}, fields, now_ns)
                    assert made is not None
                    assert not database.write([made]).refused
    for alert in alerts():
        rows = [
            row for row in shown.influx.query(alert_text_of(alert.query, alert.within)) if row.get("line") != "loja"
        ]
        values = {
            row.get("line"): next(row[key] for key in ("max", "last") if key in row)
            for row in rows
            if "max" in row or "last" in row
        }
        if alert.uid == "prova-nothing-judged":
            assert [value for row in rows for key, value in row.items() if key != "time"] == [0]
        else:
            assert {line: value for line, value in values.items() if line in {"bad", "good", "gone"}} == {
                "bad": 1,
                "good": 0,
            }


@needs_influx
def test_the_month_is_shown_as_it_was(shown: Shown, subtests: pytest.Subtests) -> None:
    """One test, so that the month is judged and written once."""
    every_question_returns_what_is_known(shown, subtests)
    for claim in (
        the_days_of_23_and_25_hours_are_whole,
        days_of_raw_records_begin_at_the_lines_own_midnight,
        a_choice_narrows_the_next_and_a_name_with_signs_in_it_is_taken_as_it_stands,
        shown_twice_a_point_is_there_once,
        an_alert_tells_of_a_finding_that_stands_and_of_nothing_else,
    ):
        with subtests.test(claim.__name__):
            claim(shown)
