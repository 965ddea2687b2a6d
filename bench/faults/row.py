"""Vocabulary. One fault of the table: how often it was injected, and what the audit found afterwards."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`acknowledged` records had a receipt, or were in the store before; None where the fault has no such count.

    `lost` of them are not in the store, `doubled` are there twice, `defects` were found by `prova collector verify`.
    `seen` says what else was counted, `said` what the product told people. `failures` must be empty.
    """

    fault: str
    times: int
    acknowledged: int | None
    lost: int
    doubled: int
    defects: int
    seen: str = ""
    said: str = ""
    failures: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or left unsaid."""
        return not (self.lost or self.doubled or self.defects or self.failures)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"holds": self.holds}


HEAD = "| fault | times | acknowledged | lost | doubled | defects | what was counted | what was said |\n|" + "---|" * 8


def line(row: Row) -> str:
    """One line of a Markdown table."""
    count = "-" if row.acknowledged is None else f"{row.acknowledged:,}"
    told = row.said.replace("|", "/").replace("\n", " ")
    cells = (row.fault, str(row.times), count, str(row.lost), str(row.doubled), str(row.defects), row.seen, told)
    failed = "".join(f"\n  FAILED: {one}" for one in row.failures)
    return "| " + " | ".join(cells) + " |" + failed
