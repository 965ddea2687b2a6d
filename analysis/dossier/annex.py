"""Pure. What goes behind a dossier's findings: every reading of a credit, official results, the papers that go with it.

Amounts and times are the analysis's and the case's own. Knows nothing of pages.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from analysis import wording
from analysis.case.case import Case, OfficialResult
from analysis.case.nearest import Near
from analysis.finding import Finding
from analysis.wording import Said
from probe.body.speed_test import Direction

_READING = ("base", "since", "denominator", "rounding")


def credit_readings(findings: Sequence[Finding], lang: str) -> Iterator[dict[str, Any]]:
    """Of each billing period that owes anything under any reading: its sentence, and a row for each reading."""
    for one in findings:
        rows = one.measured.get("matrix")
        cells = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if one.rule == "credit.amount" and any(Decimal(str(cell["upper_eur"])) for cell in cells):
            yield {
                "sentence": one.sentence.pt if lang == "pt" else one.sentence.en,
                "rows": [_cell(cell, recommended=cell == one.measured.get("recommended"), lang=lang) for cell in cells],
            }


def _cell(cell: dict[str, Any], *, recommended: bool, lang: str) -> list[str]:
    words = [_in(wording.say(f"dossier.credit.{key}.{cell[key]}"), lang) for key in _READING]
    sums = [_in(wording.euros(Decimal(str(cell[key]))), lang) for key in ("lower_eur", "upper_eur")]
    return [("★ " if recommended else "") + words[0], *words[1:], *sums]


def official(case: Case, near: Sequence[Near], zone: ZoneInfo, lang: str) -> Iterator[dict[str, Any]]:
    """Each official result beside the own tests nearest to it."""
    for one in case.official_results:
        yield {
            "title": f"{one.tool}, {_in(wording.instant(one.measured_at, zone), lang)}",
            "rows": [_beside(one, direction, near, lang) for direction in Direction],
        }


def _beside(result: OfficialResult, direction: Direction, near: Sequence[Near], lang: str) -> list[str]:
    told_bps = result.download_bps if direction is Direction.DOWNLOAD else result.upload_bps
    own = next((one for one in near if (one.result, one.direction) == (result.id, direction)), None)
    ours = wording.say("dossier.near_none")
    if own is not None:
        key = "dossier.near_after" if own.after_s >= 0 else "dossier.near_before"
        gap = wording.stretch(abs(own.after_s))
        ours = wording.say(key, own=wording.speed(own.ip_rate_bps), gap=gap, record=own.record_id)
    return [
        _in(wording.say(f"dossier.on.{direction.value}"), lang),
        "-" if told_bps is None else _in(wording.speed(told_bps), lang),
        _in(ours, lang),
    ]


def papers(case: Case) -> Iterator[list[str]]:
    """Id, name and digest of each document of the case."""
    for one in case.documents:
        yield [one.id, f"{one.of}: {one.name}" if one.of else one.name, one.sha256]


def _in(said: Said, lang: str) -> str:
    return said.pt if lang == "pt" else said.en
