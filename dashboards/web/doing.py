"""Shell. The pages on which something is done, as far as somebody lends a hand for it: their places and addresses.

Knows nothing of what stands on them.
"""

from starlette.routing import BaseRoute

from dashboards.web.desk import Desk
from dashboards.web.frame.shown import Where
from dashboards.web.hands import Hands
from dashboards.web.page.live.routes import live_routes
from dashboards.web.page.live.view import WHERE as LIVE
from dashboards.web.page.setup.routes import setup_routes
from dashboards.web.page.setup.view import WHERE as SETUP


def doing(hands: Hands) -> tuple[Where, ...]:
    """Their places, in the order of their links."""
    return (*((LIVE,) if hands.bench else ()), *((SETUP,) if hands.setup else ()))


def doing_routes(desk: Desk, hands: Hands) -> list[BaseRoute]:
    """Their addresses."""
    return [
        *(live_routes(desk, hands.bench) if hands.bench else ()),
        *(setup_routes(desk, hands.setup) if hands.setup else ()),
    ]
