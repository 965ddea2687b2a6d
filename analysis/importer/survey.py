"""Pure. A first reading of a whole file, which keeps counts alone: what it is, and what has to be asked about it.

Nothing that a file leaves open is guessed: the zone of its times, which half of the day a clock of 12 hours means, a
unit that cannot be, which household of many. Knows nothing of what is stored.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from analysis.importer import mba
from analysis.importer.mapping import Mapping as Format
from analysis.importer.quantity import CellError, rate_bps
from analysis.importer.timing.dating import time_text
from analysis.importer.timing.moment import has_half_day, moment
from analysis.importer.told import Answers, Left, Question, Row, Survey, Why, Words

_MOST_HOUSEHOLDS = 1000
_FAST_BPS = 100 * 10**9  # more than a home line's test gives: bit/s in a column of Mbit/s
_HALF_ROWS, _HALF_DAYS = 24, 2
_TWELVE = frozenset(range(1, 13))


class Findings:
    """What one reading has seen so far."""

    def __init__(self, formats: Mapping[str, Format], answers: Answers) -> None:
        self._formats, self._answers = formats, answers
        self._rows: Counter[str] = Counter()
        self._unread_text = ""
        self._untimed = self._unread = self._naive = self._rates = self._fast = 0
        self._hours: set[int] = set()
        self._days: set[date] = set()
        self._back_within_day = False
        self._halved = 0
        self._last: datetime | None = None
        self._households: set[str] = set()

    def through(self, items: Iterable[Row | Words | Left]) -> Iterator[Row | Words | Left]:
        """The items themselves, seen."""
        for item in items:
            if isinstance(item, Row):
                self._see(item, self._formats[item.format])
            yield item

    def survey(self) -> Survey:
        """What was found, once every item went through."""
        return Survey(
            formats=tuple(sorted(self._rows)),
            row_count=self._rows.total(),
            questions=tuple(self._questions()),
            local_times=self._naive > 0,
        )

    def _see(self, row: Row, form: Format) -> None:
        self._rows[form.name] += 1
        if form.name in mba.FORMATS and len(self._households) < _MOST_HOUSEHOLDS:
            self._households.add(row.cells["unit_id"])
        self._see_rates(row, form)
        text = time_text(row, form.time)
        if not text:
            self._untimed += 1
            return
        try:
            at = moment(text, form.time.format)
        except (ValueError, OverflowError):
            self._unread += 1
            self._unread_text = text[:40]
            return
        if at.tzinfo is not None:
            return
        self._naive += form.time.zone is None
        if not has_half_day(text, form.time.format):
            self._see_half(at)

    def _see_half(self, at: datetime) -> None:
        self._halved += 1
        self._hours.add(at.hour)
        if len(self._days) < _HALF_DAYS:
            self._days.add(at.date())
        if self._last is not None and at.date() == self._last.date() and at < self._last - timedelta(hours=6):
            self._back_within_day = True
        self._last = at

    def _see_rates(self, row: Row, form: Format) -> None:
        for rate in (form.download, form.upload):
            if rate is not None and (cell := row.cells.get(rate.column, "")):
                self._rates += 1
                try:
                    unit = rate.unit if rate.unit_column is None else row.cells.get(rate.unit_column) or None
                    self._fast += rate_bps(cell, unit, form.table.decimal) > _FAST_BPS
                except CellError as error:
                    self._fast += error.why is Why.IMPOSSIBLE_RATE

    def _questions(self) -> Iterator[Question]:
        if self._rows and self._untimed == self._rows.total():
            yield Question(
                "--mapping",
                f"Its rows have no time: {', '.join(self._rows)} writes none of its own. Add a column `timestamp` to"
                " each, as it is when the test is made, or name the column that has it with --mapping FILE",
            )
        if self._unread and self._unread == self._rows.total():
            yield Question(
                "--mapping",
                f"None of its times can be read, as {self._unread_text!r}. Say how they are written: --mapping FILE,"
                ' as in time = { columns = ["when"], format = "%d/%m/%Y %H:%M" }',
            )
        if self._naive and self._answers.timezone is None:
            yield Question(
                "--timezone",
                f"{self._naive:,} of its times do not say their time zone. Say which it is: --timezone Europe/Lisbon,"
                " or --timezone UTC",
            )
        if self._answers.half_days is None and self._looks_halved():
            yield Question(
                "--clock",
                "Its hours run from 1 to 12 and start again within a day, as on a clock of 12 hours that does not say"
                " which half. Say whether they do: --clock 12h (told apart by the rows' order), or --clock 24h",
            )
        if self._fast * 2 > self._rates:
            yield Question(
                "--mapping",
                f"{self._fast:,} of its {self._rates:,} speeds would be over {_FAST_BPS // 10**9} Gbit/s: its unit is"
                ' another. Name it with --mapping FILE, as in unit = "bit/s"',
            )
        if len(self._households) > 1 and self._answers.unit is None:
            some = ", ".join(f"{one[:20]!r}" for one in sorted(self._households)[:10])
            yield Question("--unit", f"It holds {len(self._households):,} households ({some} ...). Name one: --unit ID")

    def _looks_halved(self) -> bool:
        hours = self._hours
        return (
            self._halved >= _HALF_ROWS
            and len(self._days) >= _HALF_DAYS
            and hours <= _TWELVE
            and 12 in hours
            and self._back_within_day
        )
