"""Write the golden files anew: `python -m tests.golden.regenerate`, then read the difference before committing it.

Findings are recomputed from the records that are there. With `--records` the records are built anew too, from
`scenarios.py`, and case.toml and contract.toml with them.
"""

import sys

from tests.golden.case import HERE, cases, write
from tests.golden.scenarios import SCENARIOS


def main(arguments: list[str]) -> None:
    if arguments == ["--records"]:
        for scenario in SCENARIOS:
            folder = HERE / scenario.name
            folder.mkdir(exist_ok=True)
            (folder / "contract.toml").write_text(scenario.contract, encoding="utf-8")
            (folder / "case.toml").write_text(scenario.told(), encoding="utf-8")
            write(folder / "records.jsonl", scenario.records)
    elif arguments:
        sys.exit(__doc__)
    for case in cases():
        case.findings.write_text(case.judged(), encoding="utf-8")
        case.stages.write_text(case.worked_out(), encoding="utf-8")
        if case.outages.exists():
            case.outages.write_text(case.account(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
