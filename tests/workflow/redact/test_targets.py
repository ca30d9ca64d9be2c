"""Where a photo of any family may be written, and where not: nothing of the user's is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.media.contract.described import Described
from tests.media.contract.families import DESCRIBED
from tests.workflow.redact.asking import ask, digest_of, faces

from efface.errors import RefusedError
from efface.workflow.redact.file import redact_file

FAMILIES = pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.family.name)


def photo_of(family: Described, folder: Path) -> Path:
    """A file of the family's first kind."""
    kind = family.kinds[0]
    path = folder / f"a{family.suffix}"
    path.write_bytes(kind.make(kind.draw(1)))
    return path


@FAMILIES
def test_a_target_is_written_whole_and_the_input_is_as_it_was(
    family: Described, tmp_path: Path
) -> None:
    source = photo_of(family, tmp_path)
    before = digest_of(source)
    source.chmod(0o444)
    report = redact_file(ask(source, tmp_path / "deep" / "er" / f"b{family.suffix}"))
    assert report.exit_code == 0, report.message
    assert report.target == tmp_path / "deep" / "er" / f"b{family.suffix}"
    assert {path.name for path in report.target.parent.iterdir()} == {f"b{family.suffix}"}
    assert report.target_sha256 == digest_of(report.target) != before
    assert digest_of(source) == before


@FAMILIES
def test_a_target_that_would_cost_a_file_is_refused(family: Described, tmp_path: Path) -> None:
    source = photo_of(family, tmp_path)
    regions = faces(source)
    other = tmp_path / f"other{family.suffix}"
    other.write_bytes(b"somebody's work")
    link = tmp_path / f"link{family.suffix}"
    link.symlink_to(source)
    wrong = ".jpg" if family.suffix != ".jpg" else ".png"
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for target, words in (
        (source, "overwrite the input"),
        (link, "overwrite the input"),
        (other, "exists already"),
        (tmp_path, "is a folder"),
        (tmp_path / f"b{wrong}", f"stays {family.family.name}"),
    ):
        report = redact_file(ask(source, target, regions=regions))
        assert isinstance(report.error, RefusedError), target
        assert words in (report.message or "")
        assert report.hint
    overwriting = ask(source, source, regions=regions, overwrite=True)
    assert isinstance(redact_file(overwriting).error, RefusedError)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@FAMILIES
def test_a_target_may_be_replaced_when_that_is_said(family: Described, tmp_path: Path) -> None:
    source = photo_of(family, tmp_path)
    target = tmp_path / f"b{family.suffix}"
    target.write_bytes(b"of an earlier run")
    report = redact_file(ask(source, target, overwrite=True))
    assert report.exit_code == 0, report.message
    assert digest_of(target) == report.target_sha256
