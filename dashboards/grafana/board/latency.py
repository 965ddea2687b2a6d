"""Pure. What a line's round trips do while it is loaded."""

from dashboards.grafana.panel import Choice, Dashboard, Kind, Panel, Query, Shape, Unit


def _each(
    select: str, title: str, description: str, unit: Unit, *, alias: str = "$tag_line $tag_direction: $col"
) -> Panel:
    return Panel(
        kind=Kind.SERIES,
        title=title,
        description=description,
        unit=unit,
        queries=(Query(select=select, measurement="speed_test", group='"line", "direction"', alias=alias),),
        shape=Shape.POINTS,
    )


_PANELS = (
    Panel(
        kind=Kind.TABLE,
        title="Over all of this time",
        description="Of every test: round trips without load and under it, medians and 95th percentiles of tests.",
        unit=Unit.MS,
        queries=(
            Query(
                select='median("idle_rtt_ms") AS "idle", median("loaded_rtt_ms") AS "loaded",'
                ' percentile("loaded_rtt_ms", 95) AS "loaded, 95 % of tests",'
                ' median("responsiveness_rpm") AS "responsiveness"',
                measurement="speed_test",
                group='"line", "direction"',
                table=True,
            ),
        ),
        width=24,
        units={"responsiveness": Unit.RPM},
        hidden=("Time",),
    ),
    _each(
        '"idle_rtt_ms" AS "idle", "loaded_rtt_ms" AS "loaded", "loaded_rtt_p95_ms" AS "loaded p95"',
        "Round trips, idle and loaded",
        "Of each test: the median before the load, the median and the 95th percentile under it.",
        Unit.MS,
    ),
    _each(
        '"loaded_rtt_ms" - "idle_rtt_ms" AS "added"',
        "Added by load",
        "The loaded median less the idle one, of each test.",
        Unit.MS,
        alias="$tag_line $tag_direction",
    ),
    _each(
        '"idle_trip_median_ms" AS "idle", "loaded_trip_median_ms" AS "loaded", "loaded_trip_p95_ms" AS "loaded p95"',
        "Small datagrams of their own",
        "Round trips of small datagrams beside the test, which load nothing; where the server offers them.",
        Unit.MS,
    ),
    _each(
        '"responsiveness_rpm"',
        "Responsiveness",
        "Round trips a minute under load, of the load's own connections. More is better.",
        Unit.RPM,
        alias="$tag_line $tag_direction",
    ),
    _each(
        '"retransmitted_share" AS "sent again", "lost_share" AS "lost"',
        "Sent again, and lost",
        "The share of TCP's bytes that were sent again, and of datagrams that never came.",
        Unit.SHARE,
    ),
    Panel(
        kind=Kind.SERIES,
        title="Day by day",
        description="Each local day's median of the tests' loaded medians.",
        unit=Unit.MS,
        queries=(
            Query(
                select='median("loaded_rtt_ms")',
                measurement="speed_test",
                group='time(1d), "line"',
                fill="none",
                zone=True,
                alias="$tag_line",
            ),
        ),
    ),
)


def dashboard() -> Dashboard:
    """Latency under load."""
    return Dashboard(
        uid="prova-latency",
        title="Prova: latency under load",
        description="How long round trips take while the line is busy, beside what they take when it is not.",
        panels=_PANELS,
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINES, Choice.ZONE),
        time_from="now-7d",
    )
