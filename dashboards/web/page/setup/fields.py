"""Pure. The fields of each step, in words: what is typed, what was read for it, what is wrong with it.

Knows nothing of requests.
"""

from collections.abc import Mapping, Sequence

from analysis.contract import Technology
from analysis.summary.reading import Confidence, Item, Value
from analysis.summary.reading_json import plain
from dashboards.web.page.setup import terms, wanted
from dashboards.web.page.setup.deed import ServerKind
from dashboards.web.page.setup.draft import Draft, Problem
from dashboards.web.page.setup.shown import Field, Group, Option
from dashboards.web.voice import Voice

_LONGEST_WORDS = 160
_MOST_CANDIDATES = 4
Wrong = Mapping[str, str]  # of a field's name, what is wrong with it


def wrong(problems: Sequence[Problem], voice: Voice) -> Wrong:
    """The first problem of each field, in words."""
    found: dict[str, str] = {}
    for one in problems:
        found.setdefault(one.field, voice.say(f"setup_problem.{one.key}"))
    return found


def term_groups(draft: Draft, bad: Wrong, voice: Voice) -> tuple[Group, ...]:
    """The contract's fields."""

    def group(name: str, items: Sequence[Item], *more: Field, columns: str = "") -> Group:
        fields = tuple(_term(item, draft, bad, voice) for item in items)
        return Group(voice.say(f"setup_group.{name}"), (*fields, *more), columns)

    return (
        group("named", terms.NAMED, columns="two"),
        group("download", terms.DOWNLOAD, columns="three"),
        group("upload", terms.UPLOAD, columns="three"),
        Group(voice.say("setup_group.place"), (_region(draft, bad, voice), _municipality(draft, bad, voice)), "two"),
        group("price", terms.PRICE, columns="three"),
    )


def server_groups(draft: Draft, bad: Wrong, voice: Voice) -> tuple[Group, ...]:
    """Who is at the other end of the tests."""
    chosen = draft.typed.get(wanted.KIND, ServerKind.OWN)
    kinds = tuple(
        Option(
            kind.value, voice.say(f"setup_server.{kind}.title"), kind == chosen, voice.say(f"setup_server.{kind}.text")
        )
        for kind in ServerKind
    )
    address = _plain(wanted.ADDRESS, draft, bad, voice)
    agreed = draft.typed.get(wanted.CONSENT) == "yes"
    consent = Field(
        name=wanted.CONSENT,
        label=voice.say("setup_field.consent"),
        value="yes" if agreed else "",
        problem=bad.get(wanted.CONSENT, ""),
        kind="check",
    )
    title = voice.say("setup_group.server")
    choice = Field(name=wanted.KIND, label=title, problem=bad.get(wanted.KIND, ""), kind="radio", options=kinds)
    return (Group(title, (choice, address, consent)),)


def host_groups(draft: Draft, bad: Wrong, voice: Voice) -> tuple[Group, ...]:
    """Whom to watch."""
    return tuple(
        Group(
            voice.say("setup_group.host", number=number),
            (
                _named("host", f"host_{number}", draft, bad, voice),
                _named("network", f"network_{number}", draft, bad, voice),
            ),
            "two",
        )
        for number in wanted.HOST_ROWS
    )


def _term(item: Item, draft: Draft, bad: Wrong, voice: Voice) -> Field:
    name = item.value
    value = terms.known(draft.reading, item) if draft.reading else None
    made = Field(
        name=name,
        label=voice.say(f"setup_field.{name}"),
        value=draft.typed.get(name, ""),
        hint=voice.say(f"setup_hint.{name}"),
        read_from=() if draft.reading is None else _read_from(value, voice),
        problem=bad.get(name, ""),
        kind="number" if name.endswith(("_mbps", "_eur", "_day")) else "date" if item is Item.DATED else "text",
        needed=terms.is_needed(item),
    )
    if item is not Item.TECHNOLOGY:
        return made
    options = tuple(
        Option(one.value, voice.say(f"setup_technology.{one}"), draft.typed.get(name) == one.value)
        for one in Technology
    )
    return _with_options(made, (Option("", voice.say("setup.choose"), not draft.typed.get(name)), *options))


def _read_from(value: Value | None, voice: Voice) -> tuple[str, ...]:
    """Where it stands in the document, in the document's own words."""
    if value is None:
        return (voice.say("setup_confidence.absent"),)
    lines = [voice.say(f"setup_confidence.{value.confidence}")]
    for one in value.candidates[:_MOST_CANDIDATES]:
        words = one.words[:_LONGEST_WORDS]
        is_open = value.confidence is Confidence.OPEN
        key = "setup.read_open" if is_open else "setup.read_words"
        lines.append(voice.say(key, page=one.page, words=words, value=str(plain(one.value))))
    return tuple(lines)


def _region(draft: Draft, bad: Wrong, voice: Voice) -> Field:
    chosen = draft.typed.get(terms.REGION, "mainland")
    options = tuple(Option(one, voice.say(f"setup_region.{one}"), one == chosen) for one in terms.ZONES)
    return _with_options(_plain(terms.REGION, draft, bad, voice), options)


def _municipality(draft: Draft, bad: Wrong, voice: Voice) -> Field:
    return _plain(terms.MUNICIPALITY, draft, bad, voice)


def _plain(name: str, draft: Draft, bad: Wrong, voice: Voice) -> Field:
    return _named(name, name, draft, bad, voice)


def _named(words: str, name: str, draft: Draft, bad: Wrong, voice: Voice) -> Field:
    return Field(
        name=name,
        label=voice.say(f"setup_field.{words}"),
        value=draft.typed.get(name, ""),
        hint=voice.say(f"setup_hint.{words}"),
        problem=bad.get(name, ""),
    )


def _with_options(made: Field, options: tuple[Option, ...]) -> Field:
    return Field(
        name=made.name,
        label=made.label,
        value=made.value,
        hint=made.hint,
        read_from=made.read_from,
        problem=made.problem,
        kind="select",
        needed=True,
        options=options,
    )
