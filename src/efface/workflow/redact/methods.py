"""What the policy's method puts into the zones of one file."""

from __future__ import annotations

import secrets

from efface.errors import RefusedError
from efface.policy import Policy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES, Pictures, Prepared
from efface.regions import Regions
from efface.workflow.redact.file_order import FileOrder


def check_method(policy: Policy) -> None:
    """Refuse a method whose settings name what cannot be used, before any work is done.

    Raises:
        EffaceError: that is so.
    """
    method_of(policy.method).check()


def prepared(asked: FileOrder, regions: Regions, pictures: Pictures) -> Prepared:
    """Have the method prepare its filling.

    Args:
        regions: of this file, with what a person chose.
        pictures: its frames'.

    Raises:
        RefusedError: evidence was asked for, and a court could not make this filling once more.
    """
    policy = asked.order.policy.method
    secret = secrets.token_bytes(SECRET_BYTES)
    made = method_of(policy).prepare(regions, pictures, secret)
    if made.kept and asked.ports.notary is not None:
        raise RefusedError(
            f"a pack does not keep what the method {policy.name!r} drew by lot, so that a court "
            "could not repeat the redaction.",
            path=asked.source,
            hint="Take the method 'solid' or one of efface's own figures, or leave out --pack.",
        )
    return made
