"""The scheduler: says which worker does what, and sees none of the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from efface.cluster.extra import distributed
from efface.cluster.listening import check_alone, run_until_interrupted, without_http
from efface.cluster.security import SCHEME, security_of

PORT: Final = 8786


def serve_scheduler(
    keys: Path, host: str, port: int = PORT, ready: Callable[[str], None] = print
) -> None:
    """Listen until interrupted.

    Args:
        keys: folder of its keys.
        host: address of this machine to listen at.
        port: 0: any that is free.
        ready: is told the address.

    Raises:
        RefusedError: the keys will not do, or Dask is not installed.
        InputError: the keys cannot be read.
        OutputError: it cannot listen there.
        KeyboardInterrupt: it was interrupted.
    """
    security = security_of(keys, "scheduler")
    kind = without_http(distributed().Scheduler)

    async def listen() -> None:
        scheduler = kind(protocol="tls", host=host, port=port, security=security, dashboard=False)
        async with scheduler:
            check_alone(scheduler.address)
            ready(scheduler.address)
            await scheduler.finished()

    run_until_interrupted(listen(), f"{SCHEME}{host}:{port}")
