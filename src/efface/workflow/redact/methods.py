"""What the policy's method puts into the zones of one file."""

from __future__ import annotations

import secrets
from dataclasses import replace

from efface.errors import RefusedError
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES, Finished, Pictures, Prepared
from efface.regions import Regions
from efface.workflow.redact import gates
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order


def check_method(order: Order) -> None:
    """Refuse a method whose settings name what cannot be used, before any work is done.

    Raises:
        EffaceError: that is so.
    """
    policy = order.policy
    if order.people.identities and policy.method.name != "replace":
        raise RefusedError(
            f"people were named (--person), and the method is {policy.method.name!r}: only heads "
            "that are drawn can be the same in several files.",
            hint="Take --method replace, or leave --person out.",
        )
    method_of(policy.method, policy.replace, order.people).check()


def prepared(asked: FileOrder, regions: Regions, pictures: Pictures) -> Prepared:
    """Have the method prepare its filling.

    Args:
        regions: of this file, with what a person chose.
        pictures: its frames'.

    Raises:
        EffaceError: it cannot.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    policy, people = asked.order.policy, asked.order.people
    return method_of(policy.method, policy.replace, people).prepare(regions, pictures, secret)


def finished(
    made: Prepared, asked: FileOrder, regions: Regions, pictures: Pictures, draft: Draft
) -> Finished:
    """What the method knows now that every zone was filled; faces that it drew are like nobody in
    the file.

    Args:
        regions: of this file, with what a person chose.
        pictures: its frames'.

    Raises:
        LookAlikeError: one is.
        RefusedError: a recogniser has no strangers to compare with.
    """
    done = made.finished()
    if done.drawn:
        from efface.workflow.redact.likeness import likenesses  # noqa: PLC0415 - takes long to load

        with draft.step("attack"):
            found = likenesses(done.drawn, regions, pictures, asked.order.policy)
        gates.like_nobody(found, draft.source)
        draft.report = replace(draft.report, replaced=tuple(sorted(done.drawn)))
    draft.note(*done.notes)
    return done


def redrawn(times: int) -> tuple[str, ...]:
    """What is said of heads that had to be drawn more than once."""
    if not times:
        return ()
    return (
        f"Heads were drawn anew {times} time(s), because one was like somebody in the file: so "
        "far, and no further, what was drawn follows from who is covered.",
    )
