"""What came with an original goes under seal, and out of it one by one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.evidence.signers import NOW, signer
from tests.workflow.evidence.cases import (
    LATER,
    Case,
    failing,
    finding,
    key_pair,
    when,
)
from tests.workflow.redact.asking import picture

from efface.errors import EffaceError, InputError, RefusedError, VerificationError
from efface.evidence.custody.entry import Action
from efface.evidence.keys.interface import Signer
from efface.evidence.pack import layout
from efface.evidence.pack.capture import Companion, Salted, open_capture
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Pack
from efface.evidence.pack.release import Release, read_release
from efface.evidence.pack.statements import write_statement
from efface.evidence.statement import sign_document
from efface.files.paths import sha256
from efface.policy import Limits
from efface.report.evidence.case import ReportedCase
from efface.workflow.evidence import companions as sealing
from efface.workflow.evidence.capture_file import checked, read_capture
from efface.workflow.evidence.keyring import Keyring
from efface.workflow.evidence.opening import open_companions, open_original
from efface.workflow.pack import show_pack
from efface.workflow.release import release
from efface.workflow.seal import Request, seal_original
from efface.workflow.verify import Verification, verify

PLACE = "Tahrir Square, Cairo"
FIELDS = {"place": PLACE, "device": "a telephone", "source": "somebody with a name"}


@dataclass
class Given:
    """A case with all that came with it."""

    case: Case
    files: tuple[Path, ...]
    who: Keyring

    @property
    def pack(self) -> Pack:
        return self.case.pack

    def checked(self, **changes: object) -> Verification:
        return verify(None, self.case.context(**changes), pack=self.pack)

    def release(self, *fields: str) -> None:
        release(self.pack, fields, self.who, "for the hearing", LATER)


def keyring(case: Case, by: Signer) -> Keyring:
    """Whoever has the recipient's key, and signs with another one."""
    place = case.folder / "identity.txt"
    place.write_text(f"{case.identity.native}\n")
    found = Keyring(None, lambda: "", (place,))
    vars(found)["signer"] = by
    return found


def seal(folder: Path, *files: Path, name: str = "a", **fields: str) -> Given:
    by, (recipient, identity) = signer(years=5), key_pair()
    original = picture(folder / f"{name}.png", size=(80, 64), seed=len(name))
    target = folder / f"{name}.pack"
    told = checked(fields or FIELDS)
    request = Request(original, target, (recipient,), by, companions=files, capture=told, now=NOW)
    seal_original(request, Limits())
    case = Case(folder, original, target, folder / "none.png", by, identity)
    return Given(case, files, keyring(case, by))


@pytest.fixture
def given(tmp_path: Path) -> Given:
    original = picture(tmp_path / "a.png", size=(80, 64), seed=1)
    proof = tmp_path / "proof of Ahmed.json"
    proof.write_text(json.dumps({"File Hash SHA256": sha256(original), "Location": PLACE}))
    consent = tmp_path / "consent.pdf"
    consent.write_bytes(b"signed by Ahmed")
    return seal(tmp_path, proof, consent)


def test_it_is_told_that_it_is_there_and_no_more(given: Given) -> None:
    found = given.checked()
    assert failing(found) == {}
    says = finding(found, "pack.capture").says
    assert "2 files" in says
    assert "device, place and source" in says
    assert "File 1 states the SHA-256 of the original" in says
    shown = b"".join(path.read_bytes() for path in given.pack.folder.rglob("*") if path.is_file())
    for secret in (PLACE, "Ahmed", "telephone", *(sha256(path) for path in given.files)):
        assert secret.encode() not in shown


def test_the_files_come_out_as_they_went_in(given: Given) -> None:
    folder = given.case.folder / "out"
    names = open_companions(given.pack, folder, given.who, "for the court", LATER)
    assert names == ("1-proof of Ahmed.json", "2-consent.pdf", "capture.json")
    for name, path in zip(names, given.files, strict=False):
        assert (folder / name).read_bytes() == path.read_bytes()
    assert read_capture(folder / "capture.json") == FIELDS
    entry = given.pack.log().entries[-1]
    assert entry.action == Action.OPENED
    assert entry.details == {"companions": 2, "reason": "for the court"}
    assert failing(given.checked()) == {}
    with pytest.raises(RefusedError, match="of that name already"):
        open_companions(given.pack, folder, given.who)


def test_the_original_comes_out_as_before(given: Given) -> None:
    target = given.case.folder / "opened.png"
    open_original(given.pack, target, given.who, None, LATER)
    assert target.read_bytes() == given.case.original.read_bytes()


def test_one_value_is_released_without_the_others(given: Given) -> None:
    given.release("place", "companion-2")
    found = given.checked()
    assert failing(found) == {}
    says = [one.says for one in found.findings if one.name == "pack.released"]
    assert any(PLACE in one for one in says)
    assert any(sha256(given.files[1]) in one for one in says)
    entry = given.pack.log().entries[-2]
    assert (entry.action, entry.details["field"]) == (Action.RELEASED, "place")
    assert PLACE.encode() not in entry.line
    shown = b"".join(path.read_bytes() for path in (given.pack.folder / "released").iterdir())
    assert b"telephone" not in shown
    with pytest.raises(RefusedError, match="released before"):
        given.release("place")
    with pytest.raises(RefusedError, match="nothing under seal as 'name'"):
        given.release("name")


def test_a_commitment_is_as_the_page_says(given: Given) -> None:
    """``printf 'efface.capture/1\\0CASE\\0NAME\\0SALT\\0VALUE' | sha256sum``."""
    import hashlib  # noqa: PLC0415 - by hand

    given.release("place")
    said = json.loads((given.pack.folder / "released" / "place.json").read_bytes())
    texts = ["efface.capture/1", given.pack.case, "place", said["salt"], said["value"]]
    by_hand = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    intake = json.loads((given.pack.folder / "intake.json").read_bytes())
    assert intake["capture"]["place"] == by_hand
    assert intake["nonce"] != said["salt"]


def test_the_report_has_it(given: Given) -> None:
    given.release("place")
    shown = show_pack(given.pack, given.case.context())
    assert isinstance(shown.case, ReportedCase)
    told = {one.name: one.value for one in shown.case.original.told}
    assert told == {"place": PLACE, "device": "", "source": ""}
    assert [one.states for one in shown.case.original.companions] == ["of the original", "none"]
    page = given.case.folder / "report.html"
    shown.write(html=page, pdf=None, overwrite=False)
    assert PLACE in page.read_text()
    assert "telephone" not in page.read_text()


def _forged(given: Given, by: Signer | None = None, **changes: object) -> None:
    """A release of the place that says something else, and an entry of the log with it."""
    capture = open_capture(given.pack, given.who.identities(given.pack))
    true = Release(
        given.pack.case,
        LATER,
        sha256_of(given.pack.intake_signed),
        "place",
        capture.fields["place"],
        "0",
    )
    statement = replace(true, **changes)  # type: ignore[arg-type]
    _put(given, statement, by or given.case.signer)


def _put(given: Given, statement: Release, by: Signer, told_by: Signer | None = None) -> None:
    signed = sign_document(statement.to_json(), by)
    folder = given.pack.folder / layout.RELEASED
    write_statement(folder, "place", signed, given.pack.certificates)
    details = {"field": "place", "statement": sha256_of(signed)}
    given.pack.log().append(Action.RELEASED, details, told_by or by, LATER)


def _another_value(given: Given) -> None:
    _forged(given, salted=Salted("Alexandria"))


def _another_value_with_its_salt(given: Given) -> None:
    capture = open_capture(given.pack, given.who.identities(given.pack))
    _forged(given, salted=Salted("Alexandria", capture.fields["place"].salt))


def _another_field(given: Given) -> None:
    capture = open_capture(given.pack, given.who.identities(given.pack))
    _forged(given, salted=capture.fields["device"])


def _of_another_case(given: Given) -> None:
    place = given.case.folder / "other"
    place.mkdir()
    other = seal(place, name="bb", place=PLACE)
    other.release("place")
    _put(given, read_release(other.pack, "place")[1], given.case.signer)


def _the_value_of_another_case(given: Given) -> None:
    """With this case's number on it."""
    place = given.case.folder / "other"
    place.mkdir()
    other = seal(place, name="bb", place=PLACE)
    other.release("place")
    _forged(given, salted=read_release(other.pack, "place")[1].salted)


def _by_another_key(given: Given) -> None:
    _forged(given, by=signer("forger"))


def _told_by_another_key(given: Given) -> None:
    given.release("place")
    released = read_release(given.pack, "place")[1]
    later = replace(released, time=LATER + timedelta(seconds=1))
    _put(given, later, given.case.signer, told_by=signer("forger"))


def _of_another_intake(given: Given) -> None:
    _forged(given, intake="0" * 64)


def _under_another_name(given: Given) -> None:
    given.release("place")
    folder = given.pack.folder / layout.RELEASED
    for ending in (".json", ".sig"):
        shutil.copyfile(folder / f"place{ending}", folder / f"source{ending}")


def _never_told(given: Given) -> None:
    given.release("place")
    log = given.pack.folder / layout.LOG
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))


def _taken_out(given: Given) -> None:
    given.release("place")
    shutil.rmtree(given.pack.folder / layout.RELEASED)


def _edited(given: Given) -> None:
    given.release("place")
    path = given.pack.folder / layout.RELEASED / "place.json"
    path.write_bytes(path.read_bytes().replace(b"Cairo", b"Tunis"))


FORGED: tuple[tuple[Callable[[Given], None], str], ...] = (
    (_another_value, "not the value that was sealed"),
    (_another_value_with_its_salt, "not the value that was sealed"),
    (_another_field, "not the value that was sealed"),
    (_the_value_of_another_case, "not the value that was sealed"),
    (_of_another_case, "belongs to another case"),
    (_by_another_key, "not by who sealed the original"),
    (_told_by_another_key, "by another"),
    (_of_another_intake, "of another intake"),
    (_under_another_name, "lies there under another name"),
    (_never_told, "the log does not tell of it"),
    (_taken_out, "it was taken out"),
    (_edited, "signature does not hold"),
)


@pytest.mark.parametrize(
    ("forge", "says"), FORGED, ids=[forge.__name__.strip("_") for forge, _ in FORGED]
)
def test_a_forged_release_is_found(given: Given, forge: Callable[[Given], None], says: str) -> None:
    forge(given)
    found = given.checked()
    assert says in failing(found)["pack.released"]
    assert found.exit_code == 7


def test_somebody_else_whom_one_knows_may_release(given: Given) -> None:
    other = signer("the court", years=5)
    given.who = keyring(given.case, other)
    given.release("place")
    assert "which you do not know" in failing(given.checked())["pack.released"]
    both = given.case.trust.with_key("the court", other.key_id)
    assert "pack.released" not in failing(given.checked(trust=both))


def _exchanged(sealed: Path) -> None:
    shutil.copyfile(sealed / "companion-2.age", sealed / "companion-1.age")


def _dropped(sealed: Path) -> None:
    (sealed / "companion-2.age").unlink()


def _added(sealed: Path) -> None:
    shutil.copyfile(sealed / "companion-2.age", sealed / "companion-3.age")


def _capture_exchanged(sealed: Path) -> None:
    shutil.copyfile(sealed / "companion-2.age", sealed / "capture.age")


@pytest.mark.parametrize(
    ("forge", "name", "says"),
    [
        (_exchanged, "pack.sealed", "companion-1.age was changed, cut short or exchanged"),
        (_dropped, "pack.sealed", "companion-2.age is missing"),
        (_added, "pack.files", "companion-3.age belongs to no pack"),
        (_capture_exchanged, "pack.sealed", "capture.age was changed"),
    ],
)
def test_sealed_files_are_those_of_the_intake(
    given: Given, forge: Callable[[Path], None], name: str, says: str
) -> None:
    forge(given.pack.sealed)
    assert says in failing(given.checked())[name]
    assert given.checked().exit_code == 7


def test_what_was_exchanged_is_not_taken_out(given: Given) -> None:
    _exchanged(given.pack.sealed)
    entries = len(given.pack.log().entries)
    with pytest.raises(VerificationError, match="exchanged"):
        open_companions(given.pack, given.case.folder / "out", given.who)
    assert not (given.case.folder / "out").exists()
    assert len(given.pack.log().entries) == entries
    _capture_exchanged(given.pack.sealed)
    with pytest.raises(VerificationError):
        given.release("place")


def test_an_original_alone_has_neither(tmp_path: Path) -> None:
    by, (recipient, identity) = signer(years=5), key_pair()
    original = picture(tmp_path / "a.png", size=(80, 64))
    request = Request(original, tmp_path / "a.pack", (recipient,), by, now=NOW)
    pack = seal_original(request, Limits())
    assert {"companions", "capture"}.isdisjoint(pack.intake.to_json())
    case = Case(tmp_path, original, pack.folder, original, by, identity)
    with pytest.raises(RefusedError, match="nothing came with"):
        open_companions(pack, tmp_path / "out", keyring(case, by))
    found = verify(None, case.context(), pack=pack)
    assert not any(one.name == "pack.capture" for one in found.findings)


def _twice(folder: Path) -> tuple[Path, ...]:
    one = folder / "one.txt"
    one.write_text("same")
    (folder / "link.txt").symlink_to(one)
    return one, folder / "link.txt"


def _copies(folder: Path) -> tuple[Path, ...]:
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text("same")
    return folder / "one.txt", folder / "two.txt"


def _the_original(folder: Path) -> tuple[Path, ...]:
    return (folder / "a.png",)


def _a_copy_of_it(folder: Path) -> tuple[Path, ...]:
    shutil.copyfile(folder / "a.png", folder / "copy.png")
    return (folder / "copy.png",)


def _a_folder(folder: Path) -> tuple[Path, ...]:
    return (folder,)


def _a_pipe(folder: Path) -> tuple[Path, ...]:
    os.mkfifo(folder / "pipe")
    return (folder / "pipe",)


def _missing(folder: Path) -> tuple[Path, ...]:
    return (folder / "nowhere",)


def _dangling(folder: Path) -> tuple[Path, ...]:
    (folder / "link").symlink_to(folder / "nowhere")
    return (folder / "link",)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (_twice, RefusedError, "named twice"),
        (_copies, RefusedError, "copy of another file"),
        (_the_original, RefusedError, "the original itself"),
        (_a_copy_of_it, RefusedError, "copy of the original"),
        (_a_folder, InputError, "a folder"),
        (_a_pipe, InputError, "a pipe"),
        (_missing, InputError, "cannot be read"),
        (_dangling, InputError, "cannot be read"),
    ],
)
def test_what_is_no_companion_leaves_no_pack(
    make: Callable[[Path], tuple[Path, ...]], error: type[EffaceError], says: str, tmp_path: Path
) -> None:
    picture(tmp_path / "a.png", size=(80, 64), seed=1)
    files = make(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(error, match=says):
        seal(tmp_path, *files)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_there_are_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = tmp_path / "one.txt"
    one.write_text("some bytes")
    with pytest.raises(RefusedError, match="64 is the most"):
        seal(tmp_path, *[one] * 65)
    monkeypatch.setattr(sealing, "MAX_COMPANION_BYTES", 5)
    with pytest.raises(RefusedError, match="5 is the most"):
        seal(tmp_path, one)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "..", ".", "", "a\nb", "\x1b[31mred", "a\0b", "CON",
        "...", "C:\\windows\\x", "\u202egpj.exe", "é" * 300 + ".json", "." * 300, "\udc80",
    ],
)  # fmt: skip
def test_names_of_others_lead_nowhere(name: str, given: Given) -> None:
    capture = open_capture(given.pack, given.who.identities(given.pack))
    hostile = replace(capture, companions=(Companion(name, 1, Salted("0" * 64)),))
    out = sealing.taken_out_as(hostile, 1)
    assert out.startswith("1-") or out == "1-"
    assert Path(out).name == out
    assert out.isprintable()
    assert len(out.encode()) <= 120
    (given.case.folder / out).write_bytes(b"")


def test_files_of_one_name_come_out_apart(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for place in (tmp_path, tmp_path / "b"):
        (place / "same.txt").write_text(str(place))
    given = seal(tmp_path, tmp_path / "same.txt", tmp_path / "b" / "same.txt")
    names = open_companions(given.pack, tmp_path / "out", given.who, None, when(1))
    assert names[:2] == ("1-same.txt", "2-same.txt")


def test_fields_come_from_toml_and_json(tmp_path: Path) -> None:
    path = tmp_path / "told"
    path.write_text('schema = "efface.capture/1"\nplace = " Cairo "\ntime = 2026-03-04T15:30:00Z\n')
    assert read_capture(path) == {"place": "Cairo", "time": "2026-03-04T15:30:00+00:00"}
    path.write_text('{"schema": "efface.capture/1", "device": "x", "source": ""}')
    with pytest.raises(RefusedError, match="source"):
        read_capture(path)


@pytest.mark.parametrize(
    "text",
    [
        'place = "Cairo"',
        'schema = "efface.capture/1"\nplaces = "Cairo"',
        'schema = "efface.capture/1"\nplace = 7',
        'schema = "efface.capture/1"\nplace = "a\\nb"',
        '{"schema": "efface.capture/1", "place": "Cairo", "place": "Tunis"}',
        "no document",
        '{"schema": "efface.capture/1", "place": "' + "x" * 1001 + '"}',
    ],
)
def test_what_is_no_such_file_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    path = tmp_path / "told"
    path.write_text(text)
    with pytest.raises(RefusedError) as found:
        read_capture(path)
    assert "Cairo" not in str(found.value.message)
    assert found.value.path == path
