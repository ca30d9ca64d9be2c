"""What the page can ask for. Files are named by ids; no path comes from a browser or goes to it."""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from efface.errors import EffaceError, InputError, OutputError, in_own_words
from efface.review.asking import (
    JPEG,
    JSON,
    MalformedError,
    Table,
    answer,
    body,
    method,
    number,
    revision,
)
from efface.review.attacking import attack_released
from efface.review.clip_routes import clip_routes
from efface.review.deciding import decide, release
from efface.review.desk import Desk, UnknownFileError
from efface.review.drop_routes import drop_routes
from efface.review.evidence import make_key
from efface.review.eyes import confirm
from efface.review.forms import (
    AudienceChoice,
    ConfirmationOrder,
    Decisions,
    KeyOrder,
    MethodChoice,
    ReleaseOrder,
    Trouble,
)
from efface.review.openapi import description
from efface.review.security import TooMuchError
from efface.review.store import ConflictError


def routes(desk: Desk) -> list[Route]:
    """All of the interface, over one desk."""

    async def state(request: Request) -> Response:
        return answer(desk.state())

    async def audience(request: Request) -> Response:
        choice = await body(request, AudienceChoice)
        await run_in_threadpool(desk.choose, audience=choice.audience)
        return answer(desk.state())

    async def filling(request: Request) -> Response:
        choice = await body(request, MethodChoice)
        await run_in_threadpool(desk.choose, method=choice.method)
        return answer(desk.state())

    async def file(request: Request) -> Response:
        return answer(desk.reviewed(desk.file(request.path_params["id"])))

    async def hurry(request: Request) -> Response:
        desk.hurry(desk.file(request.path_params["id"]))
        return Response(status_code=204)

    async def decisions(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        given = await body(request, Decisions)
        return answer(await run_in_threadpool(decide, desk, found, revision(request), given))

    async def look(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        asked = await body(request, ConfirmationOrder)
        return answer(await run_in_threadpool(confirm, desk, found, revision(request), asked))

    async def picture(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        page, side = number(request, "page", 0), number(request, "side", 2048)
        return Response(await run_in_threadpool(desk.picture, found, page, side), media_type=JPEG)

    async def preview(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        page, side = number(request, "page", 0), number(request, "side", 2048)
        made = await run_in_threadpool(desk.preview, found, page, side, method(request))
        return Response(made, media_type=JPEG)

    async def stop(request: Request) -> Response:
        desk.file(request.path_params["id"]).stopping.set()
        return Response(status_code=204)

    async def released(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        asked = await body(request, ReleaseOrder)
        return answer(await run_in_threadpool(release, desk, found, asked))

    async def evidence(request: Request) -> Response:
        return answer(await run_in_threadpool(desk.evidence.state))

    async def key(request: Request) -> Response:
        asked = await body(request, KeyOrder)
        return answer(await run_in_threadpool(make_key, desk.evidence, asked))

    async def attacked(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        return answer(await run_in_threadpool(attack_released, desk, found))

    async def report(request: Request) -> Response:
        found = desk.file(request.path_params["id"])
        document = json.dumps(desk.report(found), indent=2)
        kept = {"content-disposition": "attachment"}  # the page gives it a name
        return Response(document, media_type=JSON, headers=kept)

    async def happenings(request: Request) -> Response:
        return StreamingResponse(desk.happenings.stream(), media_type="text/event-stream")

    async def schema(request: Request) -> Response:
        return answer(description())

    table: Table = [
        ("GET", "/api/desk", state),
        ("PUT", "/api/audience", audience),
        ("PUT", "/api/method", filling),
        ("GET", "/api/files/{id}", file),
        ("POST", "/api/files/{id}/hurry", hurry),
        ("PUT", "/api/files/{id}/decisions", decisions),
        ("POST", "/api/files/{id}/looks", look),
        ("GET", "/api/files/{id}/picture", picture),
        ("GET", "/api/files/{id}/preview", preview),
        ("POST", "/api/files/{id}/release", released),
        ("DELETE", "/api/files/{id}/release", stop),
        ("GET", "/api/evidence", evidence),
        ("POST", "/api/keys", key),
        ("POST", "/api/files/{id}/attack", attacked),
        ("GET", "/api/files/{id}/report", report),
        ("GET", "/api/happenings", happenings),
        ("GET", "/api/schema", schema),
    ]
    every = [*table, *clip_routes(desk), *drop_routes(desk)]
    return [Route(path, handler, methods=[method]) for method, path, handler in every]


def troubles(desk: Desk) -> dict[Any, Any]:
    """How what goes wrong is told."""

    async def own(request: Request, error: Exception) -> Response:
        known = in_own_words(error)
        current = None
        if isinstance(known, ConflictError):
            current = desk.reviewed(desk.file(request.path_params["id"]))
        return answer(
            Trouble(message=known.message, hint=known.hint, current=current), _code(known)
        )

    async def malformed(request: Request, error: Exception) -> Response:
        return answer(Trouble(message=f"efface does not understand that: {error}."), 422)

    async def too_much(request: Request, error: Exception) -> Response:
        return answer(Trouble(message="that is too much."), 413)

    return {EffaceError: own, MalformedError: malformed, TooMuchError: too_much}


def _code(error: EffaceError) -> int:
    match error:
        case UnknownFileError():
            return 404
        case ConflictError():
            return 412
        case InputError() | OutputError():
            return 500
    return 409
