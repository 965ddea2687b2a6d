"""Vocabulary. A page of the site: where it is, and how a question to it becomes a sheet to be shown.

Knows nothing of HTTP, templates or stores.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboards.web.frame.shown import Frame, Where
from dashboards.web.library import Library
from dashboards.web.voice import Voice

Speak = Callable[[ZoneInfo], Voice]  # the reader's language, once the line's zone is known


@dataclass(frozen=True, slots=True)
class Question:
    """`query`: what stands in the address behind its question mark, as it came: hostile until `asked` has read it.

    `form_token`: a token for a form on the page; asked for only by a page that has one.
    """

    query: Mapping[str, str]
    form_token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a template shows: the frame, and the page's own noun. `found` is false where what was asked for is not."""

    frame: Frame
    page: object
    found: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """One page. `answer` reads what it needs from the library, and says it. Its template is `page/NAME.html`."""

    where: Where
    answer: Callable[[Library, Question, Speak], Sheet]
