"""Shell. Who signs in on the page, noted in the audit log; of wrong passwords one a minute.

Where the log cannot be written, the page goes on and its owner is told. Knows nothing of passwords.
"""

from collections.abc import Callable
from pathlib import Path

import click

from collector.audit_log.act import Act, Outcome
from collector.audit_log.book import AuditLogError
from dashboards.web.access.passage import Passage
from prova.audit.noted import note
from prova.audit.thinned import Thinned
from prova.audit.visitor import named


class PageDoor:
    """The book of one page; `clock` never goes back. `whole`: public addresses as they are, not their network alone."""

    def __init__(self, home: Path, clock: Callable[[], float], *, whole: bool = False) -> None:
        self._home, self._refused, self._whole = home, Thinned(clock), whole

    def saw(self, passage: Passage, visitor: str) -> None:
        """Notes it."""
        act, on, outcome = Act.SIGN_OUT if passage is Passage.SIGNED_OUT else Act.SIGN_IN, "", Outcome.DONE
        if passage is Passage.REFUSED:
            untold = self._refused.ask()
            if untold is None:
                return
            on, outcome = f"wrong password; {untold} more since the last one told", Outcome.REFUSED
        try:
            note(self._home, act, on, outcome=outcome, who=f"page:{named(visitor, whole=self._whole) or 'not known'}")
        except AuditLogError as error:
            click.echo(f"prova: {error}", err=True)
