"""Pure. The whole ladder of one interruption: every rung, from the probe outwards, with what was seen of it.

Knows nothing of blame.
"""

from dataclasses import dataclass

from analysis.clause import LedgerRules
from analysis.outage.episode import Episode
from analysis.outage.outage import Rung, RungName, RungState
from analysis.outage.rung import seen
from analysis.outage.rung.beyond import first_hop, names, networks
from analysis.outage.rung.home import gateway, own_link
from analysis.outage.rung.looks import Looks
from analysis.outage.rung.moment import Moment
from analysis.outage.rung.router import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs in their order, and what of them is a number or a yes.

    `seen_start`: somebody watched the line go down. `link_gone`: the router had no carrier on the line.
    """

    rungs: tuple[Rung, ...]
    networks_dark: int
    networks_answering: int
    seen_start: bool
    link_gone: bool
    restarted_later: bool

    def state(self, name: RungName) -> RungState:
        """What was seen of one rung."""
        return next(rung.state for rung in self.rungs if rung.name is name)


def rungs(looks: Looks, episode: Episode, family: int | None, rules: LedgerRules) -> Ladder:
    """Everything that was seen of one interruption. `family` None takes both."""
    moment = Moment.of(episode, rules)
    probes = looks.probes(moment.first_us, moment.last_us)
    home = gateway(looks, moment, family, rules)
    router = told(looks, moment, home.state)
    far = networks(looks, moment, family)
    return Ladder(
        rungs=(
            Rung(RungName.PROBE, RungState.WELL, seen.asked_throughout(probes)),
            own_link(looks, moment, home),
            home,
            router.router,
            router.wan,
            first_hop(looks, moment, family, rules),
            far.rung,
            names(looks, moment, rules),
        ),
        networks_dark=far.dark,
        networks_answering=far.answering,
        seen_start=episode.started,
        link_gone=router.link_gone,
        restarted_later=router.restarted_later,
    )
