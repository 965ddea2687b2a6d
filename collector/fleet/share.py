"""Pure. Which lines one of several collectors takes: those whose hash falls to it, so that a line has one journal.

All probes of a line, and a probe's messages in their order, go to one collector, whatever the broker. Knows nothing of
brokers.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from collector.lake.manifest import bucket_of

_FORM = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
_LINE_LEVEL = 2  # of a probe's topics: prova/1/<line>/...


@dataclass(frozen=True, slots=True)
class Share:
    """Share `number`, from 1, of `count`. The count is chosen once: a line's journal does not move with it."""

    number: int = 1
    count: int = 1

    @property
    def whole(self) -> bool:
        """Whether it is every line's."""
        return self.count == 1

    def takes(self, line: str) -> bool:
        """Whether the line is this share's: it is of exactly one.

        >>> Share(1, 2).takes("casa"), Share(2, 2).takes("casa")
        (True, False)
        """
        return self.whole or share_of(line, self.count) == self.number

    def takes_topic(self, topic: str) -> bool:
        """Whether a message on this topic of a probe is this share's."""
        return self.whole or _of_topic(topic, self.count) == self.number

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


ALL = Share()


def share_of(line: str, count: int) -> int:
    """The number of the line's share: its bucket in a lake of so many buckets, and one."""
    return bucket_of(line, count) + 1


def parse_share(text: str) -> Share:
    """From `2/8`. Raises ValueError.

    >>> parse_share("2/8")
    Share(number=2, count=8)
    """
    found = _FORM.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise ValueError(f"{text!r} is no share; write the second of eight as 2/8")
    return Share(int(found[1]), int(found[2]))


@lru_cache(8192)
def _of_topic(topic: str, count: int) -> int:
    levels = topic.split("/")
    return share_of(levels[_LINE_LEVEL], count) if len(levels) > _LINE_LEVEL else 1
