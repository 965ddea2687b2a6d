"""Pure. Outages in words, Portuguese and English.

Knows nothing of how anything was found.
"""

from analysis.outage.outage import Concern, Outage, Rung
from analysis.wording import Said, say


def verdict_words(outage: Outage) -> Said:
    """What did not work, why, and whose it was, in one sentence."""
    verdict = outage.verdict
    return say(
        f"outage.sentence.{verdict.imputable_to.value}",
        concern=concern_words(outage.concern, outage.concerns_name),
        cause=cause_words(verdict.cause.value),
        confidence=say(f"outage.confidence.{verdict.confidence.value}"),
    )


def concern_words(concern: Concern, name: str | None) -> Said:
    """What did not work."""
    return say(f"outage.concern.{concern.value}", name=name or "")


def cause_words(cause: str) -> Said:
    """Where the fault lay."""
    return say(f"outage.cause.{cause}")


def whose_words(imputable_to: str) -> Said:
    """Whose it was, in a word or two."""
    return say(f"outage.whose.{imputable_to}")


def rung_words(rung: Rung) -> Said:
    """A rung's name and what was seen of it."""
    name, state = say(f"outage.rung.{rung.name.value}"), say(f"outage.state.{rung.state.value}")
    return say("outage.rung.said", name=name, state=state)
