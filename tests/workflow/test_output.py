from pathlib import Path

import pytest

from efface.errors import OutputError, RefusedError
from efface.workflow.output import appearing, check_target


def test_output_appears_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.png"
    with appearing(target) as temporary:
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
    with pytest.raises(error), appearing(target) as temporary:
        temporary.write_bytes(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError), appearing(tmp_path / "file" / "a.png"):
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
