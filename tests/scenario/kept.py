"""Each scenario on money, time and complaints keeps all its findings word for word, in `findings/`: one a line.

Written anew by `python -m tests.scenario.kept`; the difference is to be read before it is committed.
"""

import json
import tomllib
from pathlib import Path

from analysis.finding_json import finding_json
from analysis.report import Report
from analysis.scenario.compare import judged
from analysis.scenario.script_file import read

HERE = Path(__file__).parent
SCENARIOS = sorted((HERE / "claims").glob("*.toml"))


def file_of(scenario: Path) -> Path:
    """Where its findings are kept."""
    return HERE / "findings" / f"{scenario.stem}.jsonl"


def rows(report: Report) -> list[str]:
    """Every finding but those on speed, of which the golden days hold all there is."""
    told = (finding_json(one) for one in report.findings if not one.rule.startswith("speed."))
    return [json.dumps(one, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for one in told]


def main() -> None:
    for scenario in SCENARIOS:
        found = rows(judged(read(tomllib.loads(scenario.read_text()))))
        file_of(scenario).write_text("".join(f"{row}\n" for row in found), encoding="utf-8")


if __name__ == "__main__":
    main()
