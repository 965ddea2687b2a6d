"""Pure. How the probes fare: heard of or not, their clocks, their links, what they say of themselves."""

from dashboards.grafana.panel import STATUSES, Choice, Dashboard, Kind, Panel, Query, Shape, Unit

_EACH = '"line", "probe"'
_ALIAS = "$tag_line $tag_probe"


def _series(select: str, measurement: str, title: str, description: str, unit: Unit) -> Panel:
    return Panel(
        kind=Kind.SERIES,
        title=title,
        description=description,
        unit=unit,
        queries=(
            Query(
                select=select,
                measurement=measurement,
                group=f"time($__interval), {_EACH}",
                fill="none",
                alias=_ALIAS,
            ),
        ),
    )


_PANELS = (
    Panel(
        kind=Kind.STATES,
        title="Status",
        description="What each probe, or the broker in its name, said last. A silence says nothing of the line.",
        unit=Unit.WORD,
        queries=(Query(select='"status"', measurement="probe", group=_EACH, alias=_ALIAS),),
        width=24,
        words=STATUSES,
        no_data="No probe has told its status",
    ),
    _series('max("silent_s")', "probe", "Silence", "Seconds since the collector had a batch of it.", Unit.S),
    _series(
        'max("missing_count")',
        "probe",
        "Records not here",
        "Numbers below the newest without a record: on their way, put together with others, or lost by the probe.",
        Unit.COUNT,
    ),
    _series('median("offset_ms")', "clock", "Clock", "How far the probe's clock is off, where it was asked.", Unit.MS),
    _series(
        'max("cpu_share")',
        "speed_test",
        "Processor during tests",
        "The busiest core's share during the busiest test of the interval.",
        Unit.SHARE,
    ),
    _series(
        'non_negative_difference(last("carrier_down_count"))',
        "link",
        "Own link lost",
        "How often the probe's own link went down between two looks, as the kernel counts.",
        Unit.COUNT,
    ),
    _series('last("device_uptime_s")', "router", "Router's uptime", "As the home router tells it.", Unit.S),
    Panel(
        kind=Kind.TABLE,
        title="What probes say of themselves",
        description="Starts, stops, sleep, clock changes, tests that were skipped and why.",
        unit=Unit.WORD,
        queries=(Query(select='"kind", "detail", "seconds"', measurement="notice", group=_EACH, table=True),),
        units={"seconds": Unit.S},
        no_data="No probe had anything to say",
    ),
    Panel(
        kind=Kind.SERIES,
        title="Failed tests",
        description="Tests that gave no rate. Why stands in their records.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='count("failure")',
                measurement="speed_test",
                group=f"time(1d), {_EACH}",
                fill="none",
                zone=True,
                alias=_ALIAS,
            ),
        ),
        shape=Shape.STACKED_BARS,
        no_data="No test failed in this time",
    ),
)


def dashboard() -> Dashboard:
    """Probe health."""
    return Dashboard(
        uid="prova-probes",
        title="Prova: probes",
        description="Whether probes are heard of, and whether they are fit to measure.",
        panels=_PANELS,
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINES, Choice.ZONE),
        time_from="now-7d",
    )
