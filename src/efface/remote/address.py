"""The address of a file or folder on another machine; it holds no secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal, get_args

from efface.errors import RefusedError

Scheme = Literal["s3", "sftp"]

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9._-]+@)?(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
)

NO_SECRETS: Final = (
    "Addresses are kept in the store and in reports. docs/archives.md says where keys and "
    "passwords belong."
)


@dataclass(frozen=True, slots=True)
class Address:
    """``s3://BUCKET/KEY`` or ``sftp://[USER@]HOST[:PORT]/PATH``."""

    scheme: Scheme
    host: str
    """The bucket, or where to connect to and as whom."""
    path: str
    """Without a slash at its beginning; empty: all of it. On an SFTP server it begins at the
    root."""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}/{self.path}"

    @property
    def name(self) -> str:
        """What follows the last slash."""
        return self.path.rstrip("/").rpartition("/")[2]

    def below(self, inner: str) -> Address:
        """A file in it.

        Args:
            inner: relative, with slashes.
        """
        return Address(
            self.scheme, self.host, "/".join(filter(None, (self.path.strip("/"), inner)))
        )

    def inner(self, file: Address) -> str | None:
        """The name of a file from here on; ``None``: it does not lie in it."""
        here = self.path.strip("/")
        begins = f"{here}/" if here else ""
        same = (file.scheme, file.host) == (self.scheme, self.host)
        return file.path[len(begins) :] if same and file.path.startswith(begins) else None


Place = Path | Address
"""Of a file or folder, here or elsewhere."""


def shown_path(place: Place) -> Path:
    """A place as events and reports have it, which know paths alone."""
    return place if isinstance(place, Path) else Path(str(place))


def is_address(text: str) -> bool:
    """Whether it is written as an address, of whatever kind."""
    return _ADDRESS.fullmatch(text) is not None


def address_of(text: str) -> Address:
    """Read an address.

    Raises:
        RefusedError: it is none that efface knows, or holds a password. The text is not repeated
            then.
    """
    found = _ADDRESS.fullmatch(text)
    scheme = found[1].lower() if found else ""
    if found is None or scheme not in get_args(Scheme):
        raise RefusedError(
            f"there is no way to files at addresses that begin with {scheme}://.",
            hint="s3:// and sftp:// lead to files elsewhere; files here go by their plain names.",
        )
    host, _, path = found[2].partition("/")
    user, at, _ = host.rpartition("@")
    if (at or ":" in host) if scheme == "s3" else ":" in user:
        raise RefusedError("an address must not hold a key or a password.", hint=NO_SECRETS)
    if not (_BUCKET if scheme == "s3" else _HOST).fullmatch(host):
        raise RefusedError(
            f"expected {'s3://BUCKET/KEY' if scheme == 's3' else 'sftp://[USER@]HOST[:PORT]/PATH'}.",
            hint=NO_SECRETS,
        )
    if "\0" in path or "\n" in path or "\r" in path:
        raise RefusedError("a line break or a zero byte in an address.")
    return Address("s3" if scheme == "s3" else "sftp", host, path)


def place_of(text: str) -> Place:
    """A path, or an address.

    Raises:
        RefusedError: as ``address_of``.
    """
    return address_of(text) if is_address(text) else Path(text)


def as_relative(inner: str) -> PurePosixPath | None:
    """A name on a server as a relative path of a file here; ``None``: it cannot be one, or would
    lead out of its folder."""
    parts = inner.split("/")
    bad = any(part in ("", ".", "..") or "\0" in part or "\\" in part for part in parts)
    return None if bad else PurePosixPath(*parts)
