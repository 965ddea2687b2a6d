"""Shell. The papers of a case: taken in as they are, kept under their digest, found again by it.

Only a few harmless kinds are taken, told by their bytes and never by their name. What stands in a PDF is read in a
short-lived process with limits. Knows nothing of the case file.
"""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from analysis.case.case import Document
from analysis.summary.page.extract import ask
from analysis.summary.page.paper import Piece

MOST_BYTES = 25 * 2**20
_MOST_NAME = 80
_KINDS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_ODD = re.compile(r"[^\w.,() -]+")


class PaperError(ValueError):
    """This paper cannot be taken in, or is not there any more. The text is one sentence with the mend."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A paper that is kept now: its digest, and its name as it may be shown."""

    sha256: str
    name: str
    kind: str


def take_in(folder: Path, data: bytes, name: str) -> Taken:
    """Keep `data` in `folder`, readable by its owner alone. The same bytes again are kept once. Raises PaperError."""
    shown = _shown(name)
    if len(data) > MOST_BYTES:
        raise PaperError(f"{shown} is larger than 25 MB. Save the pages that matter alone, and attach those.")
    kind = next((kind for start, kind in _KINDS if data.startswith(start)), None)
    if kind is None:
        raise PaperError(f"{shown} is no PDF, PNG or JPEG file. Print or save it as a PDF, and attach that.")
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{digest}.{kind}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write(folder, path, data)
    except OSError as error:
        raise PaperError(f"{path} cannot be written: {error.strerror}. Make room there.") from error
    return Taken(digest, shown, kind)


def kept(folder: Path, document: Document) -> tuple[str, bytes]:
    """(its kind, its bytes), which are those that were taken in. Raises PaperError."""
    for _, kind in _KINDS:
        path = folder / f"{document.sha256}.{kind}"
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise PaperError(f"{path} cannot be read: {error.strerror}. Look after its rights.") from error
        if hashlib.sha256(data).hexdigest() != document.sha256:
            raise PaperError(f"{path} was changed since it was taken in. Attach {document.name} again.")
        return kind, data
    raise PaperError(
        f"The document {document.id} ({document.name}) is not in {folder}. Attach it again, or take its entry out."
    )


def text_of(data: bytes) -> tuple[Piece, ...]:
    """The text of a paper; nothing for a picture, for a scan, and for what cannot be read."""
    return ask(data).pieces if data.startswith(b"%PDF-") else ()


def _shown(name: str) -> str:
    """A name as it may stand in a file and on a page: no path, no controls, not too long."""
    flat = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" ._")
    return flat[-_MOST_NAME:] or "document"


def _write(folder: Path, path: Path, data: bytes) -> None:
    handle, part = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).rename(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
