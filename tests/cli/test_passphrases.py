"""Passphrases from files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from efface.cli.passphrases import first_line


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_file_that_others_can_read_is_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "words"
    path.write_text("four unrelated words\n")
    path.chmod(0o600)
    assert first_line(path) == "four unrelated words"
    assert capsys.readouterr().err == ""
    path.chmod(0o640)
    assert first_line(path) == "four unrelated words"
    err = capsys.readouterr().err
    assert "others on this computer can read" in err
    assert "four" not in err
