"""Shell. The diary as the page writes it: an entry, and the paper that came with it, into the home folder.

Knows nothing of forms and pages.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analysis.case.case_file import CaseError
from analysis.case.official import figures
from analysis.case.papers import take_in, text_of
from analysis.case.write_down import write_down


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it came: its name is what somebody wrote, and no path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Diary:
    """`path` is the case file, `papers` the folder beside it; neither need be there."""

    path: Path
    papers: Path

    def tables(self) -> Mapping[str, Any]:
        """The file's tables as they stand; none where it is not there. Raises CaseError where it is no TOML."""
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CaseError([], str(self.path)) from error

    def read(self, paper: Paper) -> dict[str, str]:
        """What an official result's paper says, by the entry's keys."""
        return {key: one.value for key, one in figures(text_of(paper.data)).items()}

    def attach(self, paper: Paper, of: str, on: date, zone: ZoneInfo) -> str:
        """Take the paper in, and write it down; its id. Raises PaperError, DiaryError and CaseError."""
        taken = take_in(self.papers, paper.data, paper.name)
        for one in self.tables().get("document", ()):
            if one.get("sha256") == taken.sha256:
                return str(one["id"])  # the same paper again
        entry = {"sha256": taken.sha256, "name": taken.name, "added_on": on.isoformat(), **({"of": of} if of else {})}
        return write_down(self.path, "document", entry, zone) or ""

    def note(self, kind: str, entry: Mapping[str, str], zone: ZoneInfo) -> str | None:
        """Write the entry down; its name. Raises DiaryError and CaseError."""
        return write_down(self.path, kind, entry, zone)
