"""Vocabulary. What the case page is made from, as read at one moment. Knows nothing of how it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.case.due import Due
from analysis.case.nearest import Near
from analysis.finding import Finding
from dashboards.web.case.made import Made
from dashboards.web.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """`tables`: the case file as it stands, empty where it is not there. `problem`: why it cannot be used, else None.

    `findings` are of the whole time that the diary names. `dossiers`: the newest first; `possible` says whether one
    can be made here.
    """

    reading: Reading
    tables: Mapping[str, Any] = field(default_factory=dict)
    problem: str | None = None
    findings: tuple[Finding, ...] = ()
    dues: tuple[Due, ...] = ()
    near: tuple[Near, ...] = ()
    dossiers: tuple[Made, ...] = ()
    possible: bool = False
