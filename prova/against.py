"""Pure. One test held against what a contract promises, in words: reached, below or too close to tell.

One test is no verdict: a day takes many (`prova check`). Where the machine cannot be asked, nothing is held against
anything, and the sentence says why. Knows nothing of files or of how a test was made.
"""

from collections.abc import Sequence

from analysis.ceiling import Beyond, sentence
from analysis.contract import Contract
from analysis.finding import Verdict
from analysis.profile import load as load_profile
from analysis.report import JudgedTest
from analysis.speed.evidence import Standing, stand
from analysis.wording import speed
from probe.body.speed_test import SpeedTest

_WORDS = {Standing.REACHED: "reached", Standing.BELOW: "below", Standing.UNSURE: "too close to tell"}


def against(judged: JudgedTest, contract: Contract, refused: Sequence[Beyond]) -> str | None:
    """What to say of the test; None where it has no rate, or the contract was not in force yet. Raises ProfileError."""
    record = judged.stored.record
    test = record.body
    assert isinstance(test, SpeedTest)
    terms = contract.on(record.started.at.astimezone(contract.line.zone).date())
    if test.rate_bps is None or terms is None:
        return None
    why_not = next((one for one in refused if one.direction is test.direction), None)
    if why_not is not None:
        return f"not held against the contract. {sentence(why_not).en}"
    if Verdict.MET not in judged.valid_for:
        return "not held against the contract: this test says nothing of the line"
    speeds, profile = terms.speeds(test.direction), load_profile(contract.profile)
    promised = (("maximum", speeds.maximum_bps), ("normal", speeds.normal_bps), ("minimum", speeds.minimum_bps))
    parts = [f"{name} {speed(bps).en} {_WORDS[stand(test, bps, profile)]}" for name, bps in promised if bps is not None]
    alone = "one test, no verdict" if Verdict.BREACHED in judged.valid_for else "and nothing below is proven"
    return f"the contract's {', '.join(parts)} ({alone})"
