"""Pure. Groups in words, Portuguese and English with the same figures. Knows nothing of how anything was found."""

from analysis.congestion.group.told import GroupSays, GroupTold
from analysis.congestion.words import hours_words
from analysis.wording import Said, count, say


def group_words(one: GroupTold) -> Said:
    """What its lines have in common, in one sentence."""
    by_days = one.says is GroupSays.SHARED and not one.windows
    said = say(f"congestion.group.{'same_days' if by_days else one.says.value}", **_parts(one))
    return say("congestion.group.row", name=f"{one.kind}:{one.name}", said=said)


def _parts(one: GroupTold) -> dict[str, Said | str]:
    parts: dict[str, Said | str] = {"known": str(one.known)}
    if one.says is GroupSays.AT_ONCE:
        return {"times": count("congestion_times", len(one.at_once))}
    if one.says is GroupSays.SINGLE:
        parts["n"] = str(len(one.strained))
    if one.says in {GroupSays.SHARED, GroupSays.WIDER}:
        parts |= {"n": str(len(one.sharing)), "windows": _windows(one), "others": _others(one)}
    return parts


def _windows(one: GroupTold) -> Said:
    told = [hours_words(each) for each in one.windows]
    return Said(
        pt="".join(f"{', ' if number else ': '}{each.pt}" for number, each in enumerate(told)),
        en="".join(f"{', ' if number else ': '}{each.en}" for number, each in enumerate(told)),
    )


def _others(one: GroupTold) -> Said:
    if not one.others_known:
        return say("congestion.group.no_others")
    return say("congestion.group.others", n=str(one.others_strained), known=str(one.others_known))
