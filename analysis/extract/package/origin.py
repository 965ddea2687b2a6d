"""Vocabulary. Whose extract it is, of what, and made how: what its metadata say beside the tables.

Knows nothing of the tables.
"""

from dataclasses import dataclass

from analysis.extract.reporting_period import ReportingPeriod

TITLE = {"pt": "Qualidade do acesso fixo à Internet, {period}", "en": "Quality of fixed internet access, {period}"}
NOTE = {
    "pt": "Medido com sondas; não certificado pela autoridade reguladora.",
    "en": "Measured by probes; not certified by the regulator.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`publisher` None: nobody is named. `licence`: its address; None: none is granted. `software` is the version.

    `weighted`: whether totals were given. `rules`: of each rule that judged days its id and version, as in
    `speed.normal/2`, sorted.
    """

    period: ReportingPeriod
    publisher: str | None
    licence: str | None = None
    software: str
    weighted: bool
    rules: tuple[str, ...]
