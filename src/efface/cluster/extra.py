"""Dask, where it is installed: imported when it is needed, since most never need it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from efface.errors import RefusedError

_CONFIG = {
    "distributed.comm.require-encryption": True,
    "distributed.scheduler.allowed-failures": 0,
    # a shard that was lost is given out again by whoever knows what was done of it
    "distributed.scheduler.worker-ttl": "60s",
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.preload": [],
    "distributed.worker.preload": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.diagnostics.nvml": False,
    "distributed.comm.timeouts.connect": "15s",
}


def distributed() -> Any:
    """The package, with settings for a cluster of efface's.

    Raises:
        RefusedError: it is not installed.
    """
    try:
        package = import_module("distributed")
    except ModuleNotFoundError as error:
        raise RefusedError(
            f"a cluster needs a package that is not installed: {error.name}.",
            hint="Install it with: pip install 'efface[cluster]'",
        ) from error
    import_module("dask").config.set(_CONFIG)
    return package
