"""Pure. What is answered where there is no answer: a problem in the form of RFC 9457, one sentence with the mend.

Knows nothing of HTTP servers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "The question cannot be read",
    401: "A token is needed",
    403: "This token does not open that",
    404: "There is nothing there",
    405: "Only GET is answered",
    406: "Not in that form",
    429: "Too many questions",
    503: "The store cannot be read now",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter, and what is wrong with it."""

    parameter: str
    detail: str


class Problem(Exception):  # noqa: N818  RFC 9457's own word
    """A question that gets no answer. `fields`: more fields of the answer's head."""

    def __init__(
        self, status: int, detail: str, *, faults: Sequence[Fault] = (), fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults = status, detail, tuple(faults)
        self.fields = dict(fields or {})

    def body(self) -> dict[str, Any]:
        """RFC 9457, section 3; `errors` as in its appendix A."""
        told: dict[str, Any] = {
            "type": "about:blank",
            "title": _TITLES.get(self.status, "The question failed"),
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            told["errors"] = [{"parameter": one.parameter, "detail": one.detail} for one in self.faults]
        return told
