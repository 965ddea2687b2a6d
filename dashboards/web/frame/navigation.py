"""Pure. The way from page to page: a link for each place that is under no other, in the order of the places.

Knows nothing of what stands on them.
"""

from collections.abc import Sequence

from dashboards.web.frame.shown import Choice, Where
from dashboards.web.voice import Voice


def navigation(places: Sequence[Where], here: Where, voice: Voice) -> tuple[Choice, ...]:
    """The place that the reader is at, or that it is under, is the chosen one."""
    chosen = here.under or here.name
    return tuple(
        Choice(f"nav-{one.name}", voice.say(f"nav.{one.name}"), one.path, chosen=one.name == chosen)
        for one in places
        if not one.under
    )
