"""Pure. One finding laid open: the rule in force, its arithmetic, and each record, used or left out and why.

Works from the same records as the judgement did. Knows nothing of where they come from.
"""

from analysis.clause import Profile, Rule
from analysis.explain import claim_record, speed_record
from analysis.explain.around import Around
from analysis.explain.explanation import Explanation
from analysis.explain.step import steps
from analysis.finding import Finding


def explain(finding: Finding, around: Around, rule: Rule) -> Explanation:
    """`rule`: the very version that decided. Raises ProfileError as the judgement does."""
    of_speed = finding.direction is not None
    return Explanation(
        finding=finding,
        rule_text=rule.text,
        valid_from=rule.valid_from,
        open_readings=rule.open_readings,
        parameters=rule.parameters,
        steps=steps(finding),
        used=speed_record.used(finding, around, rule) if of_speed else claim_record.minutes(finding, around),
        left_out=speed_record.unused(finding, around, rule) if of_speed else (),
        outages=() if of_speed else claim_record.outages(finding, around),
        entries=() if of_speed else claim_record.entries(finding, around),
    )


def rule_of(finding: Finding, profile: Profile) -> Rule:
    """The version of the finding's own profile that decided."""
    return next(rule for rule in profile.rules if (rule.id, rule.version) == (finding.rule, finding.rule_version))
