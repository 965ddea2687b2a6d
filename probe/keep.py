"""Shell. Makes observations into records of the spool, and holds them in memory while the disk takes nothing.

Knows nothing of what they say.
"""

from collections import deque
from collections.abc import Callable

from probe.backlog.patience import Patience
from probe.body.reachability import Reachability
from probe.record import Body, Stamp
from probe.spool import Draft, NoRoomError, RecordTooLargeError, Spool, SpoolError

MOST_HELD = 1500  # a day of minutes and tests: some megabytes


class Keeper:
    """One spool's only writer of records."""

    def __init__(
        self,
        spool: Spool,
        *,
        software: str,
        say: Callable[[str], None],
        kept: Callable[[], None],
        waits: Callable[[], None] | None = None,
    ) -> None:
        """`say` hears sentences for people, once per state; `kept` is called when there is something new to send.

        `waits` in its place, where given and all that is new may wait for more.
        """
        self._spool = spool
        self._software = software
        self._say = say
        self._kept = kept
        self._waits = waits or kept
        self._patience = Patience()
        self._prompt = False
        self._held: deque[Draft] = deque(maxlen=MOST_HELD)
        self._failing = False
        self._at_bound = False

    def keep(self, started: Stamp, ended: Stamp, body: Body) -> str | None:
        """On disk when this returns, unless the disk fails: then with the next observation that finds it working.

        Gives the record's name, None where it has none yet.
        """
        self._prompt |= not self._patience.may_wait(body)
        self._held.append(Draft(started=started, ended=ended, software=self._software, body=body))
        name: str | None = None
        try:
            while self._held:
                name = self._append(self._held[0])
                self._held.popleft()
        except SpoolError as error:
            if not self._failing:
                self._say(f"{error} Until then the last {MOST_HELD} records are held in memory.")
            self._failing = True
            return None
        if self._failing:
            self._say("The spool can be written again; what was held in memory is on disk.")
        self._failing = False
        prompt, self._prompt = self._prompt, False
        (self._kept if prompt else self._waits)()
        return name

    def _append(self, draft: Draft) -> str | None:
        try:
            record = self._spool.append(draft)
        except RecordTooLargeError as error:
            self._say(str(error))
        except NoRoomError as error:  # the spool has counted it, and notes how many they were
            if not self._at_bound:
                self._say(str(error))
            self._at_bound = True
        else:
            self._at_bound = self._at_bound and not isinstance(draft.body, Reachability)
            return record.id
        return None

    def close(self) -> None:
        """Says what is lost with the memory, if anything."""
        if self._held:
            self._say(f"{len(self._held)} records were held in memory because the disk took nothing; they are lost.")
