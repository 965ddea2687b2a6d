"""Pure. A report in one language: all that its page and its PDF show alike, as plain text and drawings.

Knows nothing of HTML or of paper.
"""

from dataclasses import dataclass

from analysis.extract.report.figure import ExtractReport, Figure, Unit
from dashboards.report.drawing import MOST_DRAWN, Drawn, drawn
from dashboards.report.told import Tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure. `key` is fit to be an id; `drawn` None for a table alone; `more`: that not all is drawn, or empty."""

    key: str
    title: str
    about: str
    drawn: Drawn | None
    more: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`facts`: each number with what it is."""

    lang: str
    title: str
    publisher: str | None
    software: str
    facts: tuple[tuple[str, str], ...]
    method: tuple[str, ...]
    figures: tuple[Shown, ...]


def content(report: ExtractReport, tongue: Tongue) -> Content:
    """The same report gives the same."""
    withheld = tongue.word("withheld")
    method = [tongue.word(one) for one in ("read_interval", "read_withheld")]
    method += [tongue.word("read_peak", peak=report.peak)]
    method += [tongue.word("read_previous", previous=report.previous)] if report.previous else []
    return Content(
        lang=tongue.language.value,
        title=tongue.word("title", period=report.period),
        publisher=report.publisher,
        software=report.software,
        facts=tuple(
            (withheld if one.value is None else tongue.cell(one.value, Unit.COUNT), tongue.of(one.said))
            for one in report.facts
        ),
        method=(*method, tongue.word("read_again")),
        figures=tuple(_shown(one, number, tongue) for number, one in enumerate(report.figures, 1)),
    )


def _shown(figure: Figure, number: int, tongue: Tongue) -> Shown:
    heads, rows = tongue.table(figure)
    picture = drawn(figure, tongue)
    over = picture is not None and len({row.label for row in figure.rows}) > MOST_DRAWN
    return Shown(
        key=f"figure-{number}",
        title=tongue.of(figure.title),
        about=tongue.of(figure.about),
        drawn=picture,
        more=tongue.word("more_rows", n=str(MOST_DRAWN)) if over else "",
        heads=heads,
        rows=rows,
        source=tongue.source(figure.source),
    )
