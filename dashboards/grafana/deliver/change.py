"""Pure. What has to be changed in a Grafana so that it has what it should: read first, change only what differs.

Knows no HTTP.
"""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_ITEM = Mapping[str, Any]
_OF_GRAFANA = {"id", "version", "iteration"}  # what Grafana itself counts in a dashboard


class Thing(StrEnum):
    """What is delivered, in this order: what comes later stands on what came before."""

    SOURCE = "data source"
    FOLDER = "folder"
    DASHBOARD = "dashboard"


class Step(StrEnum):
    """What becomes of one thing."""

    MAKE = "make"
    CHANGE = "change"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`wanted` is what will be there. `told`: the difference as lines, empty where it is made anew or kept."""

    thing: Thing
    uid: str
    step: Step
    wanted: _ITEM
    told: tuple[str, ...] = ()


def change_of(thing: Thing, uid: str, wanted: _ITEM, there: _ITEM | None) -> Change:
    """What to do for one thing; `there` None: it is not there. A secret cannot be read back and is not compared."""
    if there is None:
        return Change(thing=thing, uid=uid, step=Step.MAKE, wanted=wanted)
    before, after = _comparable(_like(there, wanted)), _comparable(wanted)
    if before == after:
        return Change(thing=thing, uid=uid, step=Step.KEEP, wanted=wanted)
    told = difflib.unified_diff(before, after, "there", "wanted", lineterm="", n=1)
    return Change(thing=thing, uid=uid, step=Step.CHANGE, wanted=wanted, told=tuple(told))


def _like(there: _ITEM, wanted: _ITEM) -> dict[str, Any]:
    """Of what is there, what we have a say in: Grafana adds keys of its own, also below ours."""
    found: dict[str, Any] = {}
    for name in wanted.keys() & there.keys():
        both = isinstance(wanted[name], Mapping) and isinstance(there[name], Mapping)
        found[name] = _like(there[name], wanted[name]) if both else there[name]
    return found


def _comparable(item: _ITEM) -> list[str]:
    own = {name: value for name, value in item.items() if name not in _OF_GRAFANA and name != "secureJsonData"}
    return json.dumps(own, indent=1, sort_keys=True, ensure_ascii=False).splitlines()
