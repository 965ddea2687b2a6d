"""Shell. A change of the probe's signing key on its way: announced under the old key, taken up when the collector says.

The next key lies in a file of its own until then. Whatever ends this program in between, either key's batches are
still in the spool, and the collector's next receipt settles which it takes. Knows nothing of how a receipt travels.
"""

import asyncio
from collections.abc import Callable

from probe import clock, keyfile
from probe.calibration import kept
from probe.identity import ProbeHome
from probe.key import Ed25519Key, Key, KeyFileError, from_jwk, public_jwk
from probe.pause import pause
from probe.spool import Spool, SpoolError
from probe.wire import Outcome, Receipt, SignatureError, open_batch

KEY_REASONS = frozenset({"signature", "key_ended", "key_revoked"})  # the key that signed is taken no longer
_LOOK_EVERY_S = 15.0
_REFUSED = "key_change"


class Rotation:
    """One probe's. `key` is its present private key."""

    def __init__(
        self,
        spool: Spool,
        home: ProbeHome,
        *,
        key: Key,
        software: str,
        say: Callable[[str], None],
        wake: Callable[[], None],
    ) -> None:
        """`say` hears sentences for people; `wake` is called when there is something to send."""
        self._spool = spool
        self._home = home
        self._key = from_jwk(public_jwk(key))
        self._software = software
        self._say = say
        self._wake = wake
        self._said = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Announces the next key as soon as there is one, until `stop`."""
        while not stop.is_set():
            self.look()
            await pause(stop, _LOOK_EVERY_S)

    def look(self) -> None:
        """Announces the next key if there is one and it is not announced yet."""
        try:
            following = self._next()
            if following is None:
                return
            if self._spool.announce(following, at=clock.stamp(), software=self._software):
                self._wake()
        except (SpoolError, KeyFileError) as error:
            if str(error) != self._said:
                self._say(str(error))
            self._said = str(error)

    def heed(self, receipt: Receipt) -> bool:
        """Takes up the next key where this receipt settles the change. True: its batch is signed anew, not parked.

        Raises SpoolError, KeyFileError, and then a later receipt settles it.
        """
        if receipt.outcome is Outcome.REJECTED:
            return self._rejected(receipt)
        change = self._spool.change()
        if change is not None and receipt.batch_sha256 == change.batch_sha256:
            self._accepted(receipt.key, change.thumbprint)
            self._wake()
        return False

    def _accepted(self, named: str | None, thumbprint: str) -> None:
        following = self._next() or keyfile.load_or_make(self._home.key)  # put in place before a kill
        if named == thumbprint == following.thumbprint():
            self._put(following)
            self._spool.settle_change(following)
            self._say("The collector takes this probe's new signing key; the old one has signed its last.")
            return
        self._home.next_key.unlink(missing_ok=True)
        self._spool.settle_change(None)
        self._say("The collector did not take the new signing key; this probe keeps the one it has. Upgrade it first.")

    def _rejected(self, receipt: Receipt) -> bool:
        if receipt.reason == _REFUSED:
            self._home.next_key.unlink(missing_ok=True)
            self._spool.settle_change(None)
            self._wake()
            return False
        signed = self._spool.signed(receipt.batch_sha256)
        if receipt.reason not in KEY_REASONS or signed is None:
            return False
        following = self._next()
        if following is None:
            if _signed_by(signed, self._key):
                self._say(
                    "The collector takes this probe's signing key no longer. Have a ticket made there with: prova"
                    " collector enrol issue --new-key, and give it to: prova probe rotate-key --ticket."
                )
                return False
            following = keyfile.load_or_make(self._home.key)
        self._put(following)
        self._spool.reseal(following, head_sha256=receipt.head_sha256)
        self._wake()
        self._say("The collector takes the old signing key no longer: what waits is signed anew with the next one.")
        return True

    def _next(self) -> Ed25519Key | None:
        path = self._home.next_key
        try:
            return keyfile.load_or_make(path) if path.exists() else None
        except OSError as error:
            raise KeyFileError(f"{path} cannot be read: {error.strerror}. Let this user read it.") from error

    def _put(self, following: Ed25519Key) -> None:
        """`following` is this probe's key from here on, and signs its calibration too, which is never sent."""
        try:
            if self._home.next_key.exists():
                calibration = kept.load(self._home.calibration, key=self._key)
                if calibration is not None:
                    kept.save(self._home.calibration, calibration, key=following)
                keyfile.follow(self._home.next_key, self._home.key)
        except OSError as error:
            raise KeyFileError(
                f"The new signing key cannot be put in place of {self._home.key}: {error.strerror}. Make room there."
            ) from error
        self._key = from_jwk(public_jwk(following))


def _signed_by(signed: bytes, key: Ed25519Key) -> bool:
    try:
        open_batch(signed, key=key)
    except SignatureError:
        return False
    return True
