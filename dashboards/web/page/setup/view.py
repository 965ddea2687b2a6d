"""Pure. The set-up, step by step, said in one language.

Judges nothing, and knows nothing of requests.
"""

from dataclasses import dataclass

from analysis.contract import Technology
from analysis.summary.reading import Item
from dashboards.web.frame.address import address
from dashboards.web.frame.make import frame
from dashboards.web.frame.shown import Choice, Where
from dashboards.web.page.setup import terms, wanted
from dashboards.web.page.setup.deed import Seen, ServerKind
from dashboards.web.page.setup.draft import Draft, Problem, Step
from dashboards.web.page.setup.fields import host_groups, server_groups, term_groups, wrong
from dashboards.web.page.setup.shown import Group, Look, SetupPage
from dashboards.web.part.shown import Fact, Tone
from dashboards.web.place import Sheet
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

WHERE = Where("setup", "/setup", refreshed=False)
_TONES = {True: Tone.GOOD, False: Tone.BAD, None: Tone.UNKNOWN}
_GB = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to the set-up. `seen` belongs to the line's step, `month_bytes` to the server's: None unknown.

    `failed`: why the contract's PDF cannot be read, or why the set-up could not be taken up; empty otherwise.
    """

    step: Step
    draft: Draft
    token: str
    problems: tuple[Problem, ...] = ()
    seen: tuple[Seen, ...] = ()
    month_bytes: int | None = None
    failed: str = ""


def view(asked: Asked, reading: Reading, voice: Voice) -> Sheet:
    """The page of one step."""
    step, bad = asked.step, wrong(asked.problems, voice)
    order, groups = tuple(Step), _groups(asked, voice)
    number = order.index(step)
    page = SetupPage(
        token=asked.token,
        step=step,
        steps=tuple(_step(one, step, voice) for one in order),
        title=voice.say("setup.step", number=number + 1, count=len(order), title=voice.say(f"setup_step.{step}")),
        text=_text(asked, voice),
        groups=groups,
        problems=tuple(_to_field(name, what, groups) for name, what in bad.items()),
        looks=tuple(_look(one, voice) for one in asked.seen),
        facts=_facts(asked, voice) if step is Step.SUMMARY else (),
        before=_address(order[number - 1]) if number else "",
        has_contract=reading.contract is not None,
        failed=asked.failed,
    )
    return Sheet(frame(WHERE, reading, voice, {"step": step}), page)


def _to_field(name: str, what: str, groups: tuple[Group, ...]) -> Choice:
    """A problem with the way to its field, which is named."""
    named = [f"{group.title}: {one.label}. {what}" for group in groups for one in group.fields if one.name == name]
    return Choice(f"to-{name}", named[0] if named else what, f"#{name}")


def _address(step: Step) -> str:
    return address(WHERE.path, {"step": step})


def _step(one: Step, here: Step, voice: Voice) -> Choice:
    return Choice(f"step-{one}", voice.say(f"setup_step.{one}"), _address(one), chosen=one is here)


def _text(asked: Asked, voice: Voice) -> tuple[str, ...]:
    text = [voice.say(f"setup_text.{asked.step}")]
    if asked.step is Step.TERMS:
        text.append(voice.say("setup.from_pdf" if asked.draft.reading else "setup.by_hand"))
        if asked.draft.reading is not None and not asked.draft.reading.is_summary:
            text.append(voice.say("setup.no_summary"))
    if asked.step is Step.SERVER and asked.month_bytes is not None:
        text.append(voice.say("setup.month", gigabytes=max(1, round(asked.month_bytes / _GB))))
    return tuple(text)


def _groups(asked: Asked, voice: Voice) -> tuple[Group, ...]:
    makers = {Step.TERMS: term_groups, Step.SERVER: server_groups, Step.HOSTS: host_groups}
    maker = makers.get(asked.step)
    return () if maker is None else maker(asked.draft, wrong(asked.problems, voice), voice)


def _look(seen: Seen, voice: Voice) -> Look:
    speed = "" if seen.link_bps is None else voice.rate(seen.link_bps)
    text = voice.say(f"setup_look.{seen.look}.text", speed=speed)
    return Look(_TONES[seen.ok], voice.say(f"setup_look.{seen.look}.title"), text)


def _facts(asked: Asked, voice: Voice) -> tuple[tuple[Choice, tuple[Fact, ...]], ...]:
    """What will be written, under the step that it comes from."""
    return (
        (_change(Step.TERMS, voice), _contract(asked.draft, voice)),
        (_change(Step.SERVER, voice), _server(asked.draft, voice)),
        (_change(Step.HOSTS, voice), _hosts(asked.draft, voice)),
    )


def _change(step: Step, voice: Voice) -> Choice:
    return Choice(f"change-{step}", voice.say(f"setup_step.{step}"), _address(step))


def _contract(draft: Draft, voice: Voice) -> tuple[Fact, ...]:
    if draft.keeps:
        return (Fact(voice.say("setup_step.terms"), voice.say("setup.kept")),)
    written = draft.typed
    facts = [_term(item, written[item.value].strip(), voice) for item in terms.ITEMS if written.get(item.value)]
    region = Fact(voice.say("setup_field.region"), voice.say(f"setup_region.{written.get(terms.REGION, 'mainland')}"))
    municipality = written.get(terms.MUNICIPALITY)
    return (
        *facts,
        region,
        *((Fact(voice.say("setup_field.municipality"), municipality),) if municipality else ()),
    )


def _term(item: Item, text: str, voice: Voice) -> Fact:
    """One value as it was typed, with its unit; a speed says of which direction it is."""
    label = voice.say(f"setup_field.{item.value}")
    way, _, _ = item.value.partition("_")
    if way in tuple(Direction):
        direction = voice.say(f"direction.{way}")
        return Fact(f"{direction}: {label}", f"{text} Mbit/s")
    if item.value.endswith("_eur"):
        return Fact(label, f"{text} €")
    known = item is Item.TECHNOLOGY and text in tuple(Technology)
    return Fact(label, voice.say(f"setup_technology.{text}") if known else text)


def _server(draft: Draft, voice: Voice) -> tuple[Fact, ...]:
    kind = draft.typed.get(wanted.KIND, "")
    if kind not in tuple(ServerKind):
        return (Fact(voice.say("setup_group.server"), voice.say("setup.undecided")),)
    named = draft.typed.get(wanted.ADDRESS, "") if kind == ServerKind.OWN else ""
    return (Fact(voice.say("setup_group.server"), named or voice.say(f"setup_server.{kind}.title")),)


def _hosts(draft: Draft, voice: Voice) -> tuple[Fact, ...]:
    found, _ = wanted.hosts(draft.typed)
    if not found:
        return (Fact(voice.say("setup_step.hosts"), voice.say("setup.no_hosts")),)
    return tuple(Fact(one.network or voice.say("setup_field.host"), one.host) for one in found)
