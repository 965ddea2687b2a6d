"""Vocabulary. What the page may have done for it on this machine, where whoever serves it lends a hand.

Knows nothing of how any of it is done.
"""

from dataclasses import dataclass

from dashboards.web.access.passage import Doorkeeper
from dashboards.web.page.live.course import Bench
from dashboards.web.page.setup.deed import SetUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Each is None where nobody does it here; its page is then not there. `doorkeeper`: who is told of signing in."""

    bench: Bench | None = None
    setup: SetUp | None = None
    doorkeeper: Doorkeeper | None = None
