"""Pure. What a judged test measured and what it counts for, in words. The analysis judged it; this only says so."""

from collections.abc import Collection, Sequence

from analysis import wording
from analysis.finding import Reason, Verdict
from analysis.report import JudgedTest
from dashboards.web.voice import Voice
from probe.body.speed_test import SpeedTest


def speed_of(test: JudgedTest) -> SpeedTest:
    """The speed test itself. Raises TypeError for a record of another kind."""
    body = test.stored.record.body
    if not isinstance(body, SpeedTest):
        raise TypeError(f"record {test.stored.record.id} is no speed test")
    return body


def counts_for(test: JudgedTest, voice: Voice) -> tuple[str, ...]:
    """One line with the reasons, or nothing where the test may carry every verdict."""
    said = meaning(test.valid_for, test.reasons, voice)
    return (said,) if said else ()


def meaning(valid_for: Collection[Verdict], reasons: Sequence[Reason], voice: Voice) -> str:
    """One line with the reasons; empty where the test may carry every verdict."""
    if {Verdict.MET, Verdict.BREACHED} <= set(valid_for):
        return ""
    why = voice.say("counts.separator").join(reason_words(reason, voice) for reason in reasons)
    kind = "_".join(sorted(valid_for)) or "nothing"
    return voice.say(f"counts.{kind}", why=why)


def counts_fully(test: JudgedTest) -> bool:
    """Whether the test may carry *met* and *breached* alike."""
    return {Verdict.MET, Verdict.BREACHED} <= set(test.valid_for)


def reason_words(reason: str, voice: Voice) -> str:
    """A reason in words; one that is not known is shown as it is."""
    return str(getattr(wording.reason(reason), voice.language))
