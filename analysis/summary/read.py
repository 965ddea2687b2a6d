"""Pure. A contract summary's text as a Reading: every value with its page, its words and how sure it is.

Fills nothing in: what is not there is not in the Reading. Knows nothing of files and of `contract.toml`.
"""

from analysis.summary.duration import bound, dates
from analysis.summary.number import style
from analysis.summary.page.line import lines
from analysis.summary.page.paper import Paper
from analysis.summary.page.section import Section, portuguese, sections
from analysis.summary.party import parties, technologies
from analysis.summary.price import prices
from analysis.summary.reading import Item, Reading
from analysis.summary.speed.promised import promised, settle
from analysis.summary.speed.sighting import sightings


def read(paper: Paper) -> Reading:
    """What the paper says."""
    text = lines(paper.pieces)
    in_portuguese = portuguese(text)
    manner = style(" ".join(line.folded for line in text), portuguese=in_portuguese)
    part = sections(text)
    top, services = part.get(Section.TOP, ()), part.get(Section.SERVICES, ())
    has_speeds, has_price = Section.SPEEDS in part, Section.PRICE in part
    seen = list(sightings(part[Section.SPEEDS] if has_speeds else text, manner))
    values = promised(seen, in_section=has_speeds)
    duration = part.get(Section.DURATION, ())
    values |= settle(
        [
            *parties(top, services),
            *technologies([*top, *services, *part.get(Section.SPEEDS, ())]),
            *(prices(part[Section.PRICE], manner) if has_price else ()),
            *dates([line for section in part.values() for line in section], portuguese=in_portuguese),
            *bound(duration),
        ]
    )
    return Reading(
        name=paper.name,
        sha256=paper.sha256,
        page_count=paper.page_count,
        language="pt" if in_portuguese else "en",
        is_summary=len(part) >= 4,
        values={item: values[item] for item in Item if item in values},
        left=tuple(
            dict.fromkeys((one.page, one.words) for one in seen if one.kind is None or one.way is None or one.other)
        ),
    )
