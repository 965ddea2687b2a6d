"""Shell. A message to every address that a person named, by apprise. No address is ever shown or logged."""

import logging
import warnings
from collections.abc import Sequence

from prova.notify.settings import NotifyError


class Messenger:
    """Tells by all of `urls`. Raises NotifyError for an address that is none, told by its line's number."""

    def __init__(self, urls: Sequence[str]) -> None:
        try:
            from apprise import Apprise
        except ImportError as error:
            raise NotifyError(f"Telling anybody needs {error.name}. Install Prova with its part [notify].") from error
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses
        logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)
        self._every = Apprise()
        for number, url in enumerate(urls, start=1):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of what its many messengers lean on
                known = self._every.add(url)
            if not known:
                raise NotifyError(f"Address {number} of the file is none that is known. Look it up (docs/notify.md).")

    def tell(self, title: str, body: str) -> bool:
        """Whether every address took it. Waits no longer than the messengers' own limits, some seconds each."""
        return bool(self._every.notify(title=title, body=body))
