"""Pure. One question to a name server and its answer's first lines as bytes (RFC 1035, RFC 9619: one question each).

Only what is needed to know that a server answered, and whether it could: no record's content is read. Knows nothing of
sockets.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

A, SOA, AAAA = 1, 6, 28
PORT = 53
_IN = 1
_HEAD = struct.Struct("!HHHHHH")
_TAIL = struct.Struct("!HH")
_RESPONSE, _AUTHORITATIVE, _WANTED, _AVAILABLE = 0x8000, 0x0400, 0x0100, 0x0080
_AUTHENTIC, _UNCHECKED = 0x0020, 0x0010
# EDNS (RFC 6891): no name, OPT, 1232 bytes at most as fit into every packet, the DO bit (RFC 3225), no options.
_OPT = b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000, 0)
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_MOST_LETTERS = 253


class Code(IntEnum):
    """The response codes that matter here."""

    NO_ERROR = 0
    SERVER_FAILURE = 2
    NAME_ERROR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`recursive`: asked of a resolver; else of a name server, for what it has authority over.

    `absent`: the name is made up, so that *no such name* is the right answer. `dnssec`: signatures are wanted, and to
    be told whether they were checked; `unchecked`: that they are not (RFC 4035, section 3.2).
    """

    ident: int
    name: str
    kind: int
    recursive: bool
    absent: bool = False
    dnssec: bool = False
    unchecked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The head of an answer. `code` is 0 to 15. `authenticated`: a resolver says that it checked the signatures."""

    code: int
    answers: int
    authoritative: bool
    recursion_available: bool
    authenticated: bool = False


def is_name(text: str) -> bool:
    """Whether `text` can be asked for: labels of letters, digits, `-` and `_`, perhaps with a dot at the end."""
    name = text.removesuffix(".")
    return 0 < len(name) <= _MOST_LETTERS and all(_LABEL.fullmatch(label) for label in name.split("."))


def scrambled(name: str, flip: Callable[[], bool]) -> str:
    """`name` in letters of random case: to a name server the same name, to a careless cache another."""
    return "".join(letter.swapcase() if flip() else letter for letter in name)


def encode(question: Question) -> bytes:
    """The question as one message."""
    flags = _WANTED if question.recursive else 0
    if question.dnssec:
        flags |= _AUTHENTIC | (_UNCHECKED if question.unchecked else 0)
    head = _HEAD.pack(question.ident, flags, 1, 0, 0, 1 if question.dnssec else 0)
    return head + _asked(question) + (_OPT if question.dnssec else b"")


def _asked(question: Question) -> bytes:
    labels = (label.encode("ascii") for label in question.name.removesuffix(".").split(".") if label)
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return name + _TAIL.pack(question.kind, _IN)


def decode(message: bytes, question: Question) -> Answer | None:
    """The answer to `question`; None where `message` is not one.

    Letters may come back in another case: some routers fold it, and are servers all the same.
    """
    if len(message) < _HEAD.size:
        return None
    ident, flags, questions, answers, _, _ = _HEAD.unpack_from(message)
    if ident != question.ident or not flags & _RESPONSE:
        return None
    asked = _asked(question)
    told = message[_HEAD.size : _HEAD.size + len(asked)]
    if questions == 1 and told.lower() != asked.lower():
        return None
    return Answer(
        code=flags & 0xF,
        answers=answers,
        authoritative=bool(flags & _AUTHORITATIVE),
        recursion_available=bool(flags & _AVAILABLE),
        authenticated=bool(flags & _AUTHENTIC),
    )


def is_good(answer: Answer, question: Question) -> bool:
    """Whether the server could do what it stands for.

    A referral from who should resolve, or hold the zone, is no answer to the question.
    """
    if question.absent:
        return answer.code in {Code.NAME_ERROR, Code.NO_ERROR}
    if answer.code != Code.NO_ERROR:
        return False
    return answer.answers > 0 or (answer.recursion_available if question.recursive else answer.authoritative)
