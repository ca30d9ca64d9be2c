"""The one place in efface that opens a connection: it asks a timestamp authority.

What it tells the authority is the hash, a random number, and the address it asks from; nothing of
the file, of the case, or of the key. Proxies are those of the environment.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from efface.errors import InputError, RefusedError
from efface.evidence.timestamp.request import MAX_RESPONSE_BYTES
from efface.files.paths import printable

TIMEOUT_S = 30
"""For the whole of an answer."""

_HEADERS = {
    "Content-Type": "application/timestamp-query",  # RFC 3161, 3.4
    "Accept": "application/timestamp-reply",
    "User-Agent": "timestamp-client",  # the library's own tells the version of Python
}


def fetch(url: str, asked: bytes, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Send a request and give the answer, which is not checked here.

    Args:
        url: ``https://...`` or ``http://...``.

    Raises:
        RefusedError: the address is of no use.
        InputError: no answer, or none that is whole.
    """
    _check_address(url)
    until = time.monotonic() + timeout_s
    query = urllib.request.Request(url, data=asked, headers=_HEADERS, method="POST")
    try:
        with _opener().open(query, timeout=timeout_s) as response:
            return _read(response, until)
    except urllib.error.HTTPError as error:
        with error:
            raise _no_answer(url, f"it says {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _no_answer(url, str(error.reason)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _no_answer(url, str(error) or type(error).__name__) from error


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        bare = parts.username is None and parts.password is None
    except ValueError:
        usable, bare = False, True
    if not usable or not url.isprintable() or " " in url:
        raise RefusedError(
            f"{printable(url)!r:.200} is no address of a timestamp server.",
            hint="It begins with https:// or http://.",
        )
    if not bare:
        raise RefusedError(
            "the address of the timestamp server holds a name or a password.",
            hint="Such servers are not asked: the name would be tied to the case.",
        )


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS alone; no redirections, which would turn the question into another one."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    parts, size = [], 0
    while part := response.read1(1 << 16):
        parts.append(part)
        size += len(part)
        if size > MAX_RESPONSE_BYTES:
            raise ValueError(f"its answer is longer than {MAX_RESPONSE_BYTES} bytes")
        if time.monotonic() > until:
            raise TimeoutError("its answer took too long")
    expected = response.length
    if expected:
        raise http.client.IncompleteRead(b"", expected)
    return b"".join(parts)


def _no_answer(url: str, reason: str) -> InputError:
    return InputError(
        f"the timestamp server {printable(url)} gave no answer: {printable(reason)}.",
        hint="Nothing was stamped. Try again, or another server; a timestamp can be added later.",
    )
