"""Vocabulary. What happens at the sign-in: the three things that whoever keeps a book of it is told.

Knows nothing of books.
"""

from enum import Enum, auto
from typing import Protocol


class Passage(Enum):
    """What somebody did at the door."""

    SIGNED_IN = auto()
    REFUSED = auto()  # a wrong password
    SIGNED_OUT = auto()


class Doorkeeper(Protocol):
    """Is told; called from any thread, and raises nothing."""

    def saw(self, passage: Passage, visitor: str) -> None:
        """`visitor`: an address, or the network of a household; empty where it is not known."""
