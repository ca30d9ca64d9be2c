"""Servers reached by SSH, through ``sshfs`` and AsyncSSH.

Keys come from the agent and ``~/.ssh``, host aliases from ``~/.ssh/config``, and a server is
believed to be who it says only by ``~/.ssh/known_hosts``. A file is written under another name in
the target's folder, read back, and renamed.
"""

from __future__ import annotations

import posixpath
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import sshfs

from efface.errors import RefusedError
from efface.remote.address import Address
from efface.remote.transfer import copied, read_back, reading, writing

CONNECTS_S = 30
"""For a server to answer."""

_HOST = re.compile(r"(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::([0-9]+))?")


class Server:
    """As ``interface.Remote``."""

    def __init__(self, address: Address) -> None:
        """
        Raises:
            RemoteError: it cannot be connected to.
        """
        found = _HOST.fullmatch(address.host)
        assert found is not None, "an address was checked"
        user, bracketed, plain, port = found.groups()
        named = {"username": user, "port": None if port is None else int(port)}
        given = {key: value for key, value in named.items() if value is not None}
        with reading(address):
            # Left out, sshfs would believe any server; () is AsyncSSH's own: the user's known_hosts
            self._files = sshfs.SSHFileSystem(
                bracketed or plain, known_hosts=(), connect_timeout=CONNECTS_S,
                skip_instance_cache=True, **given,
            )  # fmt: skip

    def files(self, folder: Address) -> Iterator[Address]:
        with reading(folder):
            waiting = [_place(folder).rstrip("/") or "/"]
            while waiting:
                here = waiting.pop()
                entries: list[dict[str, Any]] = self._files.ls(here, detail=True)
                entries.sort(key=lambda one: str(one["name"]))
                for entry in entries:  # links are not followed
                    if entry["type"] == "file":
                        yield Address("sftp", folder.host, str(entry["name"]).lstrip("/"))
                inner = [str(one["name"]) for one in entries if one["type"] == "directory"]
                waiting += reversed(inner)

    def exists(self, place: Address) -> bool:
        with reading(place):
            try:
                self._files.info(_place(place))
            except FileNotFoundError:
                return False
        return True

    def fetch(self, source: Address, into: BinaryIO, most: int) -> None:
        with reading(source):
            copied(lambda: self._told(source), lambda: self._opened(source), into, most)

    def put(self, local: Path, target: Address, digest: str, *, overwrite: bool) -> None:
        place = _place(target)
        beside = posixpath.join(posixpath.dirname(place), f".efface-{secrets.token_hex(8)}")
        with writing(target):
            if not overwrite and self.exists(target):
                raise _taken(target)
            try:
                self._files.put_file(str(local), beside)
                read_back(lambda: self._files.open(beside, "rb"), digest)
                if not overwrite and self.exists(target):
                    raise _taken(target)
                self._files.mv(beside, place)
            except BaseException:
                with suppress(Exception):  # what stopped it is what is said
                    self._files.rm_file(beside)
                raise

    def _told(self, place: Address) -> tuple[int, object]:
        info = self._files.info(_place(place))
        if info["type"] != "file":
            raise FileNotFoundError
        return int(info["size"]), info["mtime"]

    def _opened(self, place: Address) -> BinaryIO:
        opened: BinaryIO = self._files.open(_place(place), "rb")
        return opened


def connect(address: Address) -> Server:
    """
    Raises:
        RemoteError: the server does not answer, is not known, or lets nobody in.
    """
    return Server(address)


def _place(address: Address) -> str:
    return f"/{address.path}"


def _taken(target: Address) -> RefusedError:
    return RefusedError(
        f"there is a file already at {target}.", hint="Give another -o; it is left as it is."
    )
