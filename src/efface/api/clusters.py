"""Many machines: ``efface.cluster_keys``, and the processes that serve and work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from efface.arguments import AnyPath, path_from
from efface.cluster.keys import DAYS, IssuedKeys, make_keys
from efface.cluster.scheduler import PORT, serve_scheduler
from efface.cluster.worker import serve_worker
from efface.errors import RefusedError

__all__ = ["IssuedKeys", "cluster_keys", "cluster_scheduler", "cluster_worker"]


def cluster_keys(folder: AnyPath, *, workers: Sequence[str] = (), days: int = DAYS) -> IssuedKeys:
    """Make the keys of a cluster: an authority of its own, and a certificate for a scheduler, a
    client and each worker; where there is an authority, certificates for more workers.

    Args:
        folder: gets a folder for each of them.
        workers: names; none: one, called ``worker``.
        days: that the certificates hold.

    Raises:
        RefusedError: something of that name is there already, a name is none, or the authority
            does not hold that long.
        InputError: the authority cannot be read.
        OutputError: nothing can be written there.
    """
    return make_keys(path_from(folder), workers, days=days)


def cluster_scheduler(
    keys: AnyPath,
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Run the scheduler of a cluster until interrupted.

    Args:
        keys: folder of its keys.
        host: address of this machine to listen at, and nowhere else.
        port: 0: any that is free.
        ready: is told the address.

    Raises:
        RefusedError: the keys will not do, or Dask is not installed (``efface[cluster]``).
        InputError: the keys cannot be read.
        OutputError: it cannot listen there.
        KeyboardInterrupt: it was interrupted.
    """
    serve_scheduler(path_from(keys), host, port, ready)


def cluster_worker(
    scheduler: str,
    keys: AnyPath,
    *,
    host: str | None = None,
    port: int = 0,
    workers: int | None = None,
    ready: Callable[[str], None] = lambda address: None,
    waiting: Callable[[str], None] = lambda why: None,
) -> None:
    """Work for a scheduler until interrupted; where it goes away, wait until it is back.

    Args:
        scheduler: its address, ``tls://HOST:PORT``.
        keys: folder of the worker's keys.
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
    if workers is not None and workers < 1:
        raise RefusedError(f"expected at least one worker, got {workers}.")
    serve_worker(
        scheduler,
        path_from(keys),
        host=host,
        port=port,
        workers=workers,
        ready=ready,
        waiting=waiting,
    )
