"""Pure. One action of a service as a SOAP message, and the values that come back (UPnP Device Architecture 1.1, 3.2).

Only actions without arguments, that is questions: nothing here can change a router. Knows nothing of what they mean.
"""

from collections.abc import Mapping

from probe.router.description import Service
from probe.router.location import Location
from probe.router.markup import MarkupError, parse
from probe.router.message import request

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>\r\n'
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
    '<s:Body><u:{action} xmlns:u="{type}"></u:{action}></s:Body></s:Envelope>\r\n'
)
_MAX_VALUE = 256  # characters: no value that is read here is longer


def page(location: Location, *, gateway: str) -> bytes:
    """The request for a description."""
    return request("GET", location, gateway=gateway)


def question(service: Service, action: str, *, gateway: str, authorization: str | None = None) -> bytes:
    """The request that asks a service for `action`."""
    fields = [("Content-Type", 'text/xml; charset="utf-8"'), ("SOAPAction", f'"{service.type}#{action}"')]
    if authorization:
        fields.append(("Authorization", authorization))
    body = _ENVELOPE.format(action=action, type=service.type).encode()
    return request("POST", service.control, gateway=gateway, fields=tuple(fields), body=body)


def values(document: bytes, action: str) -> Mapping[str, str]:
    """The values by their names that an answer to `action` holds; empty for a fault.

    Raises MarkupError where it is neither.
    """
    body = parse(document).one("Body")
    if body is None:
        raise MarkupError("no SOAP body")
    answer = body.one(f"{action}Response")
    if answer is None and body.one("Fault") is None:
        raise MarkupError(f"neither an answer to {action} nor a fault")
    return {child.name: child.text[:_MAX_VALUE] for child in (answer.children if answer else ())}
