"""Pure. Another country's rules from their data file (`analysis/country/profiles/`), dated and with their sources.

Reads nothing but data that ships with this code. Knows nothing of tests.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

from analysis.clause import Profile, Rule
from analysis.country.campaign import Design
from analysis.profile import ProfileError, parse
from analysis.wording import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """`texts`: what each rule says, by its id, in both languages. `about`: what the procedure is and how it stands."""

    profile: Profile
    texts: Mapping[str, Said]
    about: Said
    binding: bool  # whether it is in force, where it comes from


@cache
def names() -> tuple[str, ...]:
    """Every comparator that there is, sorted."""
    files = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def load(name: str) -> Comparator:
    """The comparator called `name`. Raises ProfileError."""
    if name not in names():
        raise ProfileError(f"There is no rule profile {name!r}. Known beside pt-nos: {', '.join(names())}.")
    table = tomllib.loads(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Comparator(
        profile=parse(table),
        texts={rule["id"]: Said(pt=rule["text_pt"], en=rule["text"]) for rule in table["rule"]},
        about=Said(pt=table["about_pt"], en=table["about"]),
        binding=table["binding"],
    )


def design(rule: Rule) -> Design:
    """The campaign that `rule` asks for, from its parameters of the same names."""
    given = {field.name: rule.parameters[field.name].value for field in fields(Design) if field.name in rule.parameters}
    return Design(**given)  # type: ignore[arg-type]  # a test holds every file to the fields' types


def _folder() -> resources.abc.Traversable:
    return resources.files("analysis").joinpath("country", "profiles")
