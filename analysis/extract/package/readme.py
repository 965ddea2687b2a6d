"""Pure. What people read about an extract: what is in it, and how it was made, in Portuguese and in English.

Knows nothing of rows.
"""

from collections.abc import Sequence
from importlib import resources

from analysis.extract.package.origin import Origin
from analysis.extract.parameters import Parameters
from analysis.extract.table import TableKind
from analysis.profile import ledger_rules

_HEAD = {
    "pt": ("coluna", "tipo", "unidade", "o que é"),
    "en": ("column", "type", "unit", "what it is"),
}


def readme(kinds: Sequence[TableKind], origin: Origin) -> bytes:
    """The tables and the data dictionary."""
    return "\n".join([*_of("pt", kinds, origin), "", *_of("en", kinds, origin), ""]).encode()


def methodology(origin: Origin, parameters: Parameters) -> bytes:
    """How every number came about, with the parameters of this version."""
    text = resources.files("analysis").joinpath("extract", "package", "methodology.md").read_text(encoding="utf-8")
    limits, ledger = parameters.limits, ledger_rules()
    told = {
        "PERIOD": origin.period.name,
        "VERSION": str(parameters.version),
        "SOFTWARE": origin.software,
        "LEAST_LINES": str(limits.least_lines),
        "LEAST_TESTS": str(limits.least_tests),
        "MOST_SHARE": _percent(limits.most_share),
        "LEAST_WIDTH": str(limits.least_width),
        "LEAST_EFFECTIVE": str(parameters.least_effective_lines),
        "TESTS_SHARE": _percent(parameters.steadiness.share),
        "LINES_SHARE": _percent(parameters.lines_share),
        "LEAST_LINE_TESTS": str(parameters.steadiness.least_tests),
        "ERROR": _percent(parameters.family_error),
        "PEAK": f"{parameters.peak_hours[0]}:00-{parameters.peak_hours[-1] + 1}:00",
        "OUTAGE_MIN": f"{ledger.outage_s / 60:g}",
        "LONG_H": f"{ledger.long_s / 3600:g}",
        "RULES": ", ".join(origin.rules),
        "WEIGHTS_PT": _WEIGHTS[origin.weighted]["pt"],
        "WEIGHTS_EN": _WEIGHTS[origin.weighted]["en"],
    }
    for name, value in told.items():
        text = text.replace("{" + name + "}", value)
    return text.encode()


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


_WEIGHTS = {
    True: {
        "pt": "Cada linha tem um peso tal que o painel iguala os totais conhecidos em cada dimensão dada (raking).",
        "en": "Each line has a weight such that the panel meets the known totals in each given dimension (raking).",
    },
    False: {
        "pt": "Não foram dados totais da população: cada linha tem peso 1, e os números valem só para o painel.",
        "en": "No totals of the population were given: each line has weight 1; the numbers hold for the panel alone.",
    },
}


def _of(language: str, kinds: Sequence[TableKind], origin: Origin) -> list[str]:
    head = _HEAD[language]
    lines = [_TITLE[language].format(period=origin.period.name), "", _INTRODUCTION[language]]
    for kind in kinds:
        lines += ["", f"## data/{kind.name}.csv", "", getattr(kind, language), ""]
        lines += [f"| {' | '.join(head)} |", "|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | {one.type} | {one.unit or '-'} | {getattr(one, language)} |" for one in kind.columns
        ]
    return lines


_TITLE = {"pt": "# Qualidade do acesso fixo à Internet, {period}", "en": "# Quality of fixed internet access, {period}"}
_INTRODUCTION = {
    "pt": (
        "Cada tabela existe em CSV (UTF-8, ponto decimal) e em Parquet, com os mesmos valores. Uma célula vazia é *não"
        " medido* ou *não publicado*, nunca zero. Como os números surgiram: METHODOLOGY.md. Resultados não certificados"
        " pela autoridade reguladora."
    ),
    "en": (
        "Every table is there as CSV (UTF-8, decimal point) and as Parquet, with the same values. An empty cell is *not"
        " measured* or *withheld*, never zero. How the numbers came about: METHODOLOGY.md. Results are not certified by"
        " the regulator."
    ),
}
