"""Pure. One rule's conclusion as a finding: its version on the day, its clause, what it goes by.

For the rules that judge time, terms and money. Knows nothing of how any of them decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from analysis.clause import Profile, Rule
from analysis.contract import Contract
from analysis.finding import Figure, Finding, Sentence, Verdict
from analysis.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a rule says. `subject` tells apart findings of one rule that begin together: a fault's id, say."""

    verdict: Verdict
    period: Period
    measured: Mapping[str, Figure]
    sentence: Sentence
    threshold: Mapping[str, Figure] | None = None
    witnesses: Sequence[str] = ()
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every rule is judged under."""

    contract: Contract
    profile: Profile
    now: datetime

    def rule(self, rule_id: str, at: datetime) -> Rule | None:
        """The version in force on the local day of `at`; None where the profile had none, or not for this line."""
        rule = self.profile.rule(rule_id, at.astimezone(self.contract.line.zone).date())
        return None if rule is None or self.contract.technology not in rule.technologies else rule

    def finding(self, rule: Rule, said: Conclusion) -> Finding:
        """`said` as a finding of `rule`, with the rule's own parameters beside the threshold."""
        return Finding(
            line=self.contract.line.id,
            rule=rule.id,
            rule_version=rule.version,
            profile=self.profile.id,
            clause=rule.clause,
            direction=None,
            period=said.period,
            local_day=None,
            verdict=said.verdict,
            measured=said.measured,
            threshold={**self._own(rule), **(said.threshold or {})},
            n_used=len(said.witnesses),
            witnesses=tuple(sorted(said.witnesses)),
            subject=said.subject,
            sentence=said.sentence,
        )

    def _own(self, rule: Rule) -> dict[str, Figure]:
        own = {name: one.value for name, one in rule.parameters.items() if name not in self.profile.measurement}
        return {name: str(value) if isinstance(value, Decimal) else _plain(value) for name, value in own.items()}


def _plain(value: object) -> Figure:
    assert isinstance(value, bool | int | str)
    return value


def bounded(low_s: float, high_s: float, limit_s: float, *, inclusive: bool = False) -> Verdict:
    """Breached if `low_s` is above the limit (or at it, where that is enough), met if `high_s` is not."""
    if low_s > limit_s or (inclusive and low_s >= limit_s):
        return Verdict.BREACHED
    kept = high_s < limit_s if inclusive else high_s <= limit_s
    return Verdict.MET if kept else Verdict.INSUFFICIENT
