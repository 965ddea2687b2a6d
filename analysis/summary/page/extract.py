"""Shell. A PDF file as a Paper: read once, its digest taken, and opened in a short-lived process with limits.

Reads what that process says as one would a stranger's. Knows nothing of what the text means.
"""

import hashlib
import sys
from pathlib import Path

import msgspec

from analysis.confined import ask as asking
from analysis.confined.ask import Failed
from analysis.summary.page.child import BOUNDS
from analysis.summary.page.paper import Drawn, Paper, Refusal

MOST_BYTES = 25 * 2**20
_COMMAND = (sys.executable, "-m", "analysis.summary.page.child")
_SENTENCES = {
    Refusal.NOT_PDF: "is no PDF. Name the contract summary as the operator sent it",
    Refusal.ENCRYPTED: "is locked with a password. Save a copy without one, for example by printing it to a file",
    Refusal.TOO_MANY_PAGES: "has more than 40 pages: no contract summary has. Save its own pages alone",
    Refusal.TOO_MUCH_TEXT: "has more text than any contract summary. Save its own pages alone",
    Refusal.NO_TEXT: "holds pictures of pages and no text: it is a scan. Ask the operator for the file itself, or write"
    " the figures down yourself: prova contract new",
    Refusal.DAMAGED: "is damaged and cannot be read. Fetch it again, or print it to a new PDF",
    Refusal.TOO_HARD: "takes more time or memory than any contract summary. Print it to a new PDF, and name that",
}


class SummaryError(ValueError):
    """A contract summary cannot be read. The text is one sentence: what, where, how to mend it."""


def extract(path: Path) -> Paper:
    """The text of the PDF at `path`. Raises SummaryError."""
    data = _read(path)
    said = ask(data)
    if said.refusal is not None:
        raise SummaryError(f"{path} {_SENTENCES[said.refusal]}.")
    digest = hashlib.sha256(data).hexdigest()
    return Paper(name=path.name, sha256=digest, page_count=said.page_count, pieces=said.pieces)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SummaryError(f"{path} cannot be read: {error.strerror}. Name the contract summary's PDF.") from error
    if len(data) > MOST_BYTES:
        raise SummaryError(f"{path} is larger than 25 MB: no summary is. Save its own pages alone.")
    return data


def ask(data: bytes, *, command: tuple[str, ...] = _COMMAND) -> Drawn:
    """What the short-lived process says; a process that ends without an answer found it too hard."""
    said = asking.ask(command, data, BOUNDS)
    if isinstance(said, Failed):
        return Drawn(refusal=Refusal.TOO_HARD if said is Failed.TOO_HARD else Refusal.DAMAGED)
    try:
        return msgspec.json.decode(said, type=Drawn)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Drawn(refusal=Refusal.DAMAGED)
