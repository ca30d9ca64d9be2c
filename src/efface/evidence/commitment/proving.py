"""Committing to an original, and proving what is left of it in a redacted file."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from itertools import islice

import numpy as np

from efface.errors import VerificationError
from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.corrections import CorrectionWriter
from efface.evidence.commitment.cover import Cover
from efface.evidence.commitment.format import (
    DIGEST_BYTES,
    NODE,
    OVER_PAGES,
    SEED_BYTES,
    context_of,
    root_of,
    top_seed,
)
from efface.evidence.commitment.interface import Content, HiddenLeaves, LeafGrid
from efface.evidence.commitment.leaves import leaf_hashes
from efface.evidence.commitment.proof import Proof
from efface.evidence.commitment.tree import Bytes, Mask, all_hashes, all_seeds, climbed
from efface.evidence.forms import NONCE_BYTES


def commit(content: Content, key: bytes, nonce: bytes | None = None) -> Commitment:
    """Commit to an original. Sign it before anything is hidden.

    Args:
        key: 32 random bytes. It opens everything, so it belongs into the sealed part.
        nonce: 16 bytes to repeat an earlier commitment, as a court does; drawn anew otherwise, so
            that no two commitments share a salt even under one key.

    Raises:
        InputError: the file cannot be decoded whole.
    """
    nonce = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"expected a nonce of {NONCE_BYTES} bytes, got {len(nonce)}")
    context = context_of(content.kind, content.parameters, nonce)
    seeds = _seeds_over(content, key, context)[0]
    rows = _committed(content)
    lasts = np.empty((1, len(content.pages), DIGEST_BYTES), np.uint8)
    for number, page in enumerate(content.pages):
        salts = all_seeds(seeds[0, number], page.rows, page.columns)[0]
        lasts[0, number] = climbed(leaf_hashes(number, page, rows, salts, context=context), NODE)
    root = root_of(context, climbed(lasts, OVER_PAGES).tobytes())
    return Commitment(content.kind, root, nonce, content.parameters)


def prove(
    content: Content,
    key: bytes,
    hidden: HiddenLeaves,
    commitment: Commitment,
    shown: Content | None = None,
) -> bytes:
    """The proof for a redacted file in which the hidden leaves changed and no others.

    Args:
        content: of the original.
        key: the commitment's.
        hidden: ``content.hidden`` of the zones that were filled.
        commitment: to this original.
        shown: content of the redacted file, ``matched`` to the commitment's parameters; needed
            where pages have a rule.

    Raises:
        InputError: the file cannot be decoded whole.
        VerificationError: this is not what was committed to, or not by this key.
    """
    if (content.kind, content.parameters) != (commitment.kind, commitment.parameters):
        raise _not_committed()
    cover = Cover(hidden.pages)
    found = _Found(cover)
    context = commitment.context
    over = _seeds_over(content, key, context)
    for level, mask in cover.seeds_over():
        found.seeds.append(over[level][mask])
    writer = _writer(content)
    rows = _committed(content) if writer is None else _told(content, shown, cover, writer)
    lasts = np.empty((1, len(content.pages), DIGEST_BYTES), np.uint8)
    for number, page in enumerate(content.pages):
        lasts[0, number] = found.add(number, page, rows, over[0][0, number], context)
    root = root_of(context, climbed(lasts, OVER_PAGES).tobytes())
    if not hmac.compare_digest(root, commitment.root):
        raise _not_committed()
    corrections = b"" if writer is None else writer.finish()
    return found.proof(root, hidden.pages, corrections).to_bytes(content.pages)


def _committed(content: Content) -> Iterator[Bytes]:
    """Payloads, of pages with a rule, too."""
    rows = content.rows()
    for page in content.pages:
        for row in islice(rows, page.rows):
            yield row if page.rule is None else page.rule.committed(row)


def _writer(content: Content) -> CorrectionWriter | None:
    rule = content.pages[0].rule
    return None if rule is None else CorrectionWriter(rule)


def _told(
    content: Content, shown: Content | None, cover: Cover, writer: CorrectionWriter
) -> Iterator[Bytes]:
    """Payloads of pages with a rule; the writer learns how they differ from what is shown."""
    if shown is None:
        raise ValueError("expected the redacted file's content, since pages have a rule")
    if shown.pages != content.pages:
        raise VerificationError("the redacted file is of another size than the original.")
    opened = (row for page in cover.pages for row in page.open[0])
    for payloads, figures, here in zip(_committed(content), shown.rows(), opened, strict=True):
        writer.add(payloads, figures, here)
        yield payloads


class _Found:
    """The parts of a proof as they are found, page by page."""

    def __init__(self, cover: Cover) -> None:
        self._cover = cover
        self.seeds: list[Bytes] = []
        self._map: list[Bytes] = []
        self._hashes: list[Bytes] = []

    def add(
        self, number: int, page: LeafGrid, rows: Iterator[Bytes], seed: Bytes, context: bytes
    ) -> Bytes:
        """Take what a proof needs of a page; gives the hash of its last node."""
        cover = self._cover
        seeds = all_seeds(seed, page.rows, page.columns)
        for level, mask in cover.seeds_in(number):
            self.seeds.append(seeds[level][mask])
        levels = all_hashes(leaf_hashes(number, page, rows, seeds[0], context=context), NODE)
        self._map.append(levels[cover.mapped(number)].reshape(-1, DIGEST_BYTES))
        self._hashes += [levels[level][mask] for level, mask in cover.hashes_in(number)]
        last: Bytes = levels[-1][0, 0]
        return last

    def proof(self, root: bytes, hidden: tuple[Mask, ...], corrections: bytes) -> Proof:
        return Proof(
            root,
            hidden,
            np.concatenate(self._map),
            np.concatenate([np.empty((0, SEED_BYTES), np.uint8), *self.seeds]),
            np.concatenate([np.empty((0, DIGEST_BYTES), np.uint8), *self._hashes]),
            corrections,
        )


def _seeds_over(content: Content, key: bytes, context: bytes) -> list[Bytes]:
    """Seeds of the tree over the pages, by level from the pages up."""
    top = np.frombuffer(top_seed(key, context), np.uint8)
    return all_seeds(top, 1, len(content.pages))


def _not_committed() -> VerificationError:
    return VerificationError(
        "the file is not the one that was committed to: it changed after intake, or the key or the "
        "commitment belongs to another file.",
        hint="Take the original out of the seal of the same pack.",
    )
