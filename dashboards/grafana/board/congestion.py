"""Pure. One line by hour of the day: where slow hours come again."""

from dashboards.grafana.panel import KINDS, Choice, Dashboard, Kind, Panel, Query, Unit

_WORSE_HIGH = "continuous-BlYlRd"
_WORSE_LOW = "continuous-RdYlGr"


def _cells(field: str, title: str, description: str, unit: Unit, palette: str) -> Panel:
    return Panel(
        kind=Kind.CELLS,
        title=title,
        description=f"{description} A row for each local hour, a column for each day; an hour without a test has no"
        " cell. Colours run from the least to the most in view and judge nothing.",
        unit=unit,
        queries=(Query(select=f'"{field}"', measurement="hour", group='"hour"', alias="$tag_hour"),),
        width=24,
        height=12,
        palette=palette,
    )


def _profile(field: str, title: str, description: str, unit: Unit) -> Panel:
    return Panel(
        kind=Kind.BARS,
        title=title,
        description=description,
        unit=unit,
        queries=(
            Query(
                select=f'median("{field}") AS "median", min("{field}") AS "least", max("{field}") AS "most"',
                measurement="hour",
                group='"hour"',
                table=True,
            ),
        ),
        hidden=("Time",),
    )


_JUDGED = (
    Panel(
        kind=Kind.TABLE,
        title="Judged",
        description="What was concluded of the last whole weeks, day by day: hours that come back, single times, or too"
        " little evidence.",
        unit=Unit.WORD,
        queries=(Query(select='"kind", "sentence_$lang" AS "sentence"', measurement="congestion", table=True),),
        words=KINDS,
        no_data="No congestion was judged in this time",
    ),
    Panel(
        kind=Kind.TABLE,
        title="Single times",
        description="Stretches in which the line was worse than its quiet hours, and that do not come back.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"lasted_s", "signal", "place", "household", "confidence"',
                measurement="congested_time",
                table=True,
            ),
        ),
        units={"lasted_s": Unit.S},
        no_data="No single time was found",
    ),
    Panel(
        kind=Kind.CELLS,
        title="Hours that come back",
        description="Minutes of each local hour in a window that recurs by more than chance, on each day that had it.",
        unit=Unit.MIN,
        queries=(Query(select='"minutes"', measurement="congested_hour", group='"hour"', alias="$tag_hour"),),
        width=24,
        height=12,
        palette="continuous-reds",
        no_data="No hours were found that come back",
    ),
)


def dashboard() -> Dashboard:
    """The hours of one line."""
    return Dashboard(
        uid="prova-congestion",
        title="Prova: congestion by hour",
        description="Speed and round trips of one line by local hour and day, so that what comes again is seen.",
        panels=(
            *_JUDGED,
            _cells(
                "download_median_bps", "Download", "Median of the hour's tests, grade A and B.", Unit.BPS, _WORSE_LOW
            ),
            _cells("loaded_rtt_median_ms", "Round trips under load", "Median of the tests.", Unit.MS, _WORSE_HIGH),
            _cells("idle_rtt_median_ms", "Round trips without load", "Median of the tests.", Unit.MS, _WORSE_HIGH),
            _profile(
                "download_median_bps",
                "Download by hour",
                "Of the hours' medians, over all days in view: their median, least and most.",
                Unit.BPS,
            ),
            _profile(
                "loaded_rtt_median_ms",
                "Round trips under load by hour",
                "Of the hours' medians, over all days in view: their median, least and most.",
                Unit.MS,
            ),
        ),
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINE, Choice.LANG),
    )
