"""Pure. The way from page to page: one link for each place that there is, in the order of the places.

Knows nothing of what stands on them.
"""

from collections.abc import Sequence

from dashboards.web.frame.shown import Choice, Where
from dashboards.web.voice import Voice


def navigation(places: Sequence[Where], here: Where, voice: Voice) -> tuple[Choice, ...]:
    """The place that the reader is at is the chosen one."""
    return tuple(
        Choice(f"nav-{one.name}", voice.say(f"nav.{one.name}"), one.path, chosen=one.name == here.name)
        for one in places
    )
