"""Which server an address leads to."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from efface.errors import RefusedError
from efface.remote.address import Address, Place, Scheme

if TYPE_CHECKING:
    from efface.remote.interface import Remote

_HOMES: Final[dict[Scheme, str]] = {"s3": "efface.remote.s3", "sftp": "efface.remote.sftp"}

_turn = threading.Lock()
_open: dict[tuple[Scheme, str], Remote] = {}


def remote_for(address: Address) -> Remote:
    """The server of an address; connected to once, when it is asked first.

    Raises:
        RefusedError: the packages for it are not installed.
    """
    with _turn:
        name = (address.scheme, address.host)
        if name not in _open:
            try:
                module = import_module(_HOMES[address.scheme])
            except ModuleNotFoundError as error:
                raise RefusedError(
                    f"{address.scheme}:// needs a package that is not installed: {error.name}.",
                    hint="Install it with: pip install 'efface[remote]'",
                ) from error
            _open[name] = cast("Remote", module.connect(address))
        return _open[name]


def is_there(place: Place) -> bool:
    """Whether there is anything of that name, as far as one may look.

    Raises:
        RemoteError: a server does not say.
    """
    if isinstance(place, Address):
        return remote_for(place).exists(place)
    try:
        return place.exists()
    except (OSError, RuntimeError):
        return False
