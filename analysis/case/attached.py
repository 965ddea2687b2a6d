"""Pure. The entries of a case file that lean on papers: documents, replies, official results; and what a reply ends.

Knows nothing of where papers are kept, nor of what stands in them.
"""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from analysis.case.case import Case, Document, OfficialResult, Reply, Sender
from analysis.case.case_table import Entry
from analysis.contract_table import Table

_SHA256 = re.compile(r"[0-9a-f]{64}")


def document(table: Table, zone: ZoneInfo) -> Document | None:
    """A paper that was taken in."""
    entry = Entry(table, zone, ("id", "sha256", "name", "added_on", "of"))
    name, title = entry.id(), table.text("name", needed=True, example="fatura.pdf")
    sha256, added_on = table.text("sha256", needed=True, example="64 hex digits"), entry.on("added_on")
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        table.note("sha256", "is no SHA-256 digest", "Take the paper in again: prova case attach FILE")
        return None
    if name is None or title is None or sha256 is None:
        return None
    return Document(id=name, sha256=sha256, name=title, added_on=added_on, of=table.text("of", example="invoice") or "")


def reply(table: Table, zone: ZoneInfo) -> Reply | None:
    """What somebody answered."""
    entry = Entry(table, zone, ("id", "received_on", "sender", "complaint", "document", "said"))
    name, received_on = entry.id(), entry.on("received_on", needed=True)
    sender = table.word("sender", Sender, default=Sender.OPERATOR)
    if name is None or received_on is None or sender is None:
        return None
    return Reply(
        id=name,
        received_on=received_on,
        sender=sender,
        complaint=table.text("complaint", example="c1"),
        document=table.text("document", example="document-1"),
        said=table.text("said", example="The line is in order") or "",
    )


def official_result(table: Table, zone: ZoneInfo) -> OfficialResult | None:
    """A result of an official tool, as its paper or its page says it."""
    entry = Entry(table, zone, ("id", "tool", "measured_at", "download_mbps", "upload_mbps", "rtt_ms", "document"))
    name, measured_at = entry.id(), entry.at("measured_at", needed=True)
    down_bps, up_bps, rtt_ms = table.mbps("download_mbps"), table.mbps("upload_mbps"), table.decimal("rtt_ms")
    if not any(table.has(key) for key in ("download_mbps", "upload_mbps", "rtt_ms", "document")):
        table.note("download_mbps", "nothing says what was measured", "Add what it says, or the document")
    if name is None or measured_at is None:
        return None
    return OfficialResult(
        id=name,
        tool=table.text("tool", example="NET.mede") or "NET.mede",
        measured_at=measured_at,
        download_bps=down_bps,
        upload_bps=up_bps,
        rtt_ms=rtt_ms,
        document=table.text("document", example="document-1"),
    )


def check_references(root: Table, case: Case) -> None:
    """Note every name of a document or a complaint that is not there."""
    documents, complaints = {one.id for one in case.documents}, {one.id for one in case.complaints}
    for kind, entries in (("reply", case.replies), ("official_result", case.official_results)):
        for one in entries:
            if one.document is not None and one.document not in documents:
                root.note(
                    kind, f"{one.id!r} names the document {one.document!r}, which is not there", "Name one by its id"
                )
    for one in case.replies:
        if one.complaint is not None and one.complaint not in complaints:
            root.note(
                "reply", f"{one.id!r} names the complaint {one.complaint!r}, which is not there", "Name one by its id"
            )


def replied(case: Case) -> Case:
    """`case`, in which the first reply to a complaint is its answer, unless its own entry tells the day."""
    first = {one.complaint: one.received_on for one in reversed(case.replies) if one.complaint is not None}
    complaints = (
        replace(one, answered_on=first[one.id]) if one.answered_on is None and one.id in first else one
        for one in case.complaints
    )
    return replace(case, complaints=tuple(complaints))
