"""Pure. Says of a finding how many of its tests were imported from other tools' files. Knows no rule."""

from dataclasses import replace

from analysis.finding import Finding, Sentence
from analysis.wording import count
from collector.envelope import IMPORTED


def marked(finding: Finding) -> Finding:
    """The finding itself where every test is a probe's; else with `imported_count`, and the sentence says so."""
    imported = sum(witness.startswith(f"{IMPORTED}/") for witness in finding.witnesses)
    if not imported:
        return finding
    said = count("imported", imported)
    return replace(
        finding,
        measured={**finding.measured, "imported_count": imported},
        sentence=Sentence(
            pt=f"{finding.sentence.pt.rstrip()} {said.pt}", en=f"{finding.sentence.en.rstrip()} {said.en}"
        ),
    )
