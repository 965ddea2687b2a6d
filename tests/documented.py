"""The commands that the documents show, read out of their fenced blocks, and in running text those of `prova`."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("[a-z]*/README.md")])
_FENCED = re.compile(r"^```(?:sh|bash|console)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(?:\.venv/bin/)?((?:prova|make) [a-z][^`\n]*|python -m bench[^`\n]*)`")
_BEGINS = re.compile(r"^(?:time )?(?:\S*/)?(?:prova [a-z]|make [a-z]|python3? -m bench)")
_COMMENT = re.compile(r"\s{2,}(?![\s-]).*$|\s#\s.*$")
_OPTIONAL = re.compile(r"[\[\]]")


@dataclass(frozen=True, order=True)
class Shown:
    """One command: `text` without its comment, as the document has it."""

    text: str
    document: str
    fenced: bool

    @property
    def words(self) -> list[str]:
        """As a shell splits it, its program by name alone; what is in brackets is in, what follows a > is not."""
        plain = _OPTIONAL.sub("", self.text.split(">")[0]).replace("...", "")
        words = shlex.split(plain.removeprefix("time "))
        return [Path(words[0]).name, *words[1:]]


def shown() -> list[Shown]:
    """Every command of this repository's own, in order, each once."""
    return sorted({one for document in DOCUMENTS for one in _of(document)})


def _of(document: Path) -> Iterator[Shown]:
    text, name = document.read_text(encoding="utf-8"), str(document.relative_to(ROOT))
    for block in _FENCED.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if _BEGINS.match(line):
                yield Shown(" ".join(_COMMENT.sub("", line).split()), name, fenced=True)
    for inline in _INLINE.findall(text):
        yield Shown(inline.strip(), name, fenced=False)
