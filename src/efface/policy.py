"""Policy: what to do with a file. A TOML file (``efface.policy/1``) overrides the defaults here."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from efface.colour import BLACK, Colour
from efface.documents.checked import check_fields
from efface.documents.faults import WORDS
from efface.documents.model import Document
from efface.documents.reading import as_model
from efface.documents.sections import section_of
from efface.errors import InputError, RefusedError
from efface.words import (
    Age,
    Audio,
    Codec,
    Confinement,
    Expression,
    Fallback,
    FigureName,
    Hair,
    Method,
    Recall,
    Shape,
    SkinTone,
    Subtitles,
)

__all__ = [
    "SCHEMA", "AllowPolicy", "AttackPolicy", "Audio", "Codec", "Colour", "DetectPolicy",
    "EncodePolicy", "Limits", "Method", "MethodPolicy", "Policy", "Recall", "ReplacePolicy",
    "RescanPolicy", "ReviewPolicy", "SandboxPolicy", "VideoPolicy", "ZonePolicy", "load_policy",
]  # fmt: skip

SCHEMA: Final = "efface.policy/1"

FORMAT_HINT = "docs/policy.md lists every key."

FIGURE, BEHIND_FIGURE = Colour(0xAA, 0xB0, 0xB8), Colour(0x60, 0x68, 0x70)
"""Greys that stand out little in a dark picture or a bright one."""

Growth = Annotated[float, Meta(ge=1.0, le=10.0)]
Limit = Annotated[float, Meta(gt=0, le=sys.float_info.max)]
Quality = Annotated[float, Meta(ge=1, le=100)]
Ssim = Annotated[float, Meta(gt=0, le=1)]
Inside = Annotated[float, Meta(gt=0, lt=1)]
"""Between 0 and 1, neither of them."""


@dataclass(frozen=True, slots=True)
class ZonePolicy:
    """How a face box grows into the zone that is filled."""

    width: Growth = 1.8
    """Zone width in face-box widths."""
    height: Growth = 2.0
    """Zone height in face-box heights."""
    min_margin_px: Annotated[int, Meta(ge=0, le=10_000)] = 4
    """At least this many pixels are added on every side."""
    shape: Shape = "box"
    one_ratio: bool = True
    """All zones are as wide for their height, so that their shape tells nobody's face; those drawn
    by hand are left as they are drawn."""
    below: Annotated[float, Meta(ge=0.0, le=20.0)] = 0.0
    """Face-box heights that are added underneath, for the body of a person who is upright in the
    picture."""

    def __post_init__(self) -> None:
        check_fields(self, "zones")


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """How a zone is filled."""

    name: Method = "solid"
    colour: Colour = BLACK
    """Of solid zones."""
    figure: Annotated[str, Meta(min_length=1, max_length=4096)] = "bust"
    """The drawing: the name of one, or an SVG file."""
    fill: Colour = FIGURE
    """Of a figure, in whose shades it is drawn; a file has its own."""
    background: Colour = BEHIND_FIGURE
    """Behind a figure."""
    cells: Annotated[int, Meta(ge=1, le=4)] = 2
    """Of a layered fill: across the face, and down."""
    noise: Annotated[float, Meta(ge=0.25, le=20)] = 6.0
    """Of a layered fill, for each cell: in standard deviations of how faces' cells vary."""

    def __post_init__(self) -> None:
        check_fields(self, "method", without=("colour", "fill", "background"))

    @property
    def own_figure(self) -> bool:
        """Whether the drawing is one of efface's own."""
        return self.figure in get_args(FigureName)


@dataclass(frozen=True, slots=True)
class ReplacePolicy:
    """Faces of nobody that are drawn in place of real ones. What is left at ``any`` is drawn at
    random; nothing is ever estimated from the face."""

    fallback: Fallback = "solid"
    """What becomes of a face for which no head can be drawn: its zones are solid, or the file is
    refused."""
    expression: Expression = "neutral"
    """``keep``: mouth, eyes and brows move as those of the face that is covered."""
    age: Age = "any"
    skin: SkinTone = "any"
    hair: Hair = "any"
    label: bool = False
    """A visible "AI" stands in the corner of each zone."""
    redraw: Annotated[int, Meta(ge=0, le=10)] = 0
    """How often heads may be drawn anew when one is found to be like somebody in the file."""

    def __post_init__(self) -> None:
        check_fields(self, "replace")


@dataclass(frozen=True, slots=True)
class DetectPolicy:
    """How hard faces are looked for."""

    recall: Recall = "default"

    def __post_init__(self) -> None:
        check_fields(self, "detect")


@dataclass(frozen=True, slots=True)
class RescanPolicy:
    """The gate that looks at the written file with the second detector."""

    enabled: bool = True
    threshold: Inside | None = None
    """Score from which a face counts, 0 to 1; ``None`` takes the measured default."""

    def __post_init__(self) -> None:
        check_fields(self, "rescan")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hostile file may ask for."""

    max_megapixels: Limit = 250.0
    """Per frame or page."""
    max_total_megapixels: Limit = 4000.0
    """Over all frames and pages."""
    max_frames: Annotated[int, Meta(gt=0)] = 2000
    max_file_mb: Limit = 2000.0

    def __post_init__(self) -> None:
        check_fields(self, "limits")


@dataclass(frozen=True, slots=True)
class EncodePolicy:
    """Quality of the formats that have to be encoded again (1 to 100, the encoder's own scale);
    ``None``: chosen by how finely the input is quantised."""

    webp_quality: Quality | None = None
    avif_quality: Quality | None = None
    heic_quality: Quality | None = None
    min_ssim: Ssim = 0.98
    """Outside the zones, against the input, per frame; a write below it is refused."""
    max_shift: Limit = 3.0
    """How far colours may move as a whole, in steps of 255; a write above it is refused."""

    def __post_init__(self) -> None:
        check_fields(self, "encode")


@dataclass(frozen=True, slots=True)
class VideoPolicy:
    """How a video is written again."""

    codec: Codec = "same"
    """``same`` keeps the input's codec family."""
    quality: Annotated[float, Meta(ge=0, le=100)] | None = None
    """The encoder's own scale (CRF where it has one); ``None`` takes the visually lossless
    default."""
    preset: str = "default"
    """The encoder's own name of a speed setting; ``default`` takes its medium one."""
    audio: Audio = "copy"
    """``aac``: sound in another codec is encoded anew."""
    subtitles: Subtitles = "copy"
    track: Annotated[int, Meta(ge=0, le=1000)] = 0
    """Which of several video tracks is redacted, from 1; 0: the main one."""
    reproducible: bool = False
    """One encoder thread, so that the same input always gives the same bytes."""
    min_ssim: Ssim = 0.95
    """Mean over samples outside the zones, against the input; a write below it is refused."""

    def __post_init__(self) -> None:
        check_fields(self, "video")

    @property
    def kept_kinds(self) -> frozenset[str]:
        """Of tracks that stay beside the pictures."""
        kept = {"audio": self.audio, "subtitle": self.subtitles}
        return frozenset(kind for kind, what in kept.items() if what != "drop")

    def copies(self, kind: str, codec: str) -> bool:
        """Whether a track beside the pictures stays bit for bit.

        Args:
            kind: ``audio`` or ``subtitle``.
            codec: FFmpeg's name.
        """
        anew = kind == "audio" and self.audio == "aac" and codec != "aac"
        return kind in self.kept_kinds and not anew


@dataclass(frozen=True, slots=True)
class AttackPolicy:
    """The red team: what ``efface attack`` does, and ``efface redact`` when it is asked to."""

    enabled: bool = False
    """``efface redact`` attacks what it wrote before it is released."""
    alpha: Inside = 0.01
    """Chance of failing a face of which nothing is left; each attack gets its part of it."""
    gallery: str = ""
    """Folder of pictures of at least 2,000 people among whom the person is hidden; none: the
    AI-generated portraits that efface carries."""
    accept_not_found: bool = False
    """Release a file also when it is only that these attacks did not find somebody: when what
    covers a face is no plain fill, so that its removal is not proven."""
    thorough: bool = False
    """Also run attacks that take a minute a face: faces drawn by a generative model."""

    def __post_init__(self) -> None:
        check_fields(self, "attack")


@dataclass(frozen=True, slots=True)
class AllowPolicy:
    """What a person may decide against what efface would do."""

    no_face: bool = True
    """Write a file in which no face was found."""
    rescan: bool = True
    """Release a file in which the rescan saw an uncovered face."""
    damaged: bool = True
    """Write what can be read of a damaged video."""
    keep: bool = True
    """Leave tracks visible, on the command line or in regions."""
    regions: bool = True
    """Give regions in place of what the detectors find."""
    one_person: bool = True
    """Release what fewer than two persons have confirmed, where two are required."""

    def __post_init__(self) -> None:
        check_fields(self, "allow")


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """What the review app asks for before it releases a file."""

    two_persons: bool = False
    """Two different persons have to confirm it."""

    def __post_init__(self) -> None:
        check_fields(self, "review")


@dataclass(frozen=True, slots=True)
class SandboxPolicy:
    """Whether files are read in a process apart, and what that may use."""

    require: Confinement = "none"
    """The weakest confinement that will do; the strongest that works is taken."""
    memory_mb: Annotated[int, Meta(ge=2000, le=1_000_000)] = 8000
    """Of address space, in millions of bytes."""
    silent_s: Limit = 600.0
    """Seconds without a sign of progress, after which a file is given up."""
    file_s: Limit = 43_200.0
    """Seconds for one file in all."""

    def __post_init__(self) -> None:
        check_fields(self, "sandbox")


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides what is done with a file."""

    zones: ZonePolicy = field(default_factory=ZonePolicy)
    method: MethodPolicy = field(default_factory=MethodPolicy)
    replace: ReplacePolicy = field(default_factory=ReplacePolicy)
    detect: DetectPolicy = field(default_factory=DetectPolicy)
    rescan: RescanPolicy = field(default_factory=RescanPolicy)
    limits: Limits = field(default_factory=Limits)
    encode: EncodePolicy = field(default_factory=EncodePolicy)
    video: VideoPolicy = field(default_factory=VideoPolicy)
    attack: AttackPolicy = field(default_factory=AttackPolicy)
    allow: AllowPolicy = field(default_factory=AllowPolicy)
    review: ReviewPolicy = field(default_factory=ReviewPolicy)
    sandbox: SandboxPolicy = field(default_factory=SandboxPolicy)

    def looking(self, recall: Recall) -> Policy:
        """The same policy with another recall.

        Raises:
            ValueError: there is no such recall.
        """
        return replace(self, detect=replace(self.detect, recall=recall))

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Read a policy file.

        Raises:
            InputError: the file cannot be read.
            RefusedError: it is not valid TOML or not a valid policy.
        """
        return load_policy(Path(path))[0]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.policy/1``), every key stated but those that are ``None``.

        ``from_json`` gives the same policy back; ``attack.gallery`` and a ``method.figure`` that is
        none of efface's own are paths of the user's.
        """
        plain = asdict(self)
        for key, value in plain["method"].items():
            if isinstance(getattr(self.method, key), Colour):
                plain["method"][key] = str(Colour(**value))
        stated = {
            section: {key: value for key, value in values.items() if value is not None}
            for section, values in plain.items()
        }
        return {"schema": SCHEMA, **stated}

    @classmethod
    def from_json(cls, document: object) -> Policy:
        """Read ``to_json``, or a part of it; keys left out keep their defaults.

        Raises:
            RefusedError: it does not follow ``efface.policy/1``.
        """
        try:
            if not isinstance(document, Mapping):
                raise ValueError(
                    f"expected the document to be an object, got {type(document).__name__}"
                )
            return cls.parse(document)
        except ValueError as error:
            raise RefusedError(f"the policy is not valid: {error}.", hint=FORMAT_HINT) from error

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Policy:
        """Build a policy from plain values; keys left out keep their defaults.

        Raises:
            ValueError: unknown keys, wrong types or values out of range.
        """
        given = as_model(dict(document), PolicyDocument, named="section")
        return cls(
            **{
                name: _SECTIONS[name](**_values(getattr(given, name)))
                for name in _SECTIONS
                if getattr(given, name) is not UNSET
            }
        )


_SECTIONS: dict[str, Any] = get_type_hints(Policy)
"""The dataclass of each section."""

_COLOURS = frozenset(key for key, kind in get_type_hints(MethodPolicy).items() if kind is Colour)
_COLOUR_TEXT = Annotated[
    str,
    Meta(pattern="^#?[0-9A-Fa-f]{6}$", max_length=7, extra={WORDS: "a colour as #rrggbb"}),
]

PolicyDocument = msgspec.defstruct(
    "PolicyDocument",
    [
        ("schema", Literal["efface.policy/1"]),
        *(
            (name, section_of(cls, {Colour: _COLOUR_TEXT}) | UnsetType, UNSET)
            for name, cls in _SECTIONS.items()
        ),
    ],
    bases=(Document,),
    frozen=True,
    kw_only=True,
    namespace={"__doc__": "What to do with a file; what is left out keeps its default."},
)


def _values(section: msgspec.Struct) -> dict[str, Any]:
    """What a section says, as its dataclass takes it."""
    values = msgspec.structs.asdict(section)
    for key in _COLOURS.intersection(values):
        values[key] = Colour.parse(values[key])
    return values


def load_policy(path: Path) -> tuple[Policy, dict[str, object]]:
    """Read a policy file; also returns what it states itself, by ``section.key``.

    Raises:
        InputError: the file cannot be read.
        RefusedError: it is not valid TOML or not a valid policy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the policy cannot be read ({error}).", path=path) from error
    try:
        document = tomllib.loads(text)
        policy = Policy.parse(document)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise RefusedError(
            f"the policy is not valid: {error}.", path=path, hint=FORMAT_HINT
        ) from error
    stated = {
        f"{section}.{key}": getattr(getattr(policy, section), key)
        for section, keys in document.items()
        if section != "schema"
        for key in keys
    }
    return policy, stated
