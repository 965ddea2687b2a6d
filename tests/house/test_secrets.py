"""Secrets are compared in constant time and drawn by the system; nothing runs what it reads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_house import MODULES, name_of, parsed

_SECRET = re.compile(r"(^|_)(secret|password|passphrase|token|mac|hmac|session|bearer)s?$")
# What bears such a name and keeps nothing from anybody, with the reason.
_OPEN = {
    "collector/witness/knock.py": "tells our echo request from another's; it is sent in clear text",
    "probe/reach/ping.py": "the same",
}
_UNSAFE = re.compile(
    r"\bpickle\.loads?\(|\bmarshal\.|\bshelve\.|\beval\(|\bexec\(|yaml\.(load|full_load|unsafe_load)\(|\bextractall\("
    r"|ElementTree\.(parse|fromstring|iterparse)|\bfromstring\(|minidom|expatreader|shell=True|os\.system\(|verify=False|CERT_NONE|_create_unverified_context"
)
_NEEDED: dict[str, str] = {}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _compared(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Compare) and any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
            sides = [node.left, *node.comparators]
            if not any(isinstance(one, ast.Constant) for one in sides):
                yield from (f"{name_of(path)}: line {node.lineno}" for one in sides if _SECRET.search(_name(one)))


def test_no_secret_is_compared_in_a_way_that_tells_how_far_it_was_right() -> None:
    told = [one for path in MODULES if name_of(path) not in _OPEN for one in _compared(path)]
    assert not told, f"{told}: compare secrets with hmac.compare_digest"


def test_the_open_ones_are_still_there() -> None:
    assert all(any(_compared(path)) for path in MODULES if name_of(path) in _OPEN)


def test_randomness_for_secrets_comes_from_the_system() -> None:
    """`random` draws times of tests and waits; what nobody may guess is drawn by `secrets` or `cryptography`."""
    drawn = [
        f"{name_of(path)}: line {node.lineno}"
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Assign) and any(_SECRET.search(_name(one)) for one in node.targets)
        if re.search(r"\brandom\.", ast.unparse(node.value))
    ]
    assert not drawn


def test_nothing_runs_what_it_reads_or_writes_where_it_says() -> None:
    """Pickle, eval, YAML's full loader, XML with entities, extraction by a ZIP's own names, TLS that trusts anybody."""
    found = {name_of(path): told[0] for path in MODULES if (told := _UNSAFE.search(path.read_text()))}
    assert {name: word for name, word in found.items() if name not in _NEEDED} == {}
