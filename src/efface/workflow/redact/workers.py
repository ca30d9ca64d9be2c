"""Whoever an order wants asked before a file is released, loaded only when it does."""

from __future__ import annotations

from collections.abc import Callable

from efface.errors import RefusedError
from efface.workflow.redact.order import Order, PackOrder
from efface.workflow.redact.ports import Gate, Notary, Ports


def ports_for(order: Order, passphrase: Callable[[], str] | None = None) -> Ports:
    """The red team and the notary, as far as they are asked for.

    Args:
        passphrase: asks for that of the signing key, and of the secret keys that open the seal.

    Raises:
        RefusedError: a key or a pack is missing, or the passphrase is wrong.
        InputError: a key, or a part of the pack, cannot be read.
        VerificationError: the pack was changed.
    """
    gate = _red_team(order) if order.policy.attack.enabled else None
    return Ports(gate, None if order.pack is None else _notary(order.pack, passphrase))


def _red_team(order: Order) -> Gate:
    from efface.workflow.redact.red_team import RedTeam  # noqa: PLC0415 - takes long to load

    return RedTeam(order.policy)


def _notary(pack: PackOrder, passphrase: Callable[[], str] | None) -> Notary:
    from efface.evidence.pack.opened import Pack  # noqa: PLC0415 - loads what signs and seals
    from efface.workflow.evidence.keyring import Keyring  # noqa: PLC0415
    from efface.workflow.redact.notary import PackNotary  # noqa: PLC0415

    if passphrase is None:
        raise RefusedError(
            "a pack needs the passphrase of a signing key, and nobody is there to be asked.",
            path=pack.folder,
        )
    who = Keyring(pack.key_name, passphrase, pack.identity_files)
    opened = Pack(pack.folder)
    return PackNotary(opened, who.secret(opened), who.signer)
