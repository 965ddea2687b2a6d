"""Pure. What was found of names, in a sentence of both languages.

Knows nothing of records.
"""

from collections.abc import Mapping

from analysis.finding import Figure, Sentence
from analysis.names.account import State
from analysis.wording import Said, count, say, sentence


def told(rule: str, subject: str | None, state: State, measured: Mapping[str, Figure]) -> Sentence:
    """The sentence `RULE.STATE` of the sentences, with the figures."""
    parts: dict[str, Said | str] = {name: str(value) for name, value in measured.items()}
    for name in ("minutes", "watched_minutes"):
        number = measured.get(name)
        if isinstance(number, int):
            parts[name] = count("minute", number)
    if rule == "names.dnssec":
        parts["checks"] = say(_checks(measured))
    return sentence(f"{rule}.{state}", subject=subject or "", **parts)


def _checks(measured: Mapping[str, Figure]) -> str:
    """Which of both was seen to fail."""
    if measured["authenticates"] is False:
        return "names.checks.neither" if measured["refuses_broken"] is False else "names.checks.unsaid"
    return "names.checks.gives"
