"""A process that listens at one address and no other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Coroutine
from importlib import import_module
from typing import Any

from efface.errors import OutputError, RefusedError
from efface.files.interruptions import NAMES

_LOG = "distributed"


def quiet(level: int) -> None:
    """Let Dask say on standard error what is as grave as that, and no more.

    Args:
        level: as ``logging`` has them.
    """
    for name in [_LOG, *logging.root.manager.loggerDict]:
        if name.split(".")[0] == _LOG:
            logging.getLogger(name).setLevel(level)


def without_http(kind: type[Any]) -> type[Any]:
    """A kind of Dask's servers whose pages and figures over plain HTTP are nowhere to be had.

    Args:
        kind: ``distributed.Scheduler`` or ``distributed.Worker``.
    """
    routing = import_module("distributed.http.routing")
    http = import_module("tornado.httpserver")

    def start_http_server(self: Any, *args: Any, **kwargs: Any) -> None:
        self.http_application = routing.RoutingApplication([])
        self.http_server = http.HTTPServer(self.http_application)  # which listens nowhere

    return type(kind.__name__, (kind,), {"start_http_server": start_http_server})


def check_alone(address: str) -> None:
    """Hold that this process listens at no other address.

    Raises:
        RefusedError: it does: a version of Dask that is not known opens more.
    """
    own = address.partition("://")[2]
    others = [
        place
        for one in import_module("psutil").Process().net_connections("tcp")
        if one.status == "LISTEN" and (place := _written(one.laddr)) != own
    ]
    if others:
        raise RefusedError(
            f"Dask listens at {', '.join(others)}, too, which it was not asked to.",
            hint="Install the version of distributed that requirements.lock names.",
        )


def _written(place: Any) -> str:
    return f"[{place.ip}]:{place.port}" if ":" in place.ip else f"{place.ip}:{place.port}"


def run_until_interrupted(work: Coroutine[Any, Any, None], address: str) -> None:
    """Run a server.

    Args:
        address: that it is to listen at, for what is said.

    Raises:
        OutputError: it cannot listen there.
        KeyboardInterrupt: it was interrupted.
    """
    quiet(logging.CRITICAL)
    logging.getLogger(f"{_LOG}.comm.tcp").setLevel(logging.WARNING)  # who was turned away
    try:
        asyncio.run(_interruptible(work))
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error
    except OSError as error:
        raise OutputError(
            f"cannot listen at {address} ({error.strerror or error}).",
            hint="Is the port free, and the address one of this machine's?",
        ) from error


async def _interruptible(work: Coroutine[Any, Any, None]) -> None:
    """An interruption ends the work in its own time."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def end() -> None:
        quiet(logging.CRITICAL)
        task.cancel()

    with contextlib.suppress(NotImplementedError):  # Windows
        for name in NAMES:
            loop.add_signal_handler(getattr(signal, name), end)
    await task
