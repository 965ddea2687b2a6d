"""Pure. One line's days held against its contract, as they were judged."""

from dashboards.grafana.panel import VERDICTS, Choice, Dashboard, Kind, Panel, Query, Shape, Unit

_SPEEDS = '"rule" =~ /^speed\\.(maximum|normal|minimum)$/'
_VERDICTS = (
    Panel(
        kind=Kind.TABLE,
        title="Days by verdict",
        description="How many days each speed rule was met, breached, or could not be decided for want of evidence.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='sum("met") AS "met", sum("breached") AS "breached", sum("insufficient") AS "insufficient"',
                measurement="finding",
                where=_SPEEDS,
                group='"rule", "direction"',
                table=True,
            ),
        ),
        hidden=("Time",),
        no_data="No day was judged in this time",
    ),
    Panel(
        kind=Kind.CELLS,
        title="Verdict of each day",
        description="Each civil day, by rule and direction. Grey is not enough evidence, which accuses nobody.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"verdict"',
                measurement="finding",
                where=_SPEEDS,
                group='"rule", "direction"',
                alias="$tag_rule $tag_direction",
            ),
        ),
        words=VERDICTS,
        no_data="No day was judged in this time",
    ),
)


def _against(direction: str) -> Panel:
    return Panel(
        kind=Kind.SERIES,
        title=f"{direction.capitalize()} and what was promised",
        description=(
            "The day's median of tests of grade A and B, in IP packets, beside the contract's speeds of that day."
            " A median above a line is no verdict: the findings are."
        ),
        unit=Unit.BPS,
        queries=(
            Query(select=f'"{direction}_median_bps" AS "median of the day"', measurement="day", alias="$col"),
            Query(
                select='"maximum_bps" AS "maximum", "normal_bps" AS "normally available", "minimum_bps" AS "minimum"',
                measurement="promise",
                where=f"\"direction\" = '{direction}'",
                alias="promised: $col",
            ),
        ),
        shape=Shape.STEPS,
    )


_MORE = (
    Panel(
        kind=Kind.SERIES,
        title="Tests that may prove",
        description="Tests of grade A: nothing but the line can explain their result.",
        unit=Unit.BPS,
        queries=(Query(select='"proof_bps"', measurement="judged_test", group='"direction"', alias="$tag_direction"),),
        shape=Shape.POINTS,
        no_data="No test of grade A in this time",
    ),
    Panel(
        kind=Kind.SERIES,
        title="Data moved by tests",
        description="Payload of each local day's tests, received or sent, failed ones too.",
        unit=Unit.BYTES,
        queries=(
            Query(
                select='sum("bytes")',
                measurement="speed_test",
                group='time(1d), "direction"',
                fill="none",
                zone=True,
                alias="$tag_direction",
            ),
        ),
        shape=Shape.STACKED_BARS,
    ),
    Panel(
        kind=Kind.TABLE,
        title="Tests that prove nothing against the line",
        description="Tests of grade B and C, with every reason.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"grade", "ip_rate_bps", "reasons", "record"',
                measurement="judged_test",
                where="\"grade\" != 'A'",
                group='"direction"',
                table=True,
            ),
        ),
        units={"ip_rate_bps": Unit.BPS},
        no_data="Every test of this time is of grade A",
    ),
    Panel(
        kind=Kind.TABLE,
        title="Breaches",
        description="Findings of every rule that are breached. `prova explain` lays one open, by its id.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"clause", "sentence_$lang" AS "sentence", "id"',
                measurement="finding",
                where="\"verdict\" = 'breached'",
                group='"rule", "direction"',
                table=True,
            ),
        ),
        no_data="No breach was found in this time",
    ),
)


def dashboard() -> Dashboard:
    """One line against its contract."""
    return Dashboard(
        uid="prova-contract",
        title="Prova: line against contract",
        description="What was promised, measured and concluded of each day. Not certified by the regulator.",
        panels=(*_VERDICTS, _against("download"), _against("upload"), *_MORE),
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINE, Choice.ZONE, Choice.LANG),
    )
