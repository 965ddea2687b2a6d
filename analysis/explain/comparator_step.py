"""Pure. What another country's rule decided by: its statistic's own figures against its numbers.

Knows nothing of what a statistic means; docs/profiles.md says so.
"""

from analysis.explain.explanation import Step
from analysis.finding import Figure, Finding
from analysis.wording import say

_ABOUT = {"bps", "layer", "statistic", "comparator", "binding_there"}


def comparator_steps(finding: Finding) -> tuple[Step, ...]:
    """One: the figures, the numbers, the verdict."""
    seen = _listed({name: value for name, value in finding.measured.items() if name != "missing"})
    held = _listed({name: value for name, value in finding.threshold.items() if name not in _ABOUT})
    level = f"{finding.threshold['bps']} bit/s of {finding.threshold['layer']}"
    formula = f"{finding.threshold['statistic']} of {finding.n_used} tests against {level}: {seen}; {held}"
    return (Step(says=say("explain.comparator"), formula=f"{formula} -> {finding.verdict}"),)


def _listed(figures: dict[str, Figure]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sorted(figures.items())) or "no figures"
