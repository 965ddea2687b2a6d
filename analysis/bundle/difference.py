"""Pure. Two sets of findings held against each other, figure by figure. Knows nothing of where they come from."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.bundle.defect import Defect, Flaw
from analysis.wording import sentence

_MOST_SHOWN = 80
_ABSENT = object()


def differences(said: Mapping[str, Any], recomputed: Mapping[str, Any]) -> Iterator[Defect]:
    """Every place where `prova.findings/1` as it was said is not what was recomputed."""
    theirs, ours = _by_id(said), _by_id(recomputed)
    for name in sorted(ours.keys() - theirs.keys()):
        yield Defect(flaw=Flaw.FINDING, where=name, sentence=sentence("bundle.finding_missing", where=name))
    for name in sorted(theirs.keys() - ours.keys()):
        yield Defect(flaw=Flaw.FINDING, where=name, sentence=sentence("bundle.finding_added", where=name))
    for name in sorted(ours.keys() & theirs.keys()):
        yield from _unequal(name, "", theirs[name], ours[name])
    rest = ({key: value for key, value in one.items() if key != "findings"} for one in (said, recomputed))
    yield from _unequal(str(recomputed.get("line")), "", *rest)


def same_count(said: Mapping[str, Any], recomputed: Mapping[str, Any]) -> int:
    """Findings that are equal to the digit."""
    theirs, ours = _by_id(said), _by_id(recomputed)
    return sum(1 for name, one in ours.items() if theirs.get(name) == one)


def _by_id(report: Mapping[str, Any]) -> dict[str, Any]:
    findings = report.get("findings")
    if not isinstance(findings, list):
        return {}
    return {str(one.get("id")): one for one in findings if isinstance(one, dict)}


def _unequal(where: str, path: str, said: object, recomputed: object) -> Iterator[Defect]:
    if isinstance(said, dict) and isinstance(recomputed, dict):
        for key in sorted(said.keys() | recomputed.keys()):
            yield from _unequal(
                where, f"{path}.{key}" if path else key, said.get(key, _ABSENT), recomputed.get(key, _ABSENT)
            )
    elif said != recomputed or type(said) is not type(recomputed):
        parts = {"path": path, "said": _shown(said), "recomputed": _shown(recomputed)}
        yield Defect(flaw=Flaw.FINDING, where=where, sentence=sentence("bundle.finding", where=where, **parts))


def _shown(value: object) -> str:
    return "-" if value is _ABSENT else str(value)[:_MOST_SHOWN]
