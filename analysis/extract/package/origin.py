"""Vocabulary. Whose extract it is, of what, and made how: what its metadata say beside the tables.

Knows nothing of the tables.
"""

from dataclasses import dataclass

from analysis.extract.reporting_period import ReportingPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`publisher` None: nobody is named. `software` is the version that made it. `weighted`: whether totals were given.

    `rules`: of each rule that judged days its id and version, as in `speed.normal/2`, sorted.
    """

    period: ReportingPeriod
    publisher: str | None
    software: str
    weighted: bool
    rules: tuple[str, ...]
