"""The fields of frozen data, named as they are nested: `samples.rtt_ms`."""

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec


def fields_of(noun: Any, prefix: str = "") -> Iterator[str]:
    """Every leaf of a noun; what is held by name stands as `*`."""
    for name, told in _members(noun):
        inner = list(_nouns(told))
        if not inner:
            yield f"{prefix}{name}"
        for one in inner:
            yield from fields_of(one, f"{prefix}{name}{'.*' if _is_mapping(told) else ''}.")


def _members(noun: Any) -> Iterator[tuple[str, Any]]:
    told = typing.get_type_hints(noun)
    if isinstance(noun, type) and issubclass(noun, msgspec.Struct):
        names = [one.encode_name for one in msgspec.structs.fields(noun)]
    else:
        names = [one.name for one in dataclasses.fields(noun)]
    for name in names:
        yield name, told[name]


def _nouns(told: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(told) or (isinstance(told, type) and issubclass(told, msgspec.Struct)):
        yield told
        return
    for one in typing.get_args(told):
        yield from _nouns(one)


def _is_mapping(told: Any) -> bool:
    found = [told, *typing.get_args(told)]
    return any(typing.get_origin(one) in {dict, Mapping, *(Mapping.__mro__)} for one in found)
