"""What a request says, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from efface.documents.reading import as_model, from_json
from efface.words import Method

Model = TypeVar("Model", bound=msgspec.Struct)

JSON = "application/json"
JPEG = "image/jpeg"


class MalformedError(Exception):
    """A request that no page of efface makes."""


Table = list[tuple[str, str, Callable[[Request], Awaitable[Response]]]]
"""Method, path, and who answers."""


async def body(request: Request, model: type[Model]) -> Model:
    """What a request says.

    Raises:
        MalformedError: it is no JSON, or not of that form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
        raise MalformedError("expected JSON")
    try:
        return as_model(from_json(await request.body()), model)
    except ValueError as error:
        raise MalformedError(str(error)) from error


def revision(request: Request) -> int:
    """Of ``If-Match``.

    Raises:
        MalformedError: there is none.
    """
    given = request.headers.get("if-match", "").strip('"')
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise MalformedError("expected If-Match with a revision")
    return int(given)


def number(request: Request, name: str, usual: int) -> int:
    """A whole number of the address, of 15 digits at most."""
    given = request.query_params.get(name, str(usual))
    digits = given.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        raise MalformedError(f"expected {name} to be a number")
    return int(given)


def method(request: Request) -> Method | None:
    given = request.query_params.get("method")
    if given is None:
        return None
    for name in get_args(Method):
        if name == given:
            return cast(Method, name)
    raise MalformedError("expected a method of redaction")


def answer(model: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(model), status, media_type=JSON)
