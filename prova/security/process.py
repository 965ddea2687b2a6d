"""Vocabulary. A process at work, as far as its arguments, user, limits and sockets tell.

Knows nothing of where that is read.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath

_WORD = re.compile(r"[a-z][a-z0-9._]{0,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """`arguments` as it was started; `environment` the names alone. `core_bytes` None: without limit.

    `sockets` None: this user may not see them.
    """

    pid: int
    user: int
    arguments: tuple[str, ...]
    environment: frozenset[str]
    core_bytes: int | None
    sockets: frozenset[str] | None

    @property
    def name(self) -> str:
        """As people know it: the first plain words of its arguments, and none that could be a secret."""
        words = [PurePath(word).name for word in self.arguments[:5]]
        return f"{' '.join(word for word in words if _WORD.fullmatch(word)) or '?'} ({self.pid})"
