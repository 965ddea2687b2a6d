"""Shell. Lets the embedded broker obey the same account and access files as mosquitto.

Knows nothing of how the files came to be. No user, no password or an unnamed topic is a refusal.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin

from collector.account import Account, covers, parse_access, password_matches


class AccessPlugin(BaseAuthPlugin, BaseTopicPlugin):  # type: ignore[misc]  # amqtt ships no types, and asks for both
    """What amqtt calls for every connection, subscription, publication and delivery."""

    @dataclass
    class Config:
        """amqtt fills it from the broker's settings."""

        accounts: str
        access: str

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        lines = Path(self.config.accounts).read_text().splitlines()
        self._passwords = {line.split(":", 1)[0]: line for line in lines}
        self._rights: dict[str, Account] = {
            account.user: account for account in parse_access(Path(self.config.access).read_text())
        }

    async def authenticate(self, *, session: Any) -> bool:
        """Whether user and password are those of an account."""
        line = self._passwords.get(session.username or "")
        return line is not None and password_matches(line, session.password or "")

    async def topic_filtering(
        self, *, session: Any = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Whether the account may do this with that topic."""
        account = self._rights.get(session.username or "") if session else None
        if account is None or topic is None:
            return False
        allowed = account.writes if action == Action.PUBLISH else account.reads
        return any(covers(one, topic) for one in allowed)
