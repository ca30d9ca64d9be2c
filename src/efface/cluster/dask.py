"""Dask leads to workers. It is told a folder's name, and nothing else of a batch."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from efface.cluster.extra import distributed
from efface.cluster.interface import ErrandEnded
from efface.cluster.listening import quiet
from efface.cluster.security import checked_address, security_of
from efface.cluster.shard import do_shard
from efface.errors import RefusedError

COMES_S: Final = 15.0
"""So long a scheduler is waited for."""

_AWAY = "the scheduler went away"


class DaskErrand:
    """As ``interface.Errand``."""

    def __init__(self, client: Any, future: Any) -> None:
        """
        Args:
            client: ``None``: nobody was there to take it.
        """
        self._client, self._future = client, future
        self._news = threading.Event()
        if client is not None:
            future.add_done_callback(lambda _: self._news.set())

    def ended(self, within_s: float) -> ErrandEnded | None:
        if self._client is None or self._client.status != "running":
            time.sleep(within_s)
            return ErrandEnded("lost", _AWAY)
        self._news.wait(within_s)
        status = self._future.status
        if status == "pending":
            return None
        if status != "finished":
            return ErrandEnded("lost", status)
        try:
            ending, why = json.loads(self._future.result(timeout=COMES_S))
        except Exception as error:  # whatever it is that Dask says of a worker that is not there
            return ErrandEnded("lost", str(error))
        return ErrandEnded(ending, why)

    def forget(self) -> None:
        if self._client is not None:
            with suppress(Exception):  # there may be nobody to tell any more
                self._future.release()


class DaskLink:
    """A client of one scheduler. Where that goes away it is looked for again."""

    def __init__(self, address: str, keys: Path) -> None:
        """
        Raises:
            RefusedError: nobody is there who holds keys of this authority, or the keys will not do.
            InputError: the keys cannot be read.
        """
        self._address, self._security = checked_address(address), security_of(keys, "client")
        quiet(logging.CRITICAL)  # what it would say is said in words
        self._turn = threading.Lock()
        self._client: Any = None
        try:
            self._connect()
        except (OSError, TimeoutError) as error:
            raise RefusedError(
                f"no scheduler answers at {address} that holds keys of this authority ({error}).",
                hint="Is it running, is its port open, and do its keys belong to these?",
            ) from error

    def slots(self) -> int:
        try:
            workers = self._running().scheduler_info(n_workers=-1)["workers"]
        except Exception:  # whatever it is that Dask says of a scheduler that is not there
            return 0
        return sum(one["nthreads"] for one in workers.values())

    def give(self, folder: Path) -> DaskErrand:
        try:
            client = self._running()
            key = f"shard-{folder.name}"
            future = client.submit(do_shard, str(folder), key=key, pure=False, retries=0)
        except Exception:  # likewise
            return DaskErrand(None, None)
        return DaskErrand(client, future)

    def close(self) -> None:
        """Let go of the scheduler."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close(timeout=1)

    def _running(self) -> Any:
        """
        Raises:
            OSError: nobody is there.
        """
        with self._turn:
            if self._client is None or self._client.status != "running":
                self._connect()
            return self._client

    def _connect(self) -> None:
        """
        Raises:
            OSError: nobody is there, or nobody who may be talked to.
            TimeoutError: nobody answers.
        """
        self.close()
        self._client = distributed().Client(
            self._address, security=self._security, timeout=COMES_S, set_as_default=False
        )
        quiet(logging.CRITICAL)


@contextmanager
def connected(address: str, keys: Path) -> Iterator[DaskLink]:
    """A link, let go at the end.

    Raises:
        RefusedError: as ``DaskLink``.
        InputError: the keys cannot be read.
    """
    link = DaskLink(address, keys)
    try:
        yield link
    finally:
        link.close()
