from pathlib import Path

import pytest

from efface.errors import OutputError, RefusedError
from efface.files.appearing import appearing, check_target, scratch_folder


def test_output_appears_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.png"
    with appearing(target, overwrite=False) as temporary:
        temporary.write_bytes(b"whole")
        assert not target.exists()
        assert temporary.suffix == ".png"
        assert temporary.parent == target.parent
    assert target.read_bytes() == b"whole"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, MemoryError])
def test_nothing_is_left_when_the_work_ends_badly(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "a.png"
    target.write_bytes(b"old")
    with pytest.raises(error), appearing(target, overwrite=True) as temporary:
        temporary.write_bytes(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError), appearing(tmp_path / "file" / "a.png", overwrite=False):
        raise AssertionError("never reached")


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(b"")
    link = tmp_path / "link.jpg"
    link.symlink_to(source)
    hard = tmp_path / "hard.jpg"
    hard.hardlink_to(source)
    for target in (source, link, hard, tmp_path / "x" / ".." / "a.jpg"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(RefusedError, match="overwrite the input"):
            check_target(source, target, overwrite=True)


def test_an_existing_output_stays_unless_the_user_says_so(tmp_path: Path) -> None:
    source, target = tmp_path / "a.jpg", tmp_path / "b.jpg"
    source.write_bytes(b"")
    target.write_bytes(b"")
    with pytest.raises(RefusedError, match="exists"):
        check_target(source, target, overwrite=False)
    check_target(source, target, overwrite=True)
    with pytest.raises(RefusedError, match="folder"):
        check_target(source, tmp_path, overwrite=True)


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    """Two runs with one output: the second to finish must not take the first one's place."""
    target = tmp_path / "a.png"
    with (
        pytest.raises(RefusedError, match="exists"),
        appearing(target, overwrite=False) as temporary,
    ):
        temporary.write_bytes(b"second")
        target.write_bytes(b"first")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_a_disk_without_links_works_and_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    target = tmp_path / "a.png"
    with appearing(target, overwrite=False) as temporary:
        temporary.write_bytes(b"first")
    with pytest.raises(RefusedError), appearing(target, overwrite=False) as temporary:
        temporary.write_bytes(b"second")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_input_is_not_the_outputs_fault(tmp_path: Path) -> None:
    target = tmp_path / "b.jpg"
    target.write_bytes(b"")
    with pytest.raises(RefusedError, match="exists"):
        check_target(tmp_path / "missing.jpg", target, overwrite=False)
    check_target(tmp_path / "missing.jpg", target, overwrite=True)


def test_a_place_that_takes_no_file_is_found_out_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(b"")
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    with pytest.raises(OutputError, match="read-only") as caught:
        check_target(source, tmp_path / "new" / "deep" / "a.jpg", overwrite=False)
    assert (caught.value.exit_code, caught.value.path) == (8, tmp_path)


def test_a_scratch_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    with pytest.raises(KeyError), scratch_folder(tmp_path) as scratch:
        (scratch / "a").mkdir()
        (scratch / "a" / "b").write_bytes(b"half")
        assert scratch.stat().st_mode & 0o077 == 0
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError), scratch_folder(tmp_path / "missing"):
        pass
