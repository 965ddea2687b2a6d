"""Shell. The options by which the page is opened to other machines, in one decorator.

Knows nothing of what they lead to.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import click

from prova.page.entrance import Wanted

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option(
        "--page-password-file",
        "password_file",
        type=_FILE,
        help="Sets the page's password from the first line of a file; it is then asked for.",
    ),
    click.option("--page-cert", "chain", type=_FILE, help="The page's certificate chain, in PEM."),
    click.option("--page-key", "key", type=_FILE, help="Its private key, in PEM."),
    click.option("--page-name", "page_names", multiple=True, help="A name by which other machines open the page."),
    click.option(
        "--behind-proxy",
        "proxies",
        multiple=True,
        help="Address of a proxy that speaks TLS for the page, which then hears nobody else. May be repeated.",
    ),
    click.option(
        "--page-whole-addresses",
        "whole_addresses",
        is_flag=True,
        help="The audit log names who signs in from elsewhere by the whole address, not by its network alone.",
    ),
)


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command takes `password_file` and what `wanted_of` reads."""
    return reduce(lambda one, option: option(one), reversed(_OPTIONS), command)


def wanted_of(host: str, port: int, given: Mapping[str, Any]) -> Wanted:
    """What these options ask for."""
    return Wanted(
        host=host,
        port=port,
        names=given["page_names"],
        proxies=given["proxies"],
        chain=given["chain"],
        key=given["key"],
        whole_addresses=given["whole_addresses"],
    )
