"""The formats ``efface.commitment/1``, ``efface.proof/1`` and ``efface.proof/2`` (of videos), so
that anybody can write a checker.

All hashes are SHA-256 (FIPS 180-4): processors have instructions for it, which makes it the
fastest here, and every court's expert has a tool for it. ``|`` joins bytes, u32 is a big-endian
number of four bytes.

**Content.** A picture or a video is taken apart into *pages*; a page is a grid of *leaves* in rows
and columns, and each leaf has a payload of a fixed number of bytes. ``pixels``, ``coefficients``,
``stills``, ``video`` and ``movies`` (of earlier versions) say what the pages, payloads and
parameters of each kind are.

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
* for ``figures``: ``corrections``, by which the file's own figures become the committed ones.
  Otherwise nothing.

Everything but corners and corrections has a length that follows from them, and a proof of another
length is none. Whoever checks takes the redacted file apart, computes the open leaves' hashes with
the salts from the seeds, fills in the hidden ones, and arrives at the map and the root.

**Videos** (kinds ``video-figures`` and ``video-exact``) are gone through once, frame by frame, by
whoever commits, proves or checks, and hours of them do not fit into memory. So they differ in this:

* How many frames there are is known at the end only. Leaves and seeds are therefore bound to a
  *context of leaves*, which is the context for parameters ``{}``; the root to the whole one.
* A page but those of tracks is a *segment*. Its leaves lie in a grid of groups of frames, rows and
  columns; the next level halves it along the groups while there is more than one, then as above. A
  leaf's row, where it is hashed, is its group, counted from the segment's first, and its column its
  place in the group, row by row.
* There is no tree of seeds over the pages. The seed of the last node of page n is the first 16
  bytes of HMAC-SHA-256(key, 0x07 | context of leaves | u32 n); a track's is its salt.

A proof (``efface.proof/2``) is, one after the other:

* ``VIDEO_MAGIC``, 16 bytes, and the root, 32 bytes;
* the map: the hash of the last node of each page, in order;
* for each track 17 bytes: 0x01 and its salt, or where it is hidden (left out, encoded anew) 0x00
  and zeros;
* for each segment: u32, how many bytes follow of it; u32, the length of its corners, and they: of
  the groups as if they were pages, the first as it is, each further one exclusive or the one before
  it; the *marks*; the seeds of open nodes that do not lie under an open node, from the last node
  down, group by group, row by row; the hashes of hidden nodes below the last that do not lie under
  a hidden node, likewise; and for ``video-figures`` the rest: ``corrections``, by which the file's
  own figures become the committed ones, begun anew in each segment.

The marks say where a file differs; they prove nothing by themselves. Of each group they are the
first two bytes of the hashes of all its open leaves, exclusive or; for ``video-exact`` the first
byte of those of each row, then of each column.
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
VIDEO_MAGIC = b"efface.proof/2\0\0"
SEED_BYTES, DIGEST_BYTES = 16, 32
MAP_NODES = 256

LEAF, NODE, OVER_PAGES, ROOT, TOP_SEED, SEED, PAGE_SEED = (bytes((n,)) for n in range(1, 8))
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
