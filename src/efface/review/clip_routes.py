"""What the page can ask for of a video that is looked at."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from efface.review.asking import JPEG, Table, answer, body, number
from efface.review.clips import ShownFrame
from efface.review.desk import Desk
from efface.review.eyes import watched
from efface.review.forms import WatchedSpans


def clip_routes(desk: Desk) -> Table:
    """That part of the interface, over one desk."""

    async def clip(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        return answer((await run_in_threadpool(desk.clip, found)).state())

    async def frame(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        pts, side = number(request, "pts", 0), desk.side(number(request, "side", 1024))
        seek = number(request, "seek", 0)
        rough = "rough" in request.query_params

        def made() -> ShownFrame | None:
            opened = desk.clip(found)
            return opened.roughly(pts, side) if rough else opened.frame(pts, side, seek)

        shown = await run_in_threadpool(made)
        if shown is None:
            return Response(status_code=204)
        return Response(shown.jpeg, media_type=JPEG, headers={"x-efface-pts": str(shown.pts)})

    async def crop(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        pts, side = number(request, "pts", 0), desk.side(number(request, "side", 160))
        x, y, width, height = (number(request, name, 0) for name in ("x", "y", "w", "h"))
        made = await run_in_threadpool(
            lambda: desk.clip(found).crop(pts, (x, y, width, height), side)
        )
        return Response(made, media_type=JPEG)

    async def seen(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        await run_in_threadpool(watched, desk, found, await body(request, WatchedSpans))
        return Response(status_code=204)

    return [
        ("GET", "/api/files/{id}/clip", clip),
        ("GET", "/api/files/{id}/frame", frame),
        ("GET", "/api/files/{id}/crop", crop),
        ("PUT", "/api/files/{id}/watched", seen),
    ]
