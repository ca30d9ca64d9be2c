"""The page itself: the few files that its build made, held in memory."""

from __future__ import annotations

from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from efface.errors import RefusedError

_KINDS = {
    "index.html": "text/html; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def pages() -> list[Route]:
    """Every file, under its own name and no other.

    Raises:
        RefusedError: the build's files are not there.
    """
    folder = resources.files("efface.review").joinpath("web")

    def route(path: str, name: str) -> Route:
        file = folder.joinpath(name)
        if not file.is_file():
            raise RefusedError(
                "the page of the review app is not part of this copy of efface.",
                hint="In a clone: 'make web' builds it.",
            )
        content = file.read_bytes()

        async def answer(request: Request) -> Response:
            return Response(content, media_type=_KINDS[name])

        return Route(path, answer, methods=["GET"])

    return [route("/", "index.html"), *(route(f"/{name}", name) for name in _KINDS)]
