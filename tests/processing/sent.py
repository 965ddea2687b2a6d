"""Every field that leaves a store: to a broker, a database, a program, a person, a regulator, a log; by place."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis import wording
from analysis.bundle import layout
from analysis.extract.dictionary import kinds
from collector.envelope import Enrolled, Witnessed
from collector.projection import home_assistant, metrics
from dashboards.api import download, openapi
from dashboards.grafana import measurement
from dashboards.hook import message
from tests.build import AT
from tests.processing.nouns import fields_of

ROOT = Path(__file__).parents[2]
_BUNDLE: Mapping[str, tuple[Any, ...]] = {
    "bundle.manifest": (layout.Manifest,),
    "bundle.keys": (Enrolled,),
    "bundle.batches": (layout.CarriedBatch,),
    "bundle.proofs": (layout.CarriedProofs,),
    "bundle.witnessed": (Witnessed,),
    "bundle.imported": (layout.CarriedImport,),
    "redacted.committed": (layout.CommittedBatch,),
    "redacted.records": (layout.RedactedRecord,),
    "redacted.left_out": (layout.LeftOut,),
}


def shown() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Databases for dashboards, Home Assistant, Prometheus."""
    for found in vars(measurement).values():
        if isinstance(found, tuple) and found and isinstance(found[0], measurement.Measurement):
            yield from ((f"influx.{one.name}", (*one.tags, *one.fields)) for one in found)
    yield "home_assistant.device", tuple(_leaves_of(json.loads(home_assistant.discovery("casa", version="1"))))
    yield "home_assistant.state", tuple(_leaves_of(json.loads(home_assistant.state(home_assistant.Seen(), now=AT))))
    yield "prometheus", tuple(_metrics(Path(metrics.__file__).read_text()))


def _metrics(text: str) -> Iterator[str]:
    yield from re.findall(r'"(prova_[a-z_]+)"', text)
    for labels in re.findall(r"labels=\(([^)]*)\)", text):
        yield from re.findall(r'"(\w+)"', labels)
    yield from metrics._PROBE


def answered() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The interface for programs, as its own description says, and findings sent on."""
    schemas = openapi.document("1")["components"]["schemas"]
    for name, schema in schemas.items():
        yield f"api.{name}", tuple(_leaves(schema))
    yield "api.download_personal", tuple(download._PERSONAL)
    text = Path(message.__file__).read_text()
    yield "webhook", tuple(_keys_of(ast.parse(text), "body"))


def _keys_of(module: ast.Module, name: str) -> Iterator[str]:
    """The keys of the table that `name` is set to."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name and isinstance(node.value, ast.Dict):
            yield from (str(key.value) for key in node.value.keys if isinstance(key, ast.Constant))


def given() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Bundles, redacted ones, the tables of an extract."""
    for place, kinds_ in _BUNDLE.items():
        yield place, tuple(name for one in kinds_ for name in fields_of(one))
    yield "bundle", tuple(sorted(layout.NEEDED | {layout.CASE, layout.DOCUMENT}))
    yield "redacted", tuple(sorted(layout.NEEDED_REDACTED))
    for name, kind in kinds().items():
        yield f"extract_{kind.audience.value}.{name}", tuple(column.name for column in kind.columns)


def told() -> Iterator[tuple[str, tuple[str, ...]]]:
    """What fills the sentences of a notice, and of the lines that services say."""
    told = " ".join(
        text for key, one in wording._sentences().items() if key.startswith("tell.") for text in one.values()
    )
    yield "notice", tuple(re.findall(r"\{(\w+)\}", told))
    for room in ("probe", "collector", "dashboards", "prova"):
        yield f"log.{room}", tuple(sorted(set(_said(room))))


def _said(room: str) -> Iterator[str]:
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and _name(node.func) in {"say", "_say"}
                and node.args
                and _is_sentence(node.args[0])
            ):
                yield from (ast.unparse(one.value) for one in ast.walk(node) if isinstance(one, ast.FormattedValue))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_sentence(told: ast.expr) -> bool:
    """A key of the wording has no space."""
    return " " in "".join(
        one.value for one in ast.walk(told) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def _leaves(schema: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    if "items" in schema:
        yield from _leaves(schema["items"], prefix)
    elif "properties" in schema:
        for name, one in schema["properties"].items():
            yield from _leaves(one, f"{prefix}.{name}" if prefix else name)
    elif prefix:
        yield prefix


def _leaves_of(value: Any, prefix: str = "") -> Iterator[str]:
    """Of a component its name alone: what else Home Assistant is told of it is the same for every line."""
    if isinstance(value, dict) and value and not prefix.startswith("components."):
        for name, one in value.items():
            yield from _leaves_of(one, f"{prefix}.{name}" if prefix else name)
    else:
        yield prefix


def sent() -> Mapping[str, frozenset[str]]:
    """By place, what goes there."""
    found = [*shown(), *answered(), *given(), *told()]
    return {place: frozenset(names) for place, names in found}
