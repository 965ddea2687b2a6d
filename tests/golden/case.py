"""One golden case as a folder: contract.toml, case.toml, records.jsonl, and what they must give: findings.json, and
stages.json with all that lies between.
"""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from analysis.assess import BEFORE, assess, no_speed_time
from analysis.assess import judged as judged_tests
from analysis.contract import Line
from analysis.contract_file import load
from analysis.explain.around import Around
from analysis.explain.explain import explain, rule_of
from analysis.explain.explanation import Explanation
from analysis.finding_json import report_json
from analysis.outage.judge import account_of
from analysis.outage.outage_json import ledger_json, outages_json
from analysis.period import Period, local_day
from analysis.profile import load as load_profile
from analysis.report import JudgedTest
from analysis.validity import grade
from collector.envelope import StoredRecord
from probe import wire

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """A case by its folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def findings(self) -> Path:
        return self.folder / "findings.json"

    @property
    def outages(self) -> Path:
        """The account of the line's time; only where the case is about that."""
        return self.folder / "outages.json"

    def account(self) -> str:
        """What `prova show outages` and `prova show ledger` say of the folder's records, as JSON."""
        line, period, _ = self._asked()
        account = account_of(line.id, read(self.folder / "records.jsonl"), period)
        told = {**outages_json(account), "ledger": ledger_json(line.id, account.ledger)}
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    def judged(self) -> str:
        """What `prova check --json` says of the folder's records, whole days from `from` up to `to`."""
        _, period, now = self._asked()
        contract = load(self.folder / "contract.toml")
        report = assess(read(self.folder / "records.jsonl"), contract, period, now)
        return json.dumps(report_json(report), indent=1, ensure_ascii=False) + "\n"

    @property
    def stages(self) -> Path:
        """Everything between the records and the findings."""
        return self.folder / "stages.json"

    def worked_out(self) -> str:
        """The ledger, every test's grade and reasons, and of each finding its arithmetic and what became of each test.

        `tests` of a finding: `standing` of one used, `reasons` of one left out.
        """
        line, period, now = self._asked()
        contract, records = load(self.folder / "contract.toml"), read(self.folder / "records.jsonl")
        profile = load_profile(contract.profile)
        tests = judged_tests(records, line.id, contract, profile)
        down = no_speed_time(records, Period(period.start_at - BEFORE, period.end_at), profile)
        around = Around(contract=contract, now=now, tests=tests, down=down)
        report = assess(records, contract, period, now)
        told = {
            "ledger": ledger_json(line.id, report.ledger),
            "tests": {one.stored.record.id: _judged(one) for one in tests},
            "findings": {one.id: _laid_open(explain(one, around, rule_of(one, profile))) for one in report.findings},
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    def _asked(self) -> tuple[Line, Period, datetime]:
        line = load(self.folder / "contract.toml").line
        told = tomllib.loads((self.folder / "case.toml").read_text(encoding="utf-8"))
        first, after, now = told["from"], told["to"], told["now"]
        assert isinstance(first, date)
        assert isinstance(now, datetime)
        return line, Period(local_day(first, line.zone).start_at, local_day(after, line.zone).start_at), now


def _judged(one: JudgedTest) -> str:
    reasons = ", ".join(one.reasons)
    return f"{grade(one.reasons).value}{': ' if reasons else ''}{reasons}"


def _laid_open(told: Explanation) -> dict[str, object]:
    return {
        "steps": [step.formula for step in told.steps],
        "tests": {
            **{one.record_id: one.standing for one in told.used},
            **{one.record_id: ", ".join(one.reasons) for one in told.left_out},
        },
    }


def cases() -> list[Case]:
    return [Case(path.parent) for path in sorted(HERE.glob("*/case.toml"))]


def read(path: Path) -> list[StoredRecord]:
    """The records in `path`, one a line."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        StoredRecord(
            record=wire.decode_record(json.dumps(one["record"]).encode(), line=one["line"], probe=one["probe"]),
            received_at=datetime.fromisoformat(one["received_at"]),
            batch_sha256=one["batch_sha256"],
        )
        for one in lines
    ]


def write(path: Path, records: Iterable[StoredRecord]) -> None:
    """The inverse of `read`."""
    lines = (
        {
            "line": one.record.line,
            "probe": one.record.probe,
            "received_at": one.received_at.isoformat(),
            "batch_sha256": one.batch_sha256,
            "record": json.loads(wire.encode_record(one.record)),
        }
        for one in records
    )
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines), encoding="utf-8")
