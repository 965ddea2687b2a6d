"""Vocabulary. A line's case: faults, visits, works, complaints, invoices, whose was what, as its customer keeps it.

Times in UTC, days local. Knows nothing of what follows from any of it, nor of the file (`analysis.case.case_file`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from analysis.clocks.reading import Pause
from analysis.outage.circumstance import NOTHING_KNOWN, Circumstances
from analysis.period import Period


class Service(StrEnum):
    """What a fault took away. Only the internet is seen by a probe; the clauses on repair are the same for all."""

    INTERNET = "internet"
    TELEVISION = "television"
    TELEPHONE = "telephone"
    MOBILE = "mobile"


class Whose(StrEnum):
    """Whose a cause was. THIRD_PARTY and FORCE_MAJEURE are contested: the law excepts the customer's alone."""

    OPERATOR = "operator"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"
    FORCE_MAJEURE = "force_majeure"


class Suspended(StrEnum):
    """Why the operator suspended the service."""

    NON_PAYMENT = "non_payment"
    REQUESTED = "requested"  # by the customer
    OTHER = "other"


class Outcome(StrEnum):
    """What became of an agreed visit."""

    KEPT = "kept"
    MISSED = "missed"  # nobody came
    NO_ACCESS = "no_access"  # the customer was not there
    POSTPONED = "postponed"  # by the customer


class Desk(StrEnum):
    """Who was complained to."""

    OPERATOR = "operator"
    BOOK = "book"  # the Livro de Reclamações, on paper or online


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `known_at` is when the operator first knew: from the report, or proved earlier.

    `reported_at` None: nobody reported it. `observed_at`, `still_down_at`, `restored_at`: as the customer saw it, None
    where nobody noted it; `restored_at` also ends the ticket.
    """

    id: str
    service: Service
    reported_at: datetime | None
    operator_known_at: datetime | None
    observed_at: datetime | None = None
    still_down_at: datetime | None = None
    restored_at: datetime | None = None
    ticket: str | None = None

    @property
    def known_at(self) -> datetime:
        """The earlier of the two that start the clock (Lei 16/2022, art. 129(2)); one of them is always there."""
        return min(at for at in (self.reported_at, self.operator_known_at) if at is not None)


@dataclass(frozen=True, slots=True)
class Cause:
    """Whose the time in `period` was, and what shows it. `evidence` is never empty."""

    period: Period
    whose: Whose
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """The operator cut the service off. `disputed_on`: the invoice was disputed in writing then; None: it was not."""

    period: Period
    why: Suspended
    evidence: str
    disputed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """An interruption announced by the operator. `announced_at` None: not known when, or not at all."""

    period: Period
    announced_at: datetime | None = None
    said_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A technician's visit as agreed. `porting`: a physical intervention of a change of operator."""

    id: str
    agreed: Period
    outcome: Outcome
    porting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """The first start of the service: from the operator's acceptance. None: not noted, or not yet."""

    accepted_at: datetime
    inactive_at: datetime | None = None
    active_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint, made or still to be made. `facts_known_on`: when the customer learnt of what it is about."""

    id: str
    to: Desk
    facts_known_on: date | None = None
    sent_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """A request about personal data. `extended_on`: the operator said then that it needs longer."""

    id: str
    received_on: date
    extended_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, and what it credits for time without service; zero: it credits nothing."""

    issued_on: date
    credit_eur: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """Money paid back after the contract ended."""

    paid_on: date
    amount_eur: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What reporting a fault cost. `fault` is a fault's id; `reimbursed_on` None: not given back so far."""

    id: str
    paid_on: date
    amount_eur: Decimal
    fault: str
    reimbursed_on: date | None = None


class Sender(StrEnum):
    """Who replied."""

    OPERATOR = "operator"
    BOOK = "book"  # the operator's answer in the Livro de Reclamações
    REGULATOR = "regulator"
    ARBITRATION = "arbitration"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper that was taken in. `sha256` of its bytes, lower-case hex; `name` as it was called; `of` what it shows."""

    id: str
    sha256: str
    name: str
    added_on: date | None = None
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply. `complaint` is a complaint's id, None where it answers none; `document` a document's id."""

    id: str
    received_on: date
    sender: Sender
    complaint: str | None = None
    document: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialResult:
    """A result of the regulator's tool (NET.mede), or another's. None: it does not tell, or nobody wrote it down."""

    id: str
    tool: str
    measured_at: datetime
    download_bps: int | None = None
    upload_bps: int | None = None
    rtt_ms: Decimal | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is known of a line besides its records; each list sorted by time, and empty where nothing is known.

    `ended_on`: the contract's last day. `circumstances` hold the announced works too.
    """

    faults: tuple[Fault, ...] = ()
    causes: tuple[Cause, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    works: tuple[Works, ...] = ()
    pauses: tuple[Pause, ...] = ()
    visits: tuple[Visit, ...] = ()
    activations: tuple[Activation, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    requests: tuple[DataRequest, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    refunds: tuple[Refund, ...] = ()
    costs: tuple[Cost, ...] = ()
    documents: tuple[Document, ...] = ()
    replies: tuple[Reply, ...] = ()
    official_results: tuple[OfficialResult, ...] = ()
    ended_on: date | None = None
    circumstances: Circumstances = NOTHING_KNOWN


NO_CASE = Case()
