"""Buckets of S3 and of servers that speak as it does, through ``s3fs``.

Keys, region and endpoint come from where Amazon's own tools have them: the environment, or
``~/.aws``. An object appears when all of it has arrived, and not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import s3fs
from botocore.exceptions import ClientError

from efface.errors import RefusedError, VerificationError
from efface.remote.address import Address
from efface.remote.transfer import copied, read_back, reading, writing


class Buckets:
    """As ``interface.Remote``."""

    def __init__(self) -> None:
        self._files = s3fs.S3FileSystem(
            use_listings_cache=False, default_cache_type="none", skip_instance_cache=True
        )

    def files(self, folder: Address) -> Iterator[Address]:
        root = _place(folder).rstrip("/")
        found = False
        with reading(folder):
            for _, folders, files in self._files.walk(root, detail=True, on_error="raise"):
                found = found or bool(folders or files)
                for entry in sorted(files.values(), key=lambda one: str(one["name"])):
                    path = str(entry["name"])
                    if path != root:  # the folder's own mark
                        yield Address("s3", folder.host, path.partition("/")[2])
            if not found:
                raise FileNotFoundError

    def exists(self, place: Address) -> bool:
        with reading(place):
            try:
                self._info(place)
            except FileNotFoundError:
                return False
        return True

    def fetch(self, source: Address, into: BinaryIO, most: int) -> None:
        with reading(source):
            copied(lambda: self._told(source), lambda: self._opened(source), into, most)

    def put(self, local: Path, target: Address, digest: str, *, overwrite: bool) -> None:
        mode = "overwrite" if overwrite else "create"
        with writing(target):
            if not overwrite and self.exists(target):
                raise _taken(target)
            try:
                self._files.put_file(str(local), _place(target), mode=mode)
            except (FileExistsError, OSError) as error:
                if not overwrite and _says_taken(error):
                    raise _taken(target) from error
                raise
            try:
                read_back(lambda: self._opened(target), digest)
            except VerificationError:
                self._files.rm_file(_place(target))
                raise

    def _info(self, place: Address) -> dict[str, object]:
        info: dict[str, object] = self._files.info(_place(place), refresh=True)
        if info.get("type") != "file":
            raise FileNotFoundError
        return info

    def _told(self, place: Address) -> tuple[int, object]:
        info = self._info(place)
        return int(str(info["size"])), (info.get("ETag"), info.get("LastModified"))

    def _opened(self, place: Address) -> BinaryIO:
        opened: BinaryIO = self._files.open(_place(place), "rb", cache_type="readahead")
        return opened


def connect(address: Address) -> Buckets:
    """All buckets that one's keys lead to."""
    return Buckets()


def _place(address: Address) -> str:
    return f"{address.host}/{address.path}"


def _says_taken(error: BaseException) -> bool:
    """Whether the server refused since there is something of that name."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, FileExistsError):
            return True
        if isinstance(cause, ClientError):
            return str(cause.response.get("Error", {}).get("Code")) == "PreconditionFailed"
        cause = cause.__cause__
    return False


def _taken(target: Address) -> RefusedError:
    return RefusedError(
        f"there is a file already at {target}.", hint="Give another -o; it is left as it is."
    )
