"""Vocabulary. What was read of a contract summary: each value with its page, its words and how sure it is.

Knows nothing of how it was read, and nothing of the file that is written from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Item(StrEnum):
    """What is looked for. Speeds in Mbit/s, prices in euros a month with VAT, times in months."""

    OPERATOR = "operator"
    SERVICE = "service"
    TECHNOLOGY = "technology"
    DATED = "dated"
    DOWNLOAD_MAXIMUM = "download_maximum_mbps"
    DOWNLOAD_NORMAL = "download_normal_mbps"
    DOWNLOAD_MINIMUM = "download_minimum_mbps"
    DOWNLOAD_ADVERTISED = "download_advertised_mbps"
    DOWNLOAD_ESTIMATED = "download_estimated_mbps"
    UPLOAD_MAXIMUM = "upload_maximum_mbps"
    UPLOAD_NORMAL = "upload_normal_mbps"
    UPLOAD_MINIMUM = "upload_minimum_mbps"
    UPLOAD_ADVERTISED = "upload_advertised_mbps"
    UPLOAD_ESTIMATED = "upload_estimated_mbps"
    MONTHLY = "monthly_eur"
    INTERNET_SHARE = "internet_share_eur"
    PROMOTION = "promotion_eur"
    PROMOTION_ENDS = "promotion_last_on"
    PROMOTION_MONTHS = "promotion_months"
    BILLING_DAY = "billing_day"
    STARTS = "starts_on"
    ACTIVATION = "activation_on"
    LOCK_IN = "lock_in_months"


class Confidence(StrEnum):
    """How sure a value is. Only what is certain is taken without a question."""

    CERTAIN = "certain"
    LIKELY = "likely"
    OPEN = "open"  # several values stand there, or one that can be read in several ways: the person is asked


Content = Decimal | date | int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One value for an item, with the words that it was read from. `reason` says why it is as sure as it is."""

    item: Item
    value: Content
    confidence: Confidence
    reason: str
    page: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What is known of an item that was found. `value` is None where several stand there; `candidates` never empty."""

    value: Content | None
    confidence: Confidence
    reason: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document as read. An item that is not in `values` was not found. `language` is pt or en.

    `is_summary` tells whether the template's headings are there; `left` has the speeds that were seen and not taken,
    as (page, words).
    """

    name: str
    sha256: str
    page_count: int
    language: str
    is_summary: bool
    values: Mapping[Item, Value]
    left: tuple[tuple[int, str], ...] = ()
