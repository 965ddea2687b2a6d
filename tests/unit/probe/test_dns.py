import struct

import pytest

from probe.reach import dns, lookups
from probe.reach.dns import Answer, Question

QUESTION = Question(ident=0x1234, name="Example.PT", kind=dns.A, recursive=True)


def reply(question: Question = QUESTION, *, flags: int = 0x8180, answers: int = 1, ident: int | None = None) -> bytes:
    asked = dns.encode(question)
    head = struct.pack("!HHHHHH", question.ident if ident is None else ident, flags, 1, answers, 0, 0)
    return head + asked[12:]


def test_a_question_is_what_rfc_1035_says() -> None:
    assert dns.encode(QUESTION) == bytes.fromhex("123401000001000000000000") + b"\7Example\2PT\0\0\1\0\1"


def test_an_answer_to_this_question_is_known() -> None:
    assert dns.decode(reply(), QUESTION) == Answer(code=0, answers=1, authoritative=False, recursion_available=True)


def test_letters_may_come_back_in_another_case() -> None:
    assert dns.decode(reply().lower(), QUESTION) is not None


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x12\x34\x81\x80",
        reply(ident=0x1235),
        dns.encode(QUESTION),
        reply(Question(ident=0x1234, name="example.es", kind=dns.A, recursive=True)),
        reply(Question(ident=0x1234, name="example.pt", kind=dns.SOA, recursive=True)),
        reply()[:20],
    ],
)
def test_anything_else_is_no_answer(message: bytes) -> None:
    assert dns.decode(message, QUESTION) is None


def test_a_refusal_need_not_repeat_the_question() -> None:
    refused = struct.pack("!HHHHHH", 0x1234, 0x8005, 0, 0, 0, 0)
    answer = dns.decode(refused, QUESTION)
    assert answer is not None
    assert answer.code == 5
    assert not dns.is_good(answer, QUESTION)


ABSENT = Question(ident=1, name="x.example.pt", kind=dns.A, recursive=True, absent=True)
SOA = Question(ident=1, name="pt", kind=dns.SOA, recursive=False)


@pytest.mark.parametrize(
    ("question", "flags", "answers", "good"),
    [
        (QUESTION, 0x8180, 1, True),
        (QUESTION, 0x8180, 0, True),  # the name is there, without an address of this kind
        (QUESTION, 0x8183, 0, False),
        (QUESTION, 0x8182, 0, False),
        (QUESTION, 0x8100, 0, False),  # a referral: it resolves nothing
        (ABSENT, 0x8183, 0, True),
        (ABSENT, 0x8182, 0, False),
        (SOA, 0x8400, 1, True),
        (SOA, 0x8000, 0, False),  # a referral: it does not hold the zone
        (SOA, 0x8005, 0, False),
    ],
)
def test_what_a_server_could_do(question: Question, flags: int, answers: int, good: bool) -> None:
    answer = dns.decode(reply(question, flags=flags, answers=answers), question)
    assert answer is not None
    assert dns.is_good(answer, question) is good


@pytest.mark.parametrize("name", ["pt", "example.pt", "_dns.resolver.arpa.", "a-b.pt", "x" * 63 + ".pt"])
def test_a_name_can_be_asked_for(name: str) -> None:
    assert dns.is_name(name)


@pytest.mark.parametrize("name", ["", ".", "a..pt", "-a.pt", "x" * 64, "a b", "é.pt", ".".join(["x" * 62] * 5)])
def test_what_is_no_name(name: str) -> None:
    assert not dns.is_name(name)


def test_a_label_of_its_own_is_asked_for_each_time() -> None:
    numbers = iter(range(10**6))
    first, second = (lookups.of_resolver("*.example.pt", below=lambda most: next(numbers) % most) for _ in range(2))
    assert first.absent
    assert first.name != second.name
    assert first.name.lower().endswith(".example.pt")
    assert first.ident != second.ident


def test_a_plain_name_is_asked_for_as_it_is_in_random_letters() -> None:
    question = lookups.of_resolver("example.pt", below=lambda most: most - 1)
    assert (question.name, question.absent, question.recursive) == ("EXAMPLE.PT", False, True)


def test_an_authority_is_asked_for_its_own_zone_alone() -> None:
    question = lookups.of_authority("pt", below=lambda _: 0)
    assert (question.name, question.kind, question.recursive) == ("pt", dns.SOA, False)
