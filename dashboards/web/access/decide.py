"""Pure. Whether a request may be answered: by its method, its name for the page, where it comes from, and who asks.

Knows nothing of forms' tokens, which are in the body, nor of how often somebody asked.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from dashboards.web.access.asked import Asked, Refusal, Rules

OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")  # of this machine
SIGN_IN = "/sign-in"
_OPEN = (SIGN_IN, "/healthz", "/livez")  # answered to whoever has not signed in yet
_OPEN_BELOW = "/static/"
_READS = frozenset({"GET", "HEAD"})
_WRITES = frozenset({"POST"})


def decide(asked: Asked, rules: Rules) -> Refusal | None:
    """Why the request is refused; None where it may be answered.

    >>> rules = Rules(hosts=frozenset({"127.0.0.1:8080"}))
    >>> here = dict(path="/", scheme="http", host="127.0.0.1:8080", peer="127.0.0.1")
    >>> decide(Asked(method="POST", origin="http://127.0.0.1:8080", **here), rules) is None
    True
    >>> decide(Asked(method="POST", origin="http://127.0.0.1:8081", **here), rules)
    <Refusal.ORIGIN: 'origin'>
    """
    if asked.method not in _READS | _WRITES:
        return Refusal.METHOD
    if asked.host not in rules.hosts and not (rules.addresses and _is_address(asked.host)):
        return Refusal.HOST
    if not rules.password and not _is_here(asked.peer):
        return Refusal.FOREIGN
    if asked.method in _WRITES and not _from_this_page(asked):
        return Refusal.ORIGIN
    if rules.password and not asked.signed_in and not _is_open(asked.path):
        return Refusal.SIGN_IN
    return None


def hosts(port: int, names: tuple[str, ...]) -> frozenset[str]:
    """Every Host field (RFC 9110, 7.2) under which a browser names the page, in lower case.

    >>> sorted(hosts(80, ("localhost",)))
    ['localhost', 'localhost:80']
    """
    with_port = {f"{name.lower()}:{port}" for name in names}
    return frozenset(with_port | {name.lower() for name in names} if port in {80, 443} else with_port)


def _from_this_page(asked: Asked) -> bool:
    """Whether a page of our own sent the form: the browser says so in one field or in both, and in neither otherwise.

    OWASP, Cross-Site Request Forgery Prevention: verifying origin with standard headers.
    """
    if asked.fetch_site is None and asked.origin is None:
        return False
    same_site = asked.fetch_site in {None, "same-origin"}
    return same_site and asked.origin in {None, f"{asked.scheme}://{asked.host}"}


def _is_address(host: str) -> bool:
    try:
        ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    return True


def _is_here(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_BELOW)
