"""`prova extract` over lines that were watched: outages, repairs and credits, from a store with signed batches.

One line is away for more than a day, one never comes back, six come back, one was cut at home, two nobody watched.
"""

import csv
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from analysis.extract.aggregate import DIMENSIONS
from analysis.extract.service.line_service import Owner
from analysis.outage.outage import Concern, Outage
from analysis.period import Period
from analysis.report import State
from analysis.run import account
from probe import wire
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.record import Record
from tests.build import a_record
from tests.integration.lake_rig import House, accepted
from tests.integration.test_extract_command import CONTRACT, REGIONS, Panel, measure, rows_of

LISBON = ZoneInfo("Europe/Lisbon")
HOUR = timedelta(hours=1)
INTERVAL_S = 300
A_DAY_AT = datetime(2026, 10, 20, tzinfo=LISBON)  # no speed test is near
LINES = [f"line-{number:02}" for number in range(len(REGIONS))]
UNWATCHED = LINES[-2:]
OCTOBER = Period(datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))

# line: first local hour watched, for how many hours, away from and to (hours after), and whether at home
AWAY: dict[int, tuple[datetime, int, int, int, bool]] = {
    **{number: (A_DAY_AT, 24, 8, 11 + number, False) for number in range(6)},
    6: (A_DAY_AT, 42, 10, 40, False),
    7: (datetime(2026, 10, 31, 12, tzinfo=LISBON), 12, 10, 12, False),
    8: (A_DAY_AT, 24, 8, 10, True),
}
CASE = """\
[[fault]]
id = "a1"
service = "internet"
reported_at = 2026-10-20T{hour:02}:30:00
[[invoice]]
issued_on = 2026-10-25
credit_eur = "{credit}"
"""
TOWNS = {"Norte": "Porto", "Algarve": "Faro", "Centro": "Coimbra"}
TOWN = 'municipality = "{}"\n[download]'
OWNERS = """\
line,from,asn,network
line-10,2026-10-01,64500,fixed
line-10,2026-10-11,64501,fixed
line-11,2026-10-01,64500,fixed
line-11,2026-10-15,64777,mobile
line-11,2026-10-16,64500,fixed
"""
CAUSE = """\
[[cause]]
from = 2026-10-20T07:00:00
to = 2026-10-20T11:00:00
whose = "customer"
evidence = "the router was moved"
"""


def target(name: str, role: Role, *, answers: bool) -> TargetMinute:
    """Asked once an interval for an hour."""
    samples = tuple(
        Sample(ms, 9.0) if answers else Sample(ms, None, NoAnswer.TIMED_OUT)
        for ms in range(0, 3_600_000, INTERVAL_S * 1000)
    )
    return TargetMinute(target=name, role=role, method=ProbeMethod.ICMP, loopback=False, samples=samples, network=name)


def an_hour(*, beyond: bool = True, home: bool = True) -> Reachability:
    near = [target("192.168.1.1", Role.GATEWAY, answers=home), target("hop", Role.FIRST_HOP, answers=home)]
    far = [target(name, Role.INTERNET, answers=beyond) for name in ("a", "b", "c")]
    return Reachability(interval_s=INTERVAL_S, targets=(*near, *far))


WELL, CUT, CUT_AT_HOME = an_hour(), an_hour(beyond=False), an_hour(beyond=False, home=False)


def watch(house: House, line: str, number: int) -> None:
    starts, hours, away_from, away_to, at_home = AWAY.get(number, (A_DAY_AT, 24, 0, 0, False))
    sender = house.sender(line, f"w{number}")
    first_at = starts.astimezone(UTC)
    records: list[Record] = []
    for hour in range(hours):
        body = (CUT_AT_HOME if at_home else CUT) if away_from <= hour < away_to else WELL
        at = first_at + hour * HOUR
        ns = hour * 3_600_000_000_000
        made = a_record(line=line, body=body, at=at, lasts=HOUR, boot_id=f"b{number}", monotonic_ns=ns)
        records.append(replace(made, probe=sender.name, sequence=hour + 1))
    encoded = [wire.encode_record(one) for one in records]
    signed = wire.seal_batch(line, sender.name, encoded, previous_sha256=None, key=sender.own)
    house.keep(accepted(signed, sender.own, records[-1].ended.at))


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    house, folder = House(tmp_path_factory.mktemp("home")), tmp_path_factory.mktemp("contracts")
    cases = house.home / "cases"
    cases.mkdir(parents=True)
    rows = ["line,operator,region"]
    for number, (line, region) in enumerate(zip(LINES, REGIONS, strict=True)):
        price = '[price]\nmonthly_eur = "31.00"\ninternet_share_eur = "15.50"\n'
        (folder / f"{line}.toml").write_text(
            CONTRACT.format(line=line, operator="NOS").replace(
                "[download]", f'municipality = "{TOWNS[region]}"\n[download]'
            )
            + price
        )
        rows.append(f"{line},NOS,elsewhere")
        measure(house, line, number)
        if line not in UNWATCHED:
            watch(house, line, number)
    for number, credit in ((0, "0.00"), (1, "1.00"), (2, "1.25"), (6, "0.50")):
        (cases / f"{LINES[number]}.toml").write_text(CASE.format(hour=8 if number != 6 else 11, credit=credit))
    (cases / f"{LINES[8]}.toml").write_text(CAUSE)
    topology = house.home / "fleet" / "topology.csv"
    topology.parent.mkdir(parents=True)
    topology.write_text("\n".join(rows) + "\n")
    return Panel(house, folder)


@pytest.fixture(scope="module")
def packages(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extract") / "2026-10"
    nuts, owners = folder.parent / "nuts.csv", folder.parent / "owners.csv"
    nuts.write_text("municipality,nuts2,nuts3\nPorto,Norte,Litoral\nFaro,Algarve,Sotavento\nCoimbra,Centro,Baixo\n")
    owners.write_text(OWNERS)
    beside = {"--cases": panel.house.home / "cases", "--nuts": nuts, "--as-log": owners}
    given = [str(part) for pair in beside.items() for part in pair]
    assert panel.extract(folder, *given, "--nuts3")[0] == 0
    return folder


def of_line(panel: Panel, packages: Path, number: int, table: str = "line_service") -> list[dict[str, str]]:
    """The rows of one line, by its pseudonym: the one of the same group whose time away is as its ledger says."""
    from prova.many.extraction import Pseudonyms

    name = Pseudonyms(panel.house.home / "extracts" / "pseudonym.key")(LINES[number])
    return [one for one in rows_of(packages, f"restricted/data/{table}.csv") if one["unit_id"] == name]


def outages(panel: Panel, number: int) -> list[Outage]:
    found = account(panel.house.store, LINES[number], OCTOBER).outages
    return [one for one in found if one.concern is Concern.LINE]


def whole(packages: Path, table: str) -> list[dict[str, str]]:
    """The rows of all lines together."""
    dimensions = DIMENSIONS
    return [
        one for one in rows_of(packages, f"public/data/{table}.csv") if all(one[name] == "all" for name in dimensions)
    ]


def test_each_lines_time_is_that_of_its_own_ledger(panel: Panel, packages: Path) -> None:
    for number, line in enumerate(LINES[:9]):
        ledger = account(panel.house.store, line, OCTOBER).ledger
        (row,) = of_line(panel, packages, number)
        told = [float(row[name]) for name in ("up_s", "down_s", "unobserved_s")]
        assert told == pytest.approx([ledger.seconds(state) for state in State], abs=2)
        assert sum(map(int, told)) == OCTOBER.duration.total_seconds()
        lower = sum(one.down_s_lower for one in outages(panel, number))
        assert float(row["down_s"]) == pytest.approx(lower, abs=2)
        assert int(row["away_most_s"]) >= int(row["down_s"]) > 0


def test_days_add_up_to_the_line(panel: Panel, packages: Path) -> None:
    (row,), days = of_line(panel, packages, 6), of_line(panel, packages, 6, "line_service_days")
    assert [one["day"] for one in days] == ["2026-10-20", "2026-10-21"]
    for name in ("up_s", "down_s", "away_most_s", "operator_outages", "long_outages"):
        assert int(row[name]) == sum(int(one[name]) for one in days)
    assert [one["operator_outages"] for one in days] == ["1", "0"], "it counts on the day it began"
    assert [one["long_outages"] for one in days] == ["0", "1"], "and as long on the day on which it became so"
    assert all(int(one["up_s"]) + int(one["down_s"]) + int(one["unobserved_s"]) == 86_400 for one in days)


def test_whose_an_outage_was_is_told(panel: Panel, packages: Path) -> None:
    told = {number: of_line(panel, packages, number)[0] for number in (5, 8, 9)}
    counts = {n: [row[f"{owner.value}_outages"] for owner in Owner] for n, row in told.items()}
    assert counts == {5: ["1", "0", "0"], 8: ["0", "1", "0"], 9: ["0", "0", "0"]}


def test_of_a_line_that_nobody_watched_no_outage_is_told_and_none_denied(panel: Panel, packages: Path) -> None:
    (row,) = of_line(panel, packages, len(LINES) - 1)
    assert {row[name] for name in ("up_s", "down_s", "operator_outages", "away_most_s", "due_least_eur")} == {""}
    assert int(row["unobserved_s"]) == OCTOBER.duration.total_seconds()


def test_an_outage_without_an_end_may_have_lasted_to_the_periods_end(panel: Panel, packages: Path) -> None:
    (row,) = of_line(panel, packages, 7)
    assert int(row["down_s"]) < 2 * 3600 <= int(row["away_most_s"])
    cases = of_line(panel, packages, 7, "repairs")
    assert {one["end"] for one in cases} == {"open"}


def test_what_is_published_is_the_sum_of_the_lines(packages: Path) -> None:
    (row,) = whole(packages, "service_time")
    lines = rows_of(packages, "restricted/data/line_service.csv")
    assert (row["state"], row["outages_state"]) == ("shown", "shown")
    assert (row["panel_lines"], row["watched_lines"]) == ("30", "28")
    for name in ("unobserved_s", "down_s", "away_most_s", "operator_outages", "other_outages", "long_outages"):
        assert int(row[name]) == sum(int(one[name] or 0) for one in lines)
    assert (row["operator_outages"], row["other_outages"], row["long_outages"]) == ("8", "1", "1")
    assert (row["away_lines"], row["lines_without_outage"]) == ("9", "19")
    whole_s = int(row["observed_s"]) + int(row["unobserved_s"])
    assert whole_s == 30 * OCTOBER.duration.total_seconds() - 10 * 86_400, "line 10 counts from the 11th on"
    assert float(row["coverage_share"]) == round(int(row["observed_s"]) / whole_s, 4)


def survived(spent_s: Sequence[int], ended: Sequence[bool], share: float) -> int | None:
    """The product-limit estimator, written out."""
    left = 1.0
    for at in sorted(set(spent_s)):
        at_risk = sum(one >= at for one in spent_s)
        left *= 1 - sum(one == at and seen for one, seen in zip(spent_s, ended, strict=True)) / at_risk
        if left <= 1 - share + 1e-12:
            return at
    return None


def test_repair_times_are_those_of_the_faults_with_open_ones_counted_as_such(packages: Path) -> None:
    faults = rows_of(packages, "restricted/data/repairs.csv")
    told = [one for one in whole(packages, "repair_times") if one["clock"] == "observed"]
    assert {one["reading"] for one in told} == {"w0", "w1", "w2", "w3-09-22", "w3-08-20", "w3-09-18"}
    for row in told:
        own = [one for one in faults if (one["clock"], one["reading"]) == ("observed", row["reading"])]
        spent, ended = [int(one["spent_s"]) for one in own], [one["end"] == "seen" for one in own]
        assert (row["state"], row["case_count"], row["open_count"]) == ("shown", "8", "1")
        for name, share in (("p50_s", 0.5), ("p80_s", 0.8)):
            wanted = survived(spent, ended, share)
            assert row[name] == ("" if wanted is None else str(wanted)), row["reading"]
        assert row["p95_s"] == "", "of eight faults it would be one line's own"
    consecutive = {one["p50_s"] for one in told if one["reading"] == "w0"}
    assert 4 * 3600 < int(consecutive.pop()) < 7 * 3600


def test_a_few_faults_that_operators_knew_of_are_withheld(packages: Path) -> None:
    told = [one for one in whole(packages, "repair_times") if one["clock"] == "known"]
    assert {one["state"] for one in told} == {"withheld"}
    reasons = {one["part"]: one["reason"] for one in whole(packages, "withheld_parts")}
    assert (reasons["repairs_known"], reasons["credits_due"]) == ("few_told", "few_lines")


def test_what_is_owed_and_what_was_given_stand_by_the_line(panel: Panel, packages: Path) -> None:
    (long,) = of_line(panel, packages, 6)
    owed = Decimal(30) / 24 / 31 * Decimal("15.50")  # of 31 days, from 10:00 to 16:00 of the next day
    assert Decimal(0) < Decimal(long["due_least_eur"]) <= owed <= Decimal(long["due_most_eur"])
    assert long["issued_eur"] == "0.50"
    (short,) = of_line(panel, packages, 0)
    assert (short["due_least_eur"], short["issued_eur"]) == ("0.00", "0.00")
    (silent,) = of_line(panel, packages, 9)
    assert (silent["due_least_eur"], silent["issued_eur"]) == ("0.00", "")
    (given,) = whole(packages, "credits")
    assert (given["issued_state"], given["issued_lines"], given["issued_eur"]) == ("shown", "4", "2.75")


def test_a_group_with_one_lines_outage_alone_tells_nothing_of_it(packages: Path) -> None:
    by_region = {
        one["region"]: one
        for one in rows_of(packages, "public/data/service_time.csv")
        if all(one[name] == "all" for name in DIMENSIONS[1:])
    }
    assert by_region["Centro"]["state"] == "withheld"
    for one in by_region.values():
        if one["outages_state"] == "withheld":
            assert one["down_s"] == one["operator_outages"] == one["lines_without_outage"] == ""


def test_a_line_whose_address_changed_owner_counts_for_its_longer_part(panel: Panel, packages: Path) -> None:
    kept = {one["kept"]: one for one in of_line(panel, packages, 10, "line_changes")}
    assert (kept["shorter"]["last_day"], kept["kept"]["first_day"]) == ("2026-10-10", "2026-10-11")
    assert (kept["shorter"]["address_owner"], kept["kept"]["address_owner"]) == ("64500", "64501")
    told = {one["rule"]: (one["lines"], one["days"]) for one in rows_of(packages, "public/data/cleansing.csv")}
    assert told["changed_address_owner_within_period"] == told["changed_group_within_period"] == ("1", "10")
    assert told["changed_operator_within_period"] == ("0", "0")


def test_tests_of_a_day_told_to_be_mobile_do_not_count(panel: Panel, packages: Path) -> None:
    told = {one["rule"]: (one["lines"], one["days"]) for one in rows_of(packages, "public/data/cleansing.csv")}
    assert told["mobile_failover"] == ("1", "1")
    left = {one["reason"]: one["test_count"] for one in rows_of(packages, "public/data/exclusions.csv")}
    assert left == {"mobile_failover": "5"}
    (verdicts,) = {
        one["verdicts"][14] for one in of_line(panel, packages, 11, "line_days") if one["rule"] == "speed.normal"
    }
    assert verdicts == "-"
    (address,) = [one for one in of_line(panel, packages, 11, "address_log") if one["network"] == "mobile"]
    assert (address["first_day"], address["address_owner"]) == ("2026-10-15", "64777")


def test_lines_are_counted_by_area_and_by_what_they_were_tested_over(packages: Path) -> None:
    groups = {(one["region"], one["nuts3"], one["access"]) for one in rows_of(packages, "public/data/aggregates.csv")}
    assert {("Norte", "all", "all"), ("all", "Litoral", "all"), ("all", "Litoral", "wired")} <= groups
    assert "elsewhere" not in {region for region, _, _ in groups}


@pytest.fixture(scope="module")
def altered(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same packages with one number of each table told wrong."""
    folder = Path(shutil.copytree(packages, tmp_path_factory.mktemp("altered") / "2026-10"))
    for name, column, of in (
        ("public/data/aggregates.csv", "line_count", "all"),
        ("public/data/service_time.csv", "observed_s", "all"),
        ("restricted/data/line_service_days.csv", "down_s", None),
        ("restricted/data/line_service.csv", "unobserved_s", None),
    ):
        rows = rows_of(folder, name)
        one = next(row for row in rows if row[column] and (of is None or row["region"] == of))
        one[column] = str(int(one[column]) + 4_000_000)
        if "state" in one:
            next(row for row in rows if row["state"] == "withheld")["state"] = "shown"
        with (folder / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def asked(folder: Path, query: Path) -> list[Any]:
    """What a query of a package says, run where a reader would run it."""
    given = (
        (folder / query)
        .read_text(encoding="utf-8")
        .replace("read_csv('", f"read_csv('{(folder / query).parent.parent}/")
    )
    with duckdb.connect() as database:
        return database.execute(given).fetchall()


def test_the_packages_own_queries_find_nothing(packages: Path) -> None:
    queries = sorted(path.relative_to(packages) for path in packages.glob("*/queries/*.sql"))
    assert len(queries) == 6
    assert {str(one): asked(packages, one) for one in queries} == {str(one): [] for one in queries}


def test_each_query_finds_a_number_told_wrong(packages: Path, altered: Path) -> None:
    for query in sorted(path.relative_to(packages) for path in packages.glob("*/queries/*.sql")):
        assert asked(altered, query), query


def test_a_case_of_no_line_is_told_with_the_mend(panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "lime-00.toml").write_text("")
    with pytest.raises(Exception, match=r"lime-00\.toml is the case of no line with a contract; name it LINE\.toml"):
        panel.extract(tmp_path / "out", "--cases", str(tmp_path / "cases"))
