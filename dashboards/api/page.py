"""Pure. A page of items out of more of them, and where the next one begins.

Knows nothing of what the items are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.api import cursor
from dashboards.api.cursor import Key
from dashboards.api.problem import Fault, Problem
from dashboards.api.question import Question

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Items in order. `after`: the key that the next page begins behind, None where this is the last."""

    items: tuple[Item, ...]
    after: Key | None = None


def start(question: Question, form: Sequence[type]) -> Key | None:
    """The key that the page begins behind; None from the first on. Raises Problem for a cursor of another question."""
    if question.cursor is None:
        return None
    key = cursor.read(question.cursor, question.words, form)
    if key is None:
        raise Problem(
            400,
            "cursor: it is not of this question; leave it out, or ask with the same parameters as before.",
            faults=[Fault("cursor", "is not of this question")],
        )
    return key


def by_name(items: Iterable[tuple[str, Item]], question: Question) -> Page:
    """A page of items that are sorted by a name of their own."""
    key = start(question, (str,))
    behind = "" if key is None else str(key[0])
    chosen = [one for one in items if one[0] > behind][: question.limit + 1]
    after: Key | None = (chosen[question.limit - 1][0],) if len(chosen) > question.limit else None
    return Page(tuple(item for _, item in chosen[: question.limit]), after)


def body(page: Page, schema: str, question: Question) -> dict[str, Any]:
    """The page as it is answered."""
    word = None if page.after is None else cursor.written(page.after, question.words)
    return {"schema": schema, "items": list(page.items), "next_cursor": word}
