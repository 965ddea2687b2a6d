"""Text as a file of another tool, read as `prova import` reads it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from analysis.importer import run
from analysis.importer.report import Tally
from analysis.importer.result import Result
from analysis.importer.told import Answers, Left, Survey, Why
from collector.envelope import ImportedRoundTrips, ImportedTest
from probe.body.speed_test import Direction

NOW = datetime(2027, 1, 1, tzinfo=UTC)


class Read:
    """Everything that came of one file."""

    def __init__(self, survey: Survey, results: list[Result], tally: Tally, encoding: str) -> None:
        self.survey, self.tally, self.encoding = survey, tally, encoding
        self.tests = [one for one in results if isinstance(one, ImportedTest)]
        self.round_trips = [one for one in results if isinstance(one, ImportedRoundTrips)]

    @property
    def left(self) -> dict[Why, int]:
        return dict(self.tally.left)

    @property
    def asked(self) -> list[str]:
        return [question.option for question in self.survey.questions]

    def of(self, direction: Direction = Direction.DOWNLOAD) -> list[ImportedTest]:
        return [test for test in self.tests if test.direction is direction]

    def mbps(self, direction: Direction = Direction.DOWNLOAD) -> list[float | None]:
        return [None if test.rate_bps is None else test.rate_bps / 1e6 for test in self.of(direction)]

    def times(self, direction: Direction = Direction.DOWNLOAD) -> list[str]:
        return [f"{test.started_at:%Y-%m-%dT%H:%M:%S}" for test in self.of(direction)]

    def examples(self, why: Why) -> list[Left]:
        return self.tally.examples.get(why, [])


def read(
    folder: Path,
    data: bytes | str | Iterable[str],
    *,
    name: str = "log.txt",
    own: run.Own | None = None,
    **said: object,
) -> Read:
    """`data` as bytes, as text, or as lines; `said`: what the person answers."""
    path = folder / name
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        path.write_text(data if isinstance(data, str) else "\n".join([*data, ""]))
    looked = run.look(path, Answers(**said), own, lambda _: None)  # type: ignore[arg-type]  # a builder
    tally = Tally()
    results = [] if looked.how is None else list(run.tests(looked, tally, NOW, lambda _: None))
    return Read(looked.survey, results, tally, looked.file.encoding)
