"""A worker: takes shards from a scheduler, as many at a time as it has threads."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from efface.cluster.extra import distributed
from efface.cluster.listening import check_alone, run_until_interrupted, without_http
from efface.cluster.security import SCHEME, checked_address, security_of
from efface.cluster.shard import STOPPING
from efface.errors import RefusedError
from efface.sandbox.crew import workers_here

AGAIN_S = 2.0
"""Between two looks for a scheduler that is not there."""


def serve_worker(
    address: str,
    keys: Path,
    *,
    host: str | None = None,
    port: int = 0,
    workers: int | None = None,
    ready: Callable[[str], None] = print,
    waiting: Callable[[str], None] = print,
) -> None:
    """Work for a scheduler until interrupted; where it goes away, wait for it to come back.

    Args:
        address: of the scheduler, ``tls://HOST:PORT``.
        keys: folder of its own keys.
        host: address of this machine to listen at; left out, the one that leads to the scheduler.
        port: 0: any that is free.
        workers: confined processes at a time; left out, as many as there are processors and memory
            for.
        ready: is told its own address, each time it has found the scheduler.
        waiting: is told why there is none, once each time it is not there.

    Raises:
        RefusedError: the address or the keys will not do, or Dask is not installed.
        InputError: the keys cannot be read.
        OutputError: it cannot listen there.
        KeyboardInterrupt: it was interrupted.
    """
    scheduler, security = checked_address(address), security_of(keys, "worker")
    package = distributed()
    kind = without_http(package.Worker)
    threads = workers or workers_here()
    own = host or _leading_to(scheduler)

    async def serve(folder: str) -> None:
        while True:
            await _scheduler_there(scheduler, security, waiting)
            worker: Any = kind(
                scheduler,
                nthreads=threads,
                security=security,
                protocol="tls",
                host=own,
                port=port or None,
                memory_limit=0,
                local_directory=folder,
                dashboard=False,
            )
            try:
                await worker
                check_alone(worker.address)
                ready(worker.address)
                await worker.finished()
            finally:
                STOPPING.stop()
                await worker.close(timeout=1, executor_wait=False)

    with tempfile.TemporaryDirectory(prefix="efface-worker-") as folder:
        run_until_interrupted(serve(folder), scheduler)


async def _scheduler_there(address: str, security: Any, waiting: Callable[[str], None]) -> None:
    """Wait until a scheduler answers that holds keys of the same authority.

    Raises:
        RefusedError: whoever answers does not, or does not take ours.
    """
    connect = import_module("distributed.comm.core").connect
    said = False
    while True:
        try:
            found = await connect(address, timeout=5, **security.get_connection_args("worker"))
            await found.close()
            return
        except OSError as error:  # a TimeoutError is one
            if _of_keys(error):
                raise RefusedError(
                    f"{address} has keys of another authority, or takes none of ours.",
                    hint="Are all keys of one 'efface cluster keys', and have they expired there?",
                ) from error
            if not said:
                waiting(str(error.__cause__ or error))
                said = True
        await asyncio.sleep(AGAIN_S)


def _of_keys(error: BaseException | None) -> bool:
    """Whether TLS turned the other side away, or was turned away."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _leading_to(scheduler: str) -> str:
    """The address of this machine that leads to a scheduler; nothing is sent.

    Raises:
        RefusedError: there is no way there.
    """
    host, _, port = scheduler.removeprefix(SCHEME).rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(address)
            own: str = probe.getsockname()[0]
    except OSError as error:
        raise RefusedError(
            f"no way leads to {scheduler} ({error.strerror or error}).",
            hint="Is the name right, and the network up?",
        ) from error
    return own
