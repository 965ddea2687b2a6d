"""Pure. The interface described for machines: OpenAPI 3.1, from the table of its addresses.

Knows nothing of how it is served.
"""

from typing import Any

from dashboards.api import schema
from dashboards.api.endpoint import ENDPOINTS, FORMATS, Endpoint
from dashboards.api.question import MOST_LINES, Parameter

_WHAT = {
    Parameter.LINE: "A line; may be repeated. Default: every line that the token opens.",
    Parameter.OPERATOR: "Only lines of this operator, as the topology says for the day.",
    Parameter.REGION: "Only lines of this region.",
    Parameter.NODE: "Only lines of this node.",
    Parameter.SEGMENT: "Only lines of this segment.",
    Parameter.FROM: "The period's beginning: a time with its offset, or a day in UTC. Default: a day before `to`.",
    Parameter.TO: "The period's end, which is not in it. Default: now.",
    Parameter.ON: "The day whose topology holds. Default: today in UTC.",
    Parameter.BY: "The kind of group. Default: region.",
    Parameter.LIMIT: "How many items at most. Findings and outages come line by line, so a page may have more.",
    Parameter.CURSOR: "Where to go on: `next_cursor` of the page before, with all other parameters as they were.",
    Parameter.KIND: "Only records of this kind, such as `speed_test`; may be repeated. A page may then be short.",
    Parameter.ID: "Only the record of this id.",
    Parameter.RULE: "Only findings of this rule, such as `speed.normal`.",
    Parameter.VERDICT: "Only findings with this verdict.",
    Parameter.DIRECTION: "Only this direction.",
    Parameter.LEVEL: "Only probes of this level.",
    Parameter.FORMAT: "The form of the table. Default: csv.",
    Parameter.COLUMN: "Only this column; may be repeated. Default: all that the token opens.",
}
_REPEATED = {Parameter.LINE, Parameter.KIND, Parameter.COLUMN}
_REFUSALS = {
    "400": "The question cannot be read; `errors` names every parameter at fault.",
    "401": "No token, or none that holds.",
    "404": "A line that is not known, or that the token does not open.",
    "429": "Too many questions; `Retry-After` says when to ask again.",
    "503": "The store cannot be read at this moment.",
}


def document(version: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Prova",
            "version": version,
            "summary": "What was measured of lines, and what it was judged to be. Reading only.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in ENDPOINTS}
        | {
            "/v1/openapi.json": {"get": _open("openapi", "This document.")},
            "/healthz": {"get": _health()},
            "/livez": {"get": _alive()},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schema.ITEMS, "Problem": schema.PROBLEM},
        },
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    return {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [_parameter(one, name) for name in Parameter if name in one.bounds.allowed],
        "responses": {"200": _answer(one)} | {status: _refusal(words) for status, words in _REFUSALS.items()},
    }


def _answer(one: Endpoint) -> dict[str, Any]:
    if one.item == "none":
        content: dict[str, Any] = {form.partition(";")[0]: {"schema": {}} for form in FORMATS.values()}
        return {"description": "The table, as a stream.", "content": content}
    return {
        "description": "A page.",
        "headers": {
            "ETag": {"schema": schema.TEXT, "description": "For If-None-Match; the same answer gives the same."},
            "Link": {"schema": schema.TEXT, "description": "The next page, where there is one (RFC 8288)."},
        },
        "content": {"application/json": {"schema": schema.page_of(one.item)}},
    }


def _parameter(one: Endpoint, name: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = dict(schema.TEXT)
    if name in one.bounds.words:
        told["enum"] = list(one.bounds.words[name])
    elif name is Parameter.LIMIT:
        told = {"type": "integer", "minimum": 1, "maximum": one.bounds.most_items}
    elif name is Parameter.ON:
        told = dict(schema.DAY)
    if name in _REPEATED:
        told = {"type": "array", "items": told, "maxItems": MOST_LINES}
    what = f"{_WHAT[name]} At most {one.bounds.most_days} days." if name is Parameter.TO else _WHAT[name]
    return {"name": name.value, "in": "query", "required": False, "description": what, "schema": told}


def _refusal(words: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": words, "content": problem}


def _open(name: str, summary: str) -> dict[str, Any]:
    content = {"application/json": {"schema": schema.ANY}}
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {"200": {"description": summary, "content": content}},
    }


def _alive() -> dict[str, Any]:
    plain = {"text/plain": {"schema": schema.TEXT}}
    return {
        "operationId": "livez",
        "summary": "Whether the process answers at all.",
        "security": [],
        "responses": {"200": {"description": "It does.", "content": plain}},
    }


def _health() -> dict[str, Any]:
    plain = {"text/plain": {"schema": schema.TEXT}}
    return {
        "operationId": "healthz",
        "summary": "Whether the store can be read.",
        "security": [],
        "responses": {
            "200": {"description": "It can.", "content": plain},
            "503": {"description": "It cannot.", "content": plain},
        },
    }
