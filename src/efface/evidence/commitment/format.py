"""The formats ``efface.commitment/1`` and ``efface.proof/1``, so that anybody can write a checker.

All hashes are SHA-256 (FIPS 180-4): processors have instructions for it, which makes it the
fastest here, and every court's expert has a tool for it. ``|`` joins bytes, u32 is a big-endian
number of four bytes.

**Content.** A picture or a video is taken apart into *pages*; a page is a grid of *leaves* in rows
and columns, and each leaf has a payload of a fixed number of bytes. ``pixels``, ``coefficients``,
``stills`` and ``movies`` say what the pages, payloads and parameters of each kind are.

**Context.** ``header`` is JSON of ``{"kind": ..., "parameters": ...}`` with sorted keys, no spaces,
and only ASCII; it holds sizes, components, quantisation tables and whatever else decides how the
payloads are to be read. ``nonce`` is 16 random bytes, new for every commitment. ::

    context = SHA-256("efface.commitment/1" | 0x00 | nonce | header)

**Tree.** Over the leaves of a page stands a binary tree: level 0 are the leaves in their grid, and
the next level halves that grid along its longer side (columns, if they are equal): the node in
column c has the nodes in columns 2c and 2c + 1 for children, likewise for rows. The last level has
one node. A second child that is not there has 32 zero bytes for a hash. Over the pages stands one
more such tree, whose level 0 is one row of the pages' last nodes in order. ::

    leaf  = SHA-256(0x01 | 3 zero bytes | u32 page | u32 row | u32 column | salt | context
                    | payload)
    node  = SHA-256(0x02 | level of its children, one byte | hashes of its 2 children)
    node over pages: likewise with 0x03
    root  = SHA-256(0x04 | context | hash of the top)

Pages, rows and columns are counted from 0.

The first byte keeps leaves, nodes and roots apart, and a leaf binds its place: no part of one tree
can stand for another part, or for a part of another tree. What is committed is ``root``; who
signs it says so before anything is hidden.

**Salts** come from a tree of seeds of 16 bytes of the same shape (Goldreich, Goldwasser, Micali
1986). Whoever has a node's seed has the salts of all leaves below it and of no others. The key has
32 bytes and never leaves the sealed part. ::

    seed of the top          = the first 16 bytes of HMAC-SHA-256(key, 0x05 | context)
    seeds of both children   = SHA-256(0x06 | seed of the node), in two halves
    salt of a leaf           = its seed

**Proof.** A leaf is *hidden* when a zone touches it, that is when one of its pixels was filled, and
*open* otherwise. A node is open when all leaves below it are, hidden when all are, mixed otherwise.
The *map level* is the lowest level of which the pages have at most 256 nodes together, or else the
highest there is; a page that is lower is mapped by its last node. A proof is, one after the other:

* ``MAGIC``, 16 bytes, and the root, 32 bytes;
* u32: the length of the *corners*, and they: which leaves are hidden. For a page, d[r, c] is the
  exclusive or of hidden[r, c], [r - 1, c], [r, c - 1] and [r - 1, c - 1] (outside the page: open).
  The positions at which d is set, counted row by row through all pages, are written as the distance
  from the one before (the first: from -1) in base 128, low digits first, with 0x80 for "more";
* the *map*: the hashes of all pages' nodes of the map level, page by page, row by row. It leads to
  the root, and says where something differs;
* the *seeds* of open nodes that do not lie under an open node: of the tree over the pages, from its
  top level down, then of each page, from its top down, row by row;
* the *hashes* of hidden nodes below the map level that do not lie under a hidden node, page by
  page, from the highest level down, row by row;
* for pages that are compared within a tolerance the payloads of their open leaves, since they are
  not those of the redacted file to the bit: see ``values``. Otherwise nothing.

Everything but the corners has a length that follows from them, and a proof of another length is
none. Whoever checks takes the redacted file apart, computes the open leaves' hashes with the salts
from the seeds, fills in the hidden ones, and arrives at the map and the root.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from efface.evidence.forms import COMMITMENT, KEY_BYTES

SCHEMA = COMMITMENT
MAGIC = b"efface.proof/1\0\0"
SEED_BYTES, DIGEST_BYTES = 16, 32
MAP_NODES = 256

LEAF, NODE, OVER_PAGES, ROOT, TOP_SEED, SEED = (bytes((n,)) for n in range(1, 7))
"""First bytes of what is hashed."""


def context_of(kind: str, parameters: Mapping[str, Any], nonce: bytes) -> bytes:
    """What ties every leaf to one commitment, 32 bytes."""
    header = json.dumps(
        {"kind": kind, "parameters": parameters}, sort_keys=True, separators=(",", ":")
    )
    data = SCHEMA.encode() + b"\0" + nonce + header.encode("ascii")
    return hashlib.sha256(data).digest()


def top_seed(key: bytes, context: bytes) -> bytes:
    """The seed of all salts, 16 bytes.

    Args:
        key: 32 random bytes.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"expected a key of {KEY_BYTES} bytes, got {len(key)}")
    return hmac.digest(key, TOP_SEED + context, "sha256")[:SEED_BYTES]


def root_of(context: bytes, top: bytes) -> bytes:
    """The root, 32 bytes, over the hash of the top."""
    return hashlib.sha256(ROOT + context + top).digest()
