"""Vocabulary. What the wire calls each kind of body (probe/WIRE.md). A name that was given stays."""

from typing import Any

from probe.body.draw import Decision, TurnWish
from probe.body.key_change import KeyChange
from probe.body.names import NamesSeen
from probe.body.notice import Notice
from probe.body.reachability import Reachability
from probe.body.rung import CaptureKept, ClockSeen, LinkSeen, PathSeen, RouterSeen
from probe.body.speed_test import SpeedTest
from probe.body.train import Train

KINDS: dict[str, type[Any]] = {
    "speed_test": SpeedTest,
    "reachability": Reachability,
    "link": LinkSeen,
    "router": RouterSeen,
    "path": PathSeen,
    "clock": ClockSeen,
    "names": NamesSeen,
    "capture": CaptureKept,
    "train": Train,
    "decision": Decision,
    "turn_wish": TurnWish,
    "key_change": KeyChange,
    "notice": Notice,
}
KIND_OF: dict[type, str] = {body_type: kind for kind, body_type in KINDS.items()}
