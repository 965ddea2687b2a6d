"""One golden case as a folder: contract.toml, case.toml, records.jsonl, and the findings.json that they must give."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from analysis.assess import assess
from analysis.contract import Line
from analysis.contract_file import load
from analysis.finding_json import report_json
from analysis.outage.judge import account_of
from analysis.outage.outage_json import ledger_json, outages_json
from analysis.period import Period, local_day
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

    def _asked(self) -> tuple[Line, Period, datetime]:
        line = load(self.folder / "contract.toml").line
        told = tomllib.loads((self.folder / "case.toml").read_text(encoding="utf-8"))
        first, after, now = told["from"], told["to"], told["now"]
        assert isinstance(first, date)
        assert isinstance(now, datetime)
        return line, Period(local_day(first, line.zone).start_at, local_day(after, line.zone).start_at), now


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
