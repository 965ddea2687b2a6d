"""Vocabulary. What a process that reads a stranger's file may use.

Knows nothing of how it is held to that.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """`wall_s` is what whoever waits for it waits: on a busy machine much more than `cpu_s`.

    `output_bytes`: of any one file that it writes, standard output too. `alone`: it starts no other process.
    `offline`: it reaches no network, where the kernel lets it give that up.
    """

    cpu_s: int
    wall_s: int
    memory_bytes: int
    output_bytes: int
    alone: bool = True
    offline: bool = True
