"""Policy: what to do with a file. A TOML file (``efface.policy/1``) overrides the defaults here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from efface.colour import BLACK, Colour
from efface.errors import InputError, RefusedError
from efface.policy_values import one_of, override
from efface.words import Audio, Codec, Method, Recall, Shape, Subtitles

__all__ = [
    "SCHEMA", "AllowPolicy", "AttackPolicy", "Audio", "Codec", "Colour", "DetectPolicy",
    "EncodePolicy", "Limits", "Method", "MethodPolicy", "Policy", "Recall", "RescanPolicy",
    "VideoPolicy", "ZonePolicy", "load_policy",
]  # fmt: skip

SCHEMA = "efface.policy/1"

FORMAT_HINT = "docs/policy.md lists every key."


@dataclass(frozen=True, slots=True)
class ZonePolicy:
    """How a face box grows into the zone that is filled."""

    width: float = 1.8
    """Zone width in face-box widths."""
    height: float = 2.0
    """Zone height in face-box heights."""
    min_margin_px: int = 4
    """At least this many pixels are added on every side."""
    shape: Shape = "box"

    def __post_init__(self) -> None:
        one_of("zones.shape", self.shape, get_args(Shape))
        if not (1.0 <= self.width <= 10.0 and 1.0 <= self.height <= 10.0):
            raise ValueError("expected zones.width and zones.height from 1.0 to 10.0")
        if not 0 <= self.min_margin_px <= 10_000:
            raise ValueError("expected zones.min_margin_px from 0 to 10000")


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """How a zone is filled."""

    name: Method = "solid"
    colour: Colour = BLACK

    def __post_init__(self) -> None:
        one_of("method.name", self.name, get_args(Method))


@dataclass(frozen=True, slots=True)
class DetectPolicy:
    """How hard faces are looked for."""

    recall: Recall = "default"

    def __post_init__(self) -> None:
        one_of("detect.recall", self.recall, get_args(Recall))


@dataclass(frozen=True, slots=True)
class RescanPolicy:
    """The gate that looks at the written file with the second detector."""

    enabled: bool = True
    threshold: float | None = None
    """Score from which a face counts, 0 to 1; ``None`` takes the measured default."""

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0.0 < self.threshold < 1.0:
            raise ValueError("expected rescan.threshold between 0 and 1")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hostile file may ask for."""

    max_megapixels: float = 250.0
    """Per frame or page."""
    max_total_megapixels: float = 4000.0
    """Over all frames and pages."""
    max_frames: int = 2000
    max_file_mb: float = 2000.0

    def __post_init__(self) -> None:
        for item in fields(self):
            if not getattr(self, item.name) > 0:
                raise ValueError(f"expected limits.{item.name} > 0")


@dataclass(frozen=True, slots=True)
class EncodePolicy:
    """Quality of the formats that have to be encoded again (1 to 100, the encoder's own scale);
    ``None``: chosen by how finely the input is quantised."""

    webp_quality: float | None = None
    avif_quality: float | None = None
    heic_quality: float | None = None
    min_ssim: float = 0.98
    """Outside the zones, against the input, per frame; a write below it is refused."""
    max_shift: float = 3.0
    """How far colours may move as a whole, in steps of 255; a write above it is refused."""

    def __post_init__(self) -> None:
        for name in ("webp_quality", "avif_quality", "heic_quality"):
            value = getattr(self, name)
            if value is not None and not 1 <= value <= 100:
                raise ValueError(f"expected encode.{name} from 1 to 100")
        if not self.max_shift > 0:
            raise ValueError("expected encode.max_shift above 0")
        if not 0.0 < self.min_ssim <= 1.0:
            raise ValueError("expected encode.min_ssim above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class VideoPolicy:
    """How a video is written again."""

    codec: Codec = "same"
    """``same`` keeps the input's codec family."""
    quality: float | None = None
    """The encoder's own scale (CRF where it has one); ``None`` takes the visually lossless
    default."""
    preset: str = "default"
    """The encoder's own name of a speed setting; ``default`` takes its medium one."""
    audio: Audio = "copy"
    """``aac``: sound in another codec is encoded anew."""
    subtitles: Subtitles = "copy"
    track: int = 0
    """Which of several video tracks is redacted, from 1; 0: the main one."""
    reproducible: bool = False
    """One encoder thread, so that the same input always gives the same bytes."""
    min_ssim: float = 0.95
    """Mean over samples outside the zones, against the input; a write below it is refused."""

    def __post_init__(self) -> None:
        one_of("video.codec", self.codec, get_args(Codec))
        one_of("video.audio", self.audio, get_args(Audio))
        one_of("video.subtitles", self.subtitles, get_args(Subtitles))
        if not 0 <= self.track <= 1000:
            raise ValueError("expected video.track from 0 to 1000")
        if self.quality is not None and not 0 <= self.quality <= 100:
            raise ValueError("expected video.quality from 0 to 100")
        if not 0.0 < self.min_ssim <= 1.0:
            raise ValueError("expected video.min_ssim above 0 and at most 1")

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
    alpha: float = 0.01
    """Chance of failing a face of which nothing is left; each attack gets its part of it."""
    gallery: str = ""
    """Folder of pictures of at least 2,000 people among whom the person is hidden; none: the
    AI-generated portraits that efface carries."""
    accept_not_found: bool = False
    """Release a file also when it is only that these attacks did not find somebody: when what
    covers a face is no plain fill, so that its removal is not proven."""

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha < 1.0:
            raise ValueError("expected attack.alpha between 0 and 1")


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


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides what is done with a file."""

    zones: ZonePolicy = field(default_factory=ZonePolicy)
    method: MethodPolicy = field(default_factory=MethodPolicy)
    detect: DetectPolicy = field(default_factory=DetectPolicy)
    rescan: RescanPolicy = field(default_factory=RescanPolicy)
    limits: Limits = field(default_factory=Limits)
    encode: EncodePolicy = field(default_factory=EncodePolicy)
    video: VideoPolicy = field(default_factory=VideoPolicy)
    attack: AttackPolicy = field(default_factory=AttackPolicy)
    allow: AllowPolicy = field(default_factory=AllowPolicy)

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

        ``from_json`` gives the same policy back; ``attack.gallery`` is a folder of the user's.
        """
        plain = asdict(self)
        plain["method"]["colour"] = str(self.method.colour)
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
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected schema = {SCHEMA!r}, got {document.get('schema')!r}")
        policy = cls()
        rooms = {item.name for item in fields(cls)}
        for key, value in document.items():
            if key == "schema":
                continue
            if key not in rooms:
                raise ValueError(f"unknown section [{key}]; known: {', '.join(sorted(rooms))}")
            section = getattr(policy, key)
            policy = replace(policy, **{key: override(section, value, key)})
        return policy


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
