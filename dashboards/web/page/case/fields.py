"""Pure. Which fields each kind of entry has on the page, in what order, and of which sort. The file's own keys.

Knows nothing of words, and nothing of what an entry leads to; what is wrong with one, the case file says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.case.case import Desk, Outcome, Sender, Service, Suspended, Whose
from analysis.clocks.reading import PauseReason

FILE = "file"


class Sort(StrEnum):
    """What is filled in. MOMENT: a local time; FAULT and COMPLAINT: the id of one that is there; PAPER: a file."""

    MOMENT = "moment"
    DAY = "day"
    WORD = "word"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    FAULT = "fault"
    COMPLAINT = "complaint"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `words`: the values to choose from, of a WORD alone."""

    key: str
    sort: Sort
    needed: bool = False
    words: tuple[str, ...] = ()


def _words(key: str, words: type[StrEnum]) -> Field:
    return Field(key, Sort.WORD, needed=True, words=tuple(one.value for one in words))


_FROM, _TO = Field("from", Sort.MOMENT, needed=True), Field("to", Sort.MOMENT, needed=True)
_PAPER = Field(FILE, Sort.PAPER)
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "fault": (
        _words("service", Service),
        Field("observed_at", Sort.MOMENT),
        Field("reported_at", Sort.MOMENT),
        Field("operator_known_at", Sort.MOMENT),
        Field("ticket", Sort.TEXT),
        Field("still_down_at", Sort.MOMENT),
        Field("restored_at", Sort.MOMENT),
    ),
    "works": (_FROM, _TO, Field("announced_at", Sort.MOMENT), Field("said_in", Sort.TEXT), _PAPER),
    "visit": (_FROM, _TO, _words("outcome", Outcome), Field("porting", Sort.FLAG)),
    "complaint": (
        _words("to", Desk),
        Field("facts_known_on", Sort.DAY),
        Field("sent_on", Sort.DAY),
        Field("answered_on", Sort.DAY),
    ),
    "reply": (
        Field("received_on", Sort.DAY, needed=True),
        _words("sender", Sender),
        Field("complaint", Sort.COMPLAINT),
        Field("said", Sort.TEXT),
        _PAPER,
    ),
    "invoice": (Field("issued_on", Sort.DAY, needed=True), Field("credit_eur", Sort.NUMBER), _PAPER),
    "refund": (Field("paid_on", Sort.DAY, needed=True), Field("amount_eur", Sort.NUMBER, needed=True), _PAPER),
    "cost": (
        Field("fault", Sort.FAULT, needed=True),
        Field("paid_on", Sort.DAY, needed=True),
        Field("amount_eur", Sort.NUMBER, needed=True),
        Field("reimbursed_on", Sort.DAY),
        _PAPER,
    ),
    "official_result": (
        _PAPER,
        Field("measured_at", Sort.MOMENT),
        Field("download_mbps", Sort.NUMBER),
        Field("upload_mbps", Sort.NUMBER),
        Field("rtt_ms", Sort.NUMBER),
        Field("tool", Sort.TEXT),
    ),
    "document": (Field(FILE, Sort.PAPER, needed=True), Field("of", Sort.TEXT)),
    "cause": (_FROM, _TO, _words("whose", Whose), Field("evidence", Sort.TEXT, needed=True)),
    "suspension": (
        _FROM,
        _TO,
        _words("why", Suspended),
        Field("evidence", Sort.TEXT, needed=True),
        Field("disputed_on", Sort.DAY),
    ),
    "pause": (_FROM, _TO, _words("why", PauseReason)),
    "activation": (
        Field("accepted_at", Sort.MOMENT, needed=True),
        Field("inactive_at", Sort.MOMENT),
        Field("active_at", Sort.MOMENT),
    ),
    "data_request": (
        Field("received_on", Sort.DAY, needed=True),
        Field("extended_on", Sort.DAY),
        Field("answered_on", Sort.DAY),
    ),
}
NAMED = frozenset({"fault", "visit", "complaint", "reply", "cost", "official_result", "document", "data_request"})
LINKED = frozenset({"reply", "official_result"})  # kinds whose entry names its paper
