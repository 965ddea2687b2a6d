"""Pure. A report's numbers and words in one language, as they stand in its tables and beside its drawings.

Numbers are rounded as tables are read, not cut: nothing is claimed of one line. Knows nothing of pages.
"""

from dataclasses import dataclass

from babel.numbers import format_decimal

from analysis.extract.report.figure import Figure, Row, Source, Unit
from analysis.wording import Said, say
from dashboards.web.language import Language, locale_of

_ALL = "all"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language."""

    language: Language

    def of(self, said: Said) -> str:
        """The words."""
        return said.pt if self.language is Language.PORTUGUESE else said.en

    def word(self, key: str, **parts: Said | str) -> str:
        """The entry `extract.KEY`. Raises KeyError."""
        return self.of(say(f"extract.{key}", **parts))

    def cell(self, value: float | str | None, unit: Unit) -> str:
        """One value; a dash for none."""
        if value is None:
            return "-"
        if isinstance(value, str):
            return self._text(value, unit)
        if unit is Unit.COUNT:
            return self._number(value, "#,##0.#")
        if unit is Unit.HOURS:
            return self._number(value / 3600, "#,##0.0") + "\N{NO-BREAK SPACE}h"
        signed = unit is Unit.CHANGE and round(value, 3) != 0
        pattern = "+0.0 %;-0.0 %" if signed else "0.0 %"
        return self._number(value, pattern.replace(" ", "\N{NO-BREAK SPACE}"))

    def state(self, row: Row) -> str:
        """In a word."""
        return self.word(row.state)

    def source(self, source: Source) -> str:
        """Which table, and which of its rows."""
        own = "".join(f", {name} = {value}" for name, value in source.where.items() if value != _ALL)
        return self.word("source", table=f"data/{source.table}.csv", where=own, each=source.each)

    def table(self, figure: Figure) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Heads and rows of the figure's numbers."""
        heads = (self.word("group"), *(self.of(one.said) for one in figure.heads), self.word("state"))
        rows = tuple(
            (self.of(row.label), *(self.cell(row.values[one.name], one.unit) for one in figure.heads), self.state(row))
            for row in figure.rows
        )
        return heads, rows

    def _text(self, value: str, unit: Unit) -> str:
        """Words that the tables have in English alone; an operator's name as it is."""
        try:
            return self.word(f"text.{value}") if unit is Unit.TEXT else value
        except KeyError:
            return value

    def _number(self, value: float, pattern: str) -> str:
        return format_decimal(value, format=pattern, locale=locale_of(self.language))
