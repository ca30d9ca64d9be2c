"""The app put together: a desk, its routes, its page, and the guard around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from efface.review.desk import Desk
from efface.review.drop_routes import UPLOADS
from efface.review.drops import MAX_BYTES
from efface.review.pages import pages
from efface.review.routes import routes, troubles
from efface.review.security import Guard


def app_for(desk: Desk, port: int) -> Guard:
    """What is served.

    Args:
        port: that it will be served at.

    Raises:
        RefusedError: the page is not part of this copy of efface.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        desk.begin()
        yield
        desk.end()
        await run_in_threadpool(desk.rest)  # networks must not run while the process ends

    app = Starlette(
        routes=[*routes(desk), *pages()], exception_handlers=troubles(desk), lifespan=lifespan
    )
    return Guard(app, port, {UPLOADS: MAX_BYTES})
