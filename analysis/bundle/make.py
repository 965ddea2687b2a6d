"""Shell. A bundle out of a store: judges, writes down what was read for it, and puts both into one file.

Knows nothing of where keys and files lie.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime

from analysis.bundle.compose import compose
from analysis.bundle.gather import Evidence, Recorder
from analysis.bundle.layout import Documents
from analysis.case import case_file
from analysis.case.case import NO_CASE, Case
from analysis.contract_file import parse
from analysis.period import Period
from analysis.report import Report
from analysis.run import check
from probe.key import Ed25519Key


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle's bytes, the report that is in it, and the case that it was judged with."""

    data: bytes
    report: Report
    case: Case = NO_CASE


def make(
    store: Evidence, documents: Documents, period: Period, *, judged_at: datetime, software: str, key: Ed25519Key
) -> Made:
    """The bundle of `period` under the contract and the case in `documents`. `key` is the collector's, private.

    Raises ContractError, CaseError, ProfileError and the store's errors.
    """
    contract = parse(tomllib.loads(documents.contract.decode()))
    told = NO_CASE
    if documents.case is not None:
        told = case_file.parse(tomllib.loads(documents.case.decode()), contract.line.zone)
    recorder = Recorder(store)
    report = check(recorder, contract, period, judged_at, told)
    gathered = recorder.gathered(contract.line.id)
    return Made(compose(gathered, documents, report, judged_at=judged_at, software=software, key=key), report, told)
