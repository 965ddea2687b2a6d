"""Shell. The kernel's files below one root: /proc and /sys of this machine, or a recorded tree.

What cannot be read is None. Knows nothing of what the files mean.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tree:
    """Reads below `root`; paths are given without a leading slash."""

    root: Path = Path("/")

    def text(self, path: str) -> str | None:
        """The whole file, without the newlines around it."""
        try:
            return (self.root / path).read_text().strip("\n")
        except (OSError, UnicodeDecodeError):  # also EINVAL: the kernel will not say, as for a link that is down
            return None

    def number(self, path: str) -> int | None:
        """A file that holds one whole number."""
        text = (self.text(path) or "").strip()
        return int(text) if text.isascii() and text.lstrip("-").isdigit() else None

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.root / path).exists()

    def target(self, path: str) -> str | None:
        """The last name of where a symbolic link points."""
        try:
            return (self.root / path).readlink().name
        except OSError:
            return None


KERNEL = Tree()
