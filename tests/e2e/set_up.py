"""A page whose set-up writes into its own home, and what it was told to bring to work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from analysis.contract import Contract
from dashboards.web.hands import Hands
from prova.home import Home
from prova.page.chosen import Chosen
from prova.page.set_up import HomeSetUp
from tests.e2e.served import served


@dataclass
class Workshop:
    """`renewed`: what the probe was brought to work by, the last one last."""

    address: str
    home: Home
    renewed: list[tuple[Contract | None, Chosen]] = field(default_factory=list)


@contextmanager
def set_up(home: Path, *, contract: str | None = None) -> Iterator[Workshop]:
    home.mkdir(parents=True, exist_ok=True)
    layout = Home(home)
    shop = Workshop("", layout)

    def hands(take_up: Callable[..., None]) -> Hands:
        async def renew(agreed: Contract | None, chosen: Chosen) -> None:
            shop.renewed.append((agreed, chosen))
            take_up(layout.contract, demonstration=not chosen.servers)

        return Hands(
            setup=HomeSetUp(
                home=layout.path, line="casa", contract=layout.contract, chosen_file=layout.chosen, renew=renew
            )
        )

    with served(home, contract=contract, hands=hands) as address:
        shop.address = address
        yield shop
