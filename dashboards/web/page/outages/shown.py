"""Vocabulary. The outages of a month, as their template shows them. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.frame.shown import Choice
from dashboards.web.part.shown import Ribbon, Table, Tone


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: what was seen of it, and by what. `evidence` is empty where nothing was."""

    name: str
    tone: Tone
    said: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageShown:
    """One interruption. `remarks`: what a reader must know of it; may be empty. `day_address`: its day's page."""

    id: str
    when: str
    lasted: str
    severity: str
    sentence: str
    whose: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    rungs: tuple[Rung, ...]
    day_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutagesPage:
    """`absent` says why nothing is listed; `left_out` how many are not, empty where none."""

    steps_label: str
    steps: tuple[Choice, ...]
    window: str
    as_of: str
    ribbon: Ribbon | None
    absent: str
    outages: tuple[OutageShown, ...]
    left_out: str
    losses: Table | None
