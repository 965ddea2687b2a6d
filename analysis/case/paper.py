"""Pure. The entries of a case file that are about papers and days: complaints, invoices, costs, the activation.

Knows nothing of the entries about the line.
"""

from decimal import Decimal
from zoneinfo import ZoneInfo

from analysis.case.case import Activation, Complaint, Cost, DataRequest, Desk, Invoice, Refund
from analysis.case.case_table import Entry
from analysis.contract_table import Table


def activation(table: Table, zone: ZoneInfo) -> Activation | None:
    """When the operator accepted, and when the service first ran."""
    entry = Entry(table, zone, ("accepted_at", "inactive_at", "active_at"))
    accepted_at = entry.at("accepted_at", needed=True)
    inactive_at, active_at = entry.at("inactive_at"), entry.at("active_at")
    entry.after("active_at", "accepted_at")
    entry.after("active_at", "inactive_at")
    if accepted_at is None:
        return None
    return Activation(accepted_at=accepted_at, inactive_at=inactive_at, active_at=active_at)


def complaint(table: Table, zone: ZoneInfo) -> Complaint | None:
    """A complaint, or what one is still to be made about."""
    entry = Entry(table, zone, ("id", "to", "facts_known_on", "sent_on", "answered_on"))
    name, desk = entry.id(), table.word("to", Desk)
    days = {key: entry.on(key) for key in ("facts_known_on", "sent_on", "answered_on")}
    if not (table.has("facts_known_on") or table.has("sent_on")):
        table.note("sent_on", "no day is known", "Add facts_known_on, sent_on, or both")
    if table.has("answered_on") and not table.has("sent_on"):
        table.note("sent_on", "missing, though there is an answer", "Add the day on which it was sent")
    entry.after("answered_on", "sent_on")
    return None if name is None or desk is None else Complaint(id=name, to=desk, **days)


def data_request(table: Table, zone: ZoneInfo) -> DataRequest | None:
    """A request about personal data."""
    entry = Entry(table, zone, ("id", "received_on", "extended_on", "answered_on"))
    name, received_on = entry.id(), entry.on("received_on", needed=True)
    extended_on, answered_on = entry.on("extended_on"), entry.on("answered_on")
    entry.after("answered_on", "received_on")
    if name is None or received_on is None:
        return None
    return DataRequest(id=name, received_on=received_on, extended_on=extended_on, answered_on=answered_on)


def invoice(table: Table, zone: ZoneInfo) -> Invoice | None:
    """An invoice; without `credit_eur` it credits nothing."""
    entry = Entry(table, zone, ("issued_on", "credit_eur"))
    issued_on, credit_eur = entry.on("issued_on", needed=True), table.euros("credit_eur")
    return None if issued_on is None else Invoice(issued_on, Decimal(0) if credit_eur is None else credit_eur)


def refund(table: Table, zone: ZoneInfo) -> Refund | None:
    """Money paid back."""
    entry = Entry(table, zone, ("paid_on", "amount_eur"))
    paid_on, amount_eur = entry.on("paid_on", needed=True), table.euros("amount_eur", needed=True)
    return None if paid_on is None or amount_eur is None else Refund(paid_on, amount_eur)


def cost(table: Table, zone: ZoneInfo) -> Cost | None:
    """What reporting a fault cost."""
    entry = Entry(table, zone, ("id", "paid_on", "amount_eur", "fault", "reimbursed_on"))
    name, paid_on = entry.id(), entry.on("paid_on", needed=True)
    amount_eur, reimbursed_on = table.euros("amount_eur", needed=True), entry.on("reimbursed_on")
    fault = table.text("fault", needed=True, example="a1")
    if name is None or paid_on is None or amount_eur is None or fault is None:
        return None
    return Cost(id=name, paid_on=paid_on, amount_eur=amount_eur, fault=fault, reimbursed_on=reimbursed_on)
