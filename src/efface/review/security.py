"""Who may ask: the browser that was handed the token, by this server's own address, and from its
own pages.

Faults of other local servers that this answers: a Host that is never looked at (DNS rebinding), or
compared by its beginning (``127.evil.com``); requests and websockets from foreign pages; a token
that goes on being good; pages that may be framed, or that run what a file's name holds.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_BYTES = 32

MAX_BODY_BYTES = 32 << 20
"""Of a request; decisions about ten thousand boxes take about a megabyte, and a long video with
many people has some hundred thousand."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types svelte-trusted-html",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "cache-control": "no-store",
}
"""Of every answer: nothing but this server's own files runs or is shown, nothing is framed, and
nothing is kept by the browser."""

_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Around the app: what is not allowed never reaches it."""

    def __init__(self, app: ASGIApp, port: int, larger: Mapping[str, int] | None = None) -> None:
        """
        Args:
            app: what is guarded.
            port: of the loopback address that is served.
            larger: paths that may be sent more than ``MAX_BODY_BYTES``, and how much.
        """
        self.app = app
        self._larger = larger or {}
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"
        self.cookie = f"efface-{port}"
        self._token: str | None = secrets.token_urlsafe(TOKEN_BYTES)
        self._secret = secrets.token_urlsafe(TOKEN_BYTES)

    @property
    def address(self) -> str:
        """What the user opens; good once."""
        return f"{self.origin}/?token={self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no websockets
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Answer(send)
        refused = self._refused(scope)
        if refused is not None:
            await answer.plain(*refused)
            return
        given = self._given(scope)
        if given is not None:
            await self._exchange(given, scope, answer)
        elif not self._known(scope):
            await answer.plain(
                HTTPStatus.UNAUTHORIZED,
                "This page is for the browser that opened efface's address. Start 'efface review' "
                "again for a new one.",
            )
        else:
            await self.app(scope, _Bounded(receive, self._most(scope)), answer)

    def _most(self, scope: Scope) -> int:
        """Bytes of a request's body."""
        return self._larger.get(scope["path"], MAX_BODY_BYTES)

    def _refused(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        """Why a request is not looked at any further."""
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self.host]:
            return HTTPStatus.MISDIRECTED_REQUEST, "efface is not here by that name."
        origins = headers.getlist("origin")
        if origins not in ([], [self.origin]) or (not origins and scope["method"] not in _SAFE):
            return HTTPStatus.FORBIDDEN, "That page is none of efface's."
        site = headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") and self._given(scope) is None:
            return HTTPStatus.FORBIDDEN, "That page is none of efface's."
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > self._most(scope):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too much."
        return None

    def _given(self, scope: Scope) -> str | None:
        """The token, where the address is the one that was printed."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return None
        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return tokens[0] if len(tokens) == 1 else None

    async def _exchange(self, given: str, scope: Scope, answer: _Answer) -> None:
        """The token for the cookie, once; a browser that has it already is only sent on."""
        if Headers(scope=scope).get("sec-purpose", "").startswith("prefetch"):
            await answer.plain(HTTPStatus.SERVICE_UNAVAILABLE, "Not before it is wanted.")
            return
        token, cookie = self._token, None
        if token is not None and secrets.compare_digest(given.encode(), token.encode()):
            self._token = None
            cookie = f"{self.cookie}={self._secret}; HttpOnly; SameSite=Strict; Path=/"
        elif not self._known(scope):
            await answer.plain(
                HTTPStatus.FORBIDDEN,
                "This address was used already, or is not efface's. Start 'efface review' again "
                "for a new one; if it was not you who used it, somebody else on this computer did.",
            )
            return
        await answer.on_to("/", cookie)

    def _known(self, scope: Scope) -> bool:
        given = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self.cookie, "")
        return secrets.compare_digest(given.encode(), self._secret.encode())


class _Answer:
    """Sends with the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await self._send(message)

    async def plain(self, status: HTTPStatus, text: str) -> None:
        """A sentence."""
        body = f"{text}\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await self({"type": "http.response.start", "status": int(status), "headers": headers})
        await self({"type": "http.response.body", "body": body})

    async def on_to(self, place: str, cookie: str | None) -> None:
        """Send the browser on."""
        headers = [(b"location", place.encode()), (b"content-length", b"0")]
        if cookie is not None:
            headers.append((b"set-cookie", cookie.encode()))
        await self({"type": "http.response.start", "status": 303, "headers": headers})
        await self({"type": "http.response.body", "body": b""})


class TooMuchError(Exception):
    """A body that is longer than it may be, or than it said."""


class _Bounded:
    """Receives no more than a body may have."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise TooMuchError
        return message
