"""Files that are dropped into the page, and what was released of them."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from efface.errors import RefusedError
from efface.review.asking import MalformedError, Table, answer
from efface.review.desk import Desk

UPLOADS = "/api/uploads"

_STREAM = "application/octet-stream"


def drop_routes(desk: Desk) -> Table:
    """That part of the interface, over one desk."""

    async def dropped(request: Request) -> Response:
        if desk.drops is None:
            raise RefusedError("nothing can be dropped here.")
        if request.headers.get("content-type") != _STREAM:
            raise MalformedError("expected a stream of bytes")
        name = request.query_params.get("name", "")
        path = await desk.drops.take(name, request.stream())
        return answer(await run_in_threadpool(desk.take, path))

    async def result(request: Request) -> Response:
        path = desk.result(desk.file(request.path_params["id"]))
        return FileResponse(path, media_type=_STREAM, filename=path.name)

    return [("POST", UPLOADS, dropped), ("GET", "/api/files/{id}/result", result)]
