"""Papers, replies and official results in a case file: read strictly; a reply ends its complaint's clock."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analysis.case.case import Sender
from analysis.case.case_file import CaseError, parse
from analysis.case.diary import noted
from analysis.case.official import figures
from analysis.case.papers import PaperError, kept, take_in, text_of
from tests.plain_pdf import pdf

LISBON = ZoneInfo("Europe/Lisbon")
DIGEST = "ab" * 32
DOCUMENT: dict[str, Any] = {"id": "d1", "sha256": DIGEST, "name": "fatura.pdf"}
COMPLAINT: dict[str, Any] = {"id": "c1", "to": "operator", "sent_on": date(2026, 11, 2)}
REPLY: dict[str, Any] = {"id": "r1", "received_on": date(2026, 11, 20), "complaint": "c1", "document": "d1"}


def test_the_first_reply_answers_its_complaint() -> None:
    later = REPLY | {"id": "r2", "received_on": date(2026, 12, 1), "sender": "operator"}
    case = parse({"document": [DOCUMENT], "complaint": [COMPLAINT], "reply": [later, REPLY]}, LISBON)
    assert case.complaints[0].answered_on == date(2026, 11, 20)
    assert [one.sender for one in case.replies] == [Sender.OPERATOR, Sender.OPERATOR]
    own = COMPLAINT | {"answered_on": date(2026, 11, 10)}
    told = parse({"document": [DOCUMENT], "complaint": [own], "reply": [REPLY]}, LISBON)
    assert told.complaints[0].answered_on == date(2026, 11, 10)


def test_an_official_result_is_local_time_and_bits() -> None:
    row = {"id": "o1", "measured_at": datetime(2026, 7, 1, 10, 2), "download_mbps": 93.5, "rtt_ms": "8.5"}  # noqa: DTZ001  local at the line
    (one,) = parse({"official_result": [row]}, LISBON).official_results
    assert one.measured_at == datetime(2026, 7, 1, 9, 2, tzinfo=UTC)
    assert (one.tool, one.download_bps, one.upload_bps, one.rtt_ms) == ("NET.mede", 93_500_000, None, Decimal("8.5"))


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"reply": [REPLY]}, ["names the document 'd1'", "names the complaint 'c1'"]),
        ({"document": [DOCUMENT | {"sha256": "../../etc"}]}, ["is no SHA-256 digest"]),
        ({"document": [DOCUMENT, DOCUMENT]}, ["two of the documents have the id 'd1'"]),
        ({"official_result": [{"id": "o1", "measured_at": date(2026, 1, 1)}]}, ["nothing says what was measured"]),
        ({"reply": [{"id": "r", "received_on": date(2026, 1, 1), "sender": "pope"}]}, ["'pope' is not known"]),
    ],
)
def test_every_mistake_is_told(tables: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(CaseError) as raised:
        parse(tables, LISBON)
    for one in words:
        assert one in str(raised.value)


def test_a_decimal_comma_may_be_typed() -> None:
    entry = {"measured_at": "2026-11-20T09:30", "download_mbps": "93,5"}
    text, name = noted("", "official_result", entry, LISBON)
    assert name == "official-1"
    assert 'download_mbps = "93.5"' in text


def test_a_paper_is_kept_once_as_it_is_and_a_changed_one_is_told(tmp_path: Any) -> None:
    data = pdf([(50, 700, 12, "x")])
    taken = take_in(tmp_path / "case", data, "C:\\Users\\x\\..\\fatura<dezembro>.pdf")
    assert take_in(tmp_path / "case", data, "other.pdf").sha256 == taken.sha256
    (file,) = (tmp_path / "case").iterdir()
    assert file.name == f"{taken.sha256}.pdf"
    assert (file.stat().st_mode & 0o777, taken.name) == (0o600, "fatura_dezembro_.pdf")
    document = parse({"document": [DOCUMENT | {"sha256": taken.sha256}]}, LISBON).documents[0]
    assert kept(tmp_path / "case", document) == ("pdf", data)
    file.write_bytes(data + b" ")
    with pytest.raises(PaperError, match="was changed since"):
        kept(tmp_path / "case", document)
    file.unlink()
    with pytest.raises(PaperError, match="Attach it again"):
        kept(tmp_path / "case", document)


@pytest.mark.parametrize("data", [b"MZ\x90", b"<html>", b"", b"PK\x03\x04"])
def test_only_papers_are_taken_in(data: bytes, tmp_path: Any) -> None:
    with pytest.raises(PaperError, match="is no PDF, PNG or JPEG file"):
        take_in(tmp_path, data, "x.pdf")
    with pytest.raises(PaperError, match="larger than 25 MB"):
        take_in(tmp_path, b"%PDF-" + bytes(26 * 2**20), "x.pdf")
    assert not list(tmp_path.iterdir())


def test_an_official_paper_is_read_as_far_as_its_words_allow() -> None:
    paper = pdf(
        [
            (50, 780, 14, "NET.mede - Resultado da medicao"),
            (50, 740, 10, "Data: 20/11/2026 09:58:12"),
            (50, 700, 10, "Download"),
            (200, 700, 10, "93,52 Mbps"),
            (50, 680, 10, "Upload: 19,8 Mbps"),
            (50, 660, 10, "Latencia"),
            (50, 645, 10, "8,5 ms"),
        ]
    )
    read = figures(text_of(paper))
    assert {key: one.value for key, one in read.items()} == {
        "measured_at": "2026-11-20T09:58:12",
        "download_mbps": "93.52",
        "upload_mbps": "19.8",
        "rtt_ms": "8.5",
    }
    assert "93,52 Mbps" in read["download_mbps"].words


def test_what_an_official_paper_says_twice_differently_is_left_out() -> None:
    paper = pdf(
        [(50, 700, 10, "Download 93 Mbps"), (50, 680, 10, "Download 100 Mbps"), (50, 660, 10, "Upload 20 Mbps")]
    )
    assert {key: one.value for key, one in figures(text_of(paper)).items()} == {"upload_mbps": "20"}


def test_what_is_no_paper_with_text_gives_nothing() -> None:
    assert text_of(b"\x89PNG\r\n\x1a\n" + bytes(50)) == ()
    assert text_of(b"%PDF-1.7 damaged") == ()
