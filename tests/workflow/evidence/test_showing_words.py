"""What the report of a pack says in words: log, access, settings, checks, attack."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.attack.red_team.fakes import Shown as ShownAsItIs
from tests.attack.red_team.fakes import person, solid, team
from tests.attack.red_team.test_outcome import outcome
from tests.evidence.signers import NOW, signer
from tests.walks import FACE, FRAMES, place
from tests.workflow.evidence.cases import LATER, Case, key_pair
from tests.workflow.evidence.restating import details_in, restate

from efface.attack.red_team.distractors import BUILT_IN
from efface.attack.red_team.team import attack_person
from efface.attack.red_team.verdict import verdict_on
from efface.evidence.custody.entry import NOTHING_BEFORE, Action, LogEntry, read_entry, write_entry
from efface.evidence.keys.trust import NOBODY
from efface.evidence.statement import encode
from efface.files.paths import sha256
from efface.policy import Colour, Limits, Policy, RescanPolicy
from efface.regions import Box, Kind, Media, Regions, Track
from efface.report.evidence import of_case
from efface.report.evidence.case import ReportedCase as Told
from efface.report.evidence.from_pack.attack import attack
from efface.report.evidence.from_pack.case import case_of
from efface.report.evidence.from_pack.log import access, logged
from efface.report.evidence.from_pack.readable_pack import Fields, ReadablePack
from efface.report.evidence.from_pack.settings import method_in_words, settings_in_words
from efface.report.evidence.page import html
from efface.workflow.pack import show_pack
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.records import details_of, settings_of
from efface.workflow.redact.report import FileReport
from efface.workflow.seal import Request, seal_original

BY = signer()
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["sha256", "size", "format", "note", "recipients", "passphrase", "files", "reason", "text"]
NAMES += ["with", "redaction", "statement", "output", "attack", "passed", "of", "authority"]


def entry(case: Case, action: Action, details: dict[str, Any], number: int = 1) -> LogEntry:
    return write_entry(
        BY,
        case=case.pack.case,
        number=number,
        previous=NOTHING_BEFORE,
        time=NOW,
        actor="desk 4",
        action=action,
        details=details,
    )


def holding(case: Case, *entries: LogEntry) -> ReadablePack:
    """A pack with this log."""
    held = ReadablePack(case.pack)
    held.__dict__["entries"] = entries
    return held


def told(case: Case) -> Told:
    """What the report of a pack tells, whether it holds or not."""
    found = case_of(ReadablePack(case.pack), (), case.context())
    assert found is not None
    return found


def said(case: Case, action: Action, **details: Any) -> tuple[str, str]:
    """What is said of an entry, and in the user's words."""
    (one,) = logged(holding(case, entry(case, action, details)), NOBODY)
    return one.says, one.note


@pytest.mark.parametrize("action", Action)
def test_every_action_has_words(png: Case, action: Action) -> None:
    says, note = said(png, action, text="in my words", more=[1, "two"])
    assert says
    assert "does not know" not in says
    assert note == 'in my words more: [1, "two"]'


def test_entries_in_words(png: Case) -> None:
    digest = png.pack.intake.sha256
    assert said(png, Action.RECEIVED, sha256="a" * 64, size=1200, format="JPEG", note="a card") == (
        "Received the original: JPEG, 1,200 bytes (1.2 kB)",
        "a card",
    )
    assert said(png, Action.SEALED, recipients=["age1a", "age1b"], passphrase=True, files={}) == (
        "Sealed the original to 2 recipients and a passphrase",
        "",
    )
    assert said(png, Action.OPENED, reason="for the hearing") == (
        "Took the original out of the seal",
        "for the hearing",
    )
    assert said(png, Action.REDACTED, redaction=2, statement="b" * 64, output="c" * 64) == (
        f"Made redacted file 2, SHA-256 {'c' * 64}",
        "",
    )
    says, _ = said(png, Action.REDACTED, redaction=2, attack="passed")
    assert says == "Made redacted file 2; the red team found nobody in it"
    says, _ = said(png, Action.ATTACKED, redaction=1, passed=False)
    assert says == "Had the red team attack redacted file 1: it found somebody"
    assert said(png, Action.TRANSFERRED, text="on a card", **{"with": "registry"}) == (
        "Entered a handover",
        "[to or by: registry] on a card",
    )
    says, _ = said(png, Action.COPIED, sha256=digest)
    assert says == "Entered a copy; it is about the original"
    says, _ = said(png, Action.CONSENT, sha256="d" * 64)
    assert says == f"Entered a consent; it is about the file whose SHA-256 is {'d' * 64}"
    says, _ = said(png, Action.STAMPED, of="e" * 64, authority="CN=\x1b[31m")
    assert says == "Had something that is not in the pack timestamped by CN=\\x1b[31m"
    made = entry(png, Action.REDACTED, {"redaction": 1, "output": "f" * 64})
    out = entry(png, Action.PUBLISHED, {"sha256": "f" * 64}, 2)
    assert logged(holding(png, made, out), NOBODY)[1].says == (
        "Entered a publication; it is about redacted file 1"
    )


def test_a_passphrase_that_opens_the_seal(png: Case) -> None:
    intake = png.pack.intake
    held = ReadablePack(png.pack)
    held.__dict__["intake"] = replace(intake, sealed={**intake.sealed, "passphrase.age": "a" * 64})
    found = case_of(held, (), png.context())
    assert found is not None
    assert found.original.passphrase
    assert "A passphrase opens the seal, too" in html(of_case(found))


def test_an_action_of_a_later_version(png: Case) -> None:
    line = entry(png, Action.NOTE, {"text": "x"}).line.replace(b'"note"', b'"beamed\\u0007"')
    (one,) = logged(holding(png, read_entry(line)), NOBODY)
    assert one.says == "Something that this version does not know: beamed\\x07"
    assert one.signature == "unchecked"


def test_who_had_access(png: Case) -> None:
    held = holding(
        png,
        entry(png, Action.SEALED, {"recipients": ["age1court", 5], "passphrase": True}),
        entry(png, Action.OPENED, {}, 2),
        entry(png, Action.VIEWED, {"with": "the expert"}, 3),
        entry(png, Action.PUBLISHED, {"with": "everybody"}, 4),
        entry(png, Action.NOTE, {"with": "nobody"}, 5),
    )
    assert all("not seen to hold" in one.what for one in access(held))  # no certificate is there
    assert [(one.who, one.entry) for one in access(held)] == [
        ("age1court", 1),
        ("desk 4", 2),
        ("desk 4", 3),
        ("the expert", 3),
    ]


@given(
    action=st.sampled_from(list(Action)),
    details=st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON, max_size=5),
)
@settings(max_examples=60)
def test_whatever_stands_in_an_entry(
    cases: dict[str, Case], action: Action, details: dict[str, Any]
) -> None:
    case = cases["png"]
    held = holding(case, entry(case, action, details))
    (told,) = logged(held, NOBODY)
    assert told.says.isprintable()
    assert all(isinstance(found.who, str) for found in access(held))


def changed(policy: Policy, section: str, name: str) -> Policy:
    """With another value for one setting."""
    values = getattr(policy, section)
    others: dict[type, Callable[[Any], Any]] = {
        bool: lambda value: not value,
        int: lambda value: value + 1,
        float: lambda value: value * 1.05 if value * 1.05 < 1 or value > 1 else value * 0.9,
        Colour: lambda _: Colour(1, 2, 3),
        type(None): lambda _: 50.0 if name.endswith("quality") else 0.5,
    }
    words = {"shape": "rounded", "recall": "high", "codec": "av1"} | dict.fromkeys(
        ("audio", "subtitles"), "drop"
    )
    value = getattr(values, name)
    other = words.get(name, "slow") if isinstance(value, str) else others[type(value)](value)
    return replace(policy, **{section: replace(values, **{name: other})})


IMAGE = [
    *(("zones", name) for name in ("width", "height", "min_margin_px", "shape", "one_ratio")),
    ("method", "colour"),
    ("detect", "recall"),
    *(("rescan", name) for name in ("enabled", "threshold")),
    *(("attack", name) for name in ("enabled",)),
    *(("encode", name) for name in ("webp_quality", "min_ssim", "max_shift")),
]
VIDEO = [
    ("video", name)
    for name in (
        "codec", "quality", "preset", "audio", "subtitles", "track", "reproducible", "min_ssim"
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "name", "kind"),
    [*((s, n, "image") for s, n in IMAGE), *((s, n, "video") for s, n in VIDEO)],
)
def test_every_setting_is_told(section: str, name: str, kind: Kind) -> None:
    policy = Policy()
    usual = settings_in_words(settings_of(policy), kind, "WebP")
    other = settings_in_words(settings_of(changed(policy, section, name)), kind, "WebP")
    assert len(set(usual) ^ set(other)) == 2


def test_settings_of_another_version_are_told_as_they_stand() -> None:
    later = {"schema": "efface.policy/9", "method": {"name": "mirage", "strength": 3}}
    assert settings_in_words(later, "image", "JPEG") == (
        ("schema", "efface.policy/9"),
        ("method.name", "mirage"),
        ("method.strength", "3"),
    )
    assert "one colour" not in method_in_words(later)


def test_details_tell_the_file_and_no_folder(portrait: NDArray[np.uint8]) -> None:
    report = FileReport(Path("name.png"), format="PNG", width=256, height=200, frames=1, faces=1)
    found = outcome(attack_person(person(portrait, solid(portrait)), team(ShownAsItIs())))
    found.gallery = "2,345 faces in /home/me/pictures of people"
    report = replace(report, attack=found)
    details = details_of(report)
    kept = {name: details[name] for name in ("format", "width", "height", "frames")}
    assert kept == {"format": "PNG", "width": 256, "height": 200, "frames": 1}
    assert details["attack"]["gallery"] == "2,345 faces of the user's own collection"
    assert "/home" not in str(details)
    assert "name.png" not in str(details)
    found.gallery = f"2,075 {BUILT_IN}"
    assert details_of(report)["attack"]["gallery"] == found.gallery


def test_the_red_teams_verdict(png: Case, portrait: NDArray[np.uint8]) -> None:
    result = attack_person(person(portrait, solid(portrait)), team(ShownAsItIs()))
    report = FileReport(Path("name.png"), format="PNG", width=256, height=256, frames=1, faces=1)
    report = replace(report, attack=outcome(result))
    restate(png, details_of(report))
    case = told(png)
    found = case.redactions[0].attack
    assert found is not None
    assert (found.passed, found.recognisers) == (True, ("coarse",))
    (one,) = found.people
    assert (one.id, one.verdict) == (result.person.id, verdict_on(result))
    assert (one.strongest, one.candidates) == ("shown", result.candidates)
    assert case.measured[-1].title == "The red team: how often its verdict is wrong"
    assert any("attacks are a floor" in limit for limit in case.limits)


def test_what_the_second_detector_saw(png: Case) -> None:
    def rescan(outcome: str, found: dict[str, Any] | None) -> str:
        restate(png, {**details_in(png), "rescan": found}, checks={"rescan": outcome})
        return told(png).redactions[0].rescan

    saw: dict[str, Any] = {"detector": "YuNet", "threshold": 0.75, "frames": 4, "uncovered": []}
    assert "switched off" in rescan("off", None)
    assert rescan("passed", saw) == (
        "A second detector, YuNet, saw in the 4 frames that it looked at no face that is neither "
        "covered nor kept (from a score of 0.75)"
    )
    accepted = rescan("passed", {**saw, "uncovered": [{"frame": 0}]})
    assert "1 place that may be a face" in accepted
    assert "released the file all the same" in accepted


@given(
    name=st.sampled_from(
        ["format", "width", "frames", "faces", "kept", "rescan", "outside_zones", "video", "notes"]
    ),
    inner=st.sampled_from(["uncovered", "threshold", "exact", "ssim", "people", "recognisers", ""]),
    value=JSON,
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_signed_details(png: Case, name: str, inner: str, value: object) -> None:
    whole = {"passed": True, "alpha": 0.01, "people": [{"id": "t1"}], "recognisers": ["one"]}
    other = {name: {inner: value} if inner else value, "attack": {**whole, inner: value}}
    restate(png, {**details_in(png), **other})
    assert "</html>" in html(of_case(told(png)))


def test_half_a_character_is_no_text(png: Case, tmp_path: Path) -> None:
    """JSON can hold what UTF-8 cannot."""
    half = encode({**details_in(png), "notes": ["half: HERE"]}).replace(b"HERE", b"\\ud800")
    restate(png, half)
    found = show_pack(png.pack, png.context())
    page, paper = tmp_path / "r.html", tmp_path / "r.pdf"
    found.write(html=page, pdf=paper, overwrite=False)
    assert "Half: \\ud800." in page.read_text(encoding="utf-8")
    json.dumps(found.to_json()).encode()


def test_an_attack_that_the_statement_tells_of_is_not_denied(png: Case) -> None:
    """Where what it found is lost, the report does not say that nobody attacked."""
    assert attack(Fields(None), "off", 0.01) is None
    restate(png, {}, checks={"attack": "passed"})
    found = told(png).redactions[0].attack
    assert found is not None
    assert (found.passed, found.people, found.alpha) == (True, (), 0.01)
    assert found.says.startswith("The signed statement says")
    assert "The red team was not asked" not in html(of_case(told(png)))
    odd = attack(Fields({"passed": False, "alpha": 10**400}), "passed", 0.02)
    assert odd is not None
    assert (odd.passed, odd.alpha) == (False, 0.02)


def test_a_video(clip: Path, tmp_path: Path) -> None:
    recipient, identity = key_pair()
    pack = seal_original(Request(clip, tmp_path / "case.pack", (recipient,), BY, now=NOW), Limits())
    x, y, width, height = FACE
    corners = enumerate(map(place, range(FRAMES)))
    boxes = tuple(Box(f, left + x, top + y, width, height) for f, (left, top) in corners)
    media = Media(clip.name, sha256(clip), "video", 240, 160, FRAMES)
    ports = Ports(notary=PackNotary(pack, pack.secret([identity]), BY, LATER))
    order = Order(Policy(rescan=RescanPolicy(enabled=False)))
    regions = Regions(media, (Track("t1", boxes),))
    target = tmp_path / "published.mp4"
    redact_file(FileOrder(clip, target, order, ports, regions)).or_raise()
    case = told(Case(tmp_path, clip, pack.folder, target, BY, identity))
    (redaction,) = case.redactions
    assert (redaction.format, redaction.width, redaction.height) == ("MP4 video", 240, 160)
    ranges = [zone.frames for zone in redaction.zones]
    assert len(ranges) < 5
    assert (ranges[0][0], ranges[-1][1]) == (0, FRAMES - 1)  # type: ignore[index]
    assert redaction.covered is not None
    assert 0 < redaction.covered < 0.6
    assert any("30 frames, of which 30 have a zone" in note for note in redaction.notes)
    assert any("The picture was encoded again" in note for note in redaction.notes)
    assert "Faces covered in video" in {table.title for table in case.measured}
