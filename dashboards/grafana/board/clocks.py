"""Pure. Clocks of law and contract that run: what falls due, what is overdue, what was owed."""

from dashboards.grafana.panel import VERDICTS, Choice, Dashboard, Kind, Panel, Query, Shape, Unit

_CLAIMS = '"rule" =~ /^(repair|activation|visit|complaint|credit|availability)\\./'
_PANELS = (
    Panel(
        kind=Kind.STAT,
        title="Clocks",
        description="Clocks whose last moment lies in this time: not decided yet, and breached.",
        unit=Unit.COUNT,
        queries=(
            Query(select='sum("open") AS "open", sum("breached") AS "breached"', measurement="deadline", alias="$col"),
        ),
        height=5,
        no_data="No clock ends in this time",
    ),
    Panel(
        kind=Kind.SERIES,
        title="Due each day",
        description="Clocks by the local day on which they end.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='count("left_s")',
                measurement="deadline",
                group='time(1d), "rule"',
                fill="none",
                zone=True,
                alias="$tag_rule",
            ),
        ),
        height=5,
        shape=Shape.STACKED_BARS,
        no_data="No clock ends in this time",
    ),
    Panel(
        kind=Kind.TABLE,
        title="Due when",
        description="Each clock at its last moment, under the reading that the finding names; left is as of the last"
        " judgement.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"about", "verdict", "left_s", "sentence_$lang" AS "sentence", "id"',
                measurement="deadline",
                group='"line", "rule"',
                table=True,
            ),
        ),
        width=24,
        height=10,
        units={"left_s": Unit.S},
        words=VERDICTS,
        no_data="No clock ends in this time",
    ),
    Panel(
        kind=Kind.TABLE,
        title="Time away, repairs, money, complaints",
        description="Findings on everything but speeds whose period begins in this time.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"verdict", "clause", "sentence_$lang" AS "sentence", "id"',
                measurement="finding",
                where=_CLAIMS,
                group='"line", "rule"',
                table=True,
            ),
        ),
        width=24,
        height=10,
        words=VERDICTS,
        no_data="No such finding begins in this time",
    ),
)


def dashboard() -> Dashboard:
    """SLA clocks."""
    return Dashboard(
        uid="prova-clocks",
        title="Prova: clocks",
        description="Terms of law and contract that run: repairs, replies, refunds; a month back and a month ahead.",
        panels=_PANELS,
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINES, Choice.ZONE, Choice.LANG),
        time_to="now+30d",
    )
