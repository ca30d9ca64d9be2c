"""What the policy's method puts into the zones of one file."""

from __future__ import annotations

import secrets

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
        EffaceError: it cannot.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    return method_of(asked.order.policy.method).prepare(regions, pictures, secret)
