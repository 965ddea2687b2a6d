"""Vocabulary. An exercise of restoring: what was copied, put back, checked, and how long each took.

Knows nothing of disks or of how an exercise is made.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

SCHEMA = "prova.drill/1"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of it, by name, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What would be gone if the disk were lost now and this copy put back: the recovery point, measured.

    `batch_count` of `record_count` records came after the copy. `at_risk_s`: from the newest arrival in the copy to the
    newest in the store; None where either has none.
    """

    batch_count: int
    record_count: int
    at_risk_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise. `failure` is empty where all of it held.

    `recovery_s`: from an empty folder to a store that is checked and whole, without the making of a copy. `byte_count`
    of what was put back; `compared_lines` were read from both stores and are alike, with their findings where there is
    a contract (`judged_lines`).
    """

    began_at: datetime
    copy_made_at: datetime | None
    place: str
    stages: tuple[Stage, ...]
    recovery_s: float | None
    file_count: int
    byte_count: int
    batch_count: int
    record_count: int
    compared_lines: int
    judged_lines: int
    loss: Loss | None
    failure: str = ""

    @property
    def held(self) -> bool:
        """Whether the store came back."""
        return not self.failure


def told(exercise: Exercise) -> dict[str, Any]:
    """As JSON: times in ISO 8601, UTC."""
    plain = asdict(exercise)
    plain["began_at"] = exercise.began_at.isoformat()
    plain["copy_made_at"] = None if exercise.copy_made_at is None else exercise.copy_made_at.isoformat()
    plain["stages"] = {one.name: round(one.seconds, 3) for one in exercise.stages}
    return {"schema": SCHEMA, "held": exercise.held, **plain}
