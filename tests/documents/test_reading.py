"""A fault in a document is told in plain words, with its place."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from efface.documents.model import Document, Extensible, Number, Sha256, Share, plain
from efface.documents.reading import as_model, from_json


class Leaf(Document, frozen=True, kw_only=True):
    """A leaf of an example."""

    frame: Annotated[int, Meta(ge=0)] = 0
    box: tuple[Number, Number]
    score: Share | None = None
    kind: Literal["image", "video"] = "image"
    seen: bool = False
    digest: Sha256 | None = None

    def __post_init__(self) -> None:
        if self.frame == 99:
            raise ValueError("frame 99 is not there")


class Tree(Document, frozen=True, kw_only=True):
    """An example of a document."""

    schema: Literal["efface.tree/1"]
    leaves: Annotated[tuple[Leaf, ...], Meta(min_length=1, max_length=9)]
    counts: dict[str, Annotated[int, Meta(ge=1)]] | UnsetType = UNSET


class Loose(Extensible, frozen=True, kw_only=True):
    """An example to which keys may be added."""

    size: int


LEAF = {"box": [1, 2.5]}
FAULTS = {
    "no object": ([], "expected the document to be an object, got a list of 0"),
    "other schema": (
        {"schema": "efface.tree/2", "leaves": [LEAF]},
        "expected schema 'efface.tree/1', got 'efface.tree/2'",
    ),
    "missing": ({"schema": "efface.tree/1"}, "the document has no 'leaves'"),
    "missing below": ({"leaves": [LEAF, {}]}, "leaves[1] has no 'box'"),
    "unknown": (
        {"leaves": [{**LEAF, "scroe": 1}]},
        "unknown key leaves[0].scroe; known: box, digest, frame, kind, score, seen",
    ),
    "no schema": ({"leafs": []}, "expected schema 'efface.tree/1', got None"),
    "unknown above": (
        {"schema": "efface.tree/1", "leafs": []},
        "unknown key leafs; known: counts, leaves",
    ),
    "no list": ({"leaves": {}}, "expected leaves to be a list of 1 to 9 entries, got an object"),
    "empty": ({"leaves": []}, "expected leaves to be a list of 1 to 9 entries, got a list of 0"),
    "length": (
        {"leaves": [{"box": [1]}]},
        "expected leaves[0].box to be a list of 2, got a list of 1",
    ),
    "whole": (
        {"leaves": [{**LEAF, "frame": 1.5}]},
        "expected leaves[0].frame to be a whole number >= 0, got 1.5",
    ),
    "below": (
        {"leaves": [{**LEAF, "frame": -1}]},
        "expected leaves[0].frame to be a whole number >= 0, got -1",
    ),
    "flag for a number": (
        {"leaves": [{**LEAF, "frame": True}]},
        "expected leaves[0].frame to be a whole number >= 0, got true",
    ),
    "text for a number": (
        {"leaves": [{"box": [1, "2"]}]},
        "expected leaves[0].box[1] to be a number, got '2'",
    ),
    "infinite": (
        {"leaves": [{"box": [1, float("inf")]}]},
        "expected leaves[0].box[1] to be a number, got inf",
    ),
    "no number": (
        {"leaves": [{"box": [1, float("nan")]}]},
        "expected leaves[0].box[1] to be a number, got nan",
    ),
    "huge": (
        {"leaves": [{"box": [1, 10**400]}]},
        f"expected leaves[0].box[1] to be a number, got 1{'0' * 79}...",
    ),
    "huge beyond writing": (
        {"leaves": [{"box": [1, 10**5000]}]},
        "expected leaves[0].box[1] to be a number, got a number too large",
    ),
    "range": (
        {"leaves": [{**LEAF, "score": 2}]},
        "expected leaves[0].score to be a number from 0 to 1 or null, got 2",
    ),
    "choice": (
        {"leaves": [{**LEAF, "kind": "sound"}]},
        "expected leaves[0].kind to be one of image, video, got 'sound'",
    ),
    "null": (
        {"leaves": [{**LEAF, "seen": None}]},
        "expected leaves[0].seen to be true or false, got null",
    ),
    "line feed after a digest": (
        {"leaves": [{**LEAF, "digest": "0" * 64 + "\n"}]},
        "expected leaves[0].digest to be 64 hexadecimal digits in small letters or null, "
        f"got '{'0' * 64}\\n'",
    ),
    "named entry": (
        {"counts": {"a": 0}, "leaves": [LEAF]},
        "expected counts[...] to be a whole number >= 1",
    ),
    "own check": ({"leaves": [LEAF, {**LEAF, "frame": 99}]}, "leaves[1]: frame 99 is not there"),
}


@pytest.mark.parametrize(("document", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_place(document: object, words: str) -> None:
    if isinstance(document, dict) and document.keys() & {"leaves", "counts"}:
        document = {"schema": "efface.tree/1", **document}
    with pytest.raises(ValueError) as caught:
        as_model(document, Tree)
    assert str(caught.value) == words


def test_what_fits_comes_back_as_it_was() -> None:
    document = {
        "schema": "efface.tree/1",
        "leaves": [{"frame": 3, "box": [1.0, 2.5], "score": 0.5, "kind": "video", "seen": True,
                    "digest": "f" * 64}],
        "counts": {"a": 1},
    }  # fmt: skip
    assert plain(as_model(document, Tree)) == document


def test_what_may_grow_passes_over_what_is_new() -> None:
    assert as_model({"size": 3, "new": 4}, Loose) == Loose(size=3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": {"b": 1, "c": 2, "b": 1}}', "the key 'b' is there twice"),
        ("[NaN]", "NaN is no number"),
        ("[-Infinity]", "-Infinity is no number"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("{", "Expecting"),
        ("", "Expecting"),
    ],
    ids=["twice", "nan", "infinity", "deep", "cut", "empty"],
)
def test_what_is_no_json_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_json(text)


plain_text = st.text(st.characters(exclude_characters="`"), max_size=9)
"""Messages repeat keys and values: a quote of the library's must be its own to be told."""
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["schema", "leaves", "counts", "box", "frame", "a`b - at `$.x`"])
        | plain_text, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(values, st.sampled_from(["whole", "leaves", "leaf", "box"]))
def test_whatever_is_read_fits_or_is_refused_in_words(value: object, where: str) -> None:
    document = {
        "whole": value,
        "leaves": {"schema": "efface.tree/1", "leaves": value},
        "leaf": {"schema": "efface.tree/1", "leaves": [LEAF, value]},
        "box": {"schema": "efface.tree/1", "leaves": [{"box": value}]},
    }[where]
    try:
        read = as_model(document, Tree)
    except ValueError as error:
        assert str(error)
        assert "`" not in str(error).replace("a`b - at `$.x`", "")
        assert where == "whole" or "leaves" in str(error)
    else:
        assert as_model(json.loads(json.dumps(plain(read))), Tree) == read
