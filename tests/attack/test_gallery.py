"""Distractors that efface carries, and galleries of the user's own: what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from efface.attack import gallery
from efface.attack.alignment import CHIP_PX
from efface.attack.gallery import default_distractors, gallery_from, largest_face
from efface.attack.recognisers import carried
from efface.attack.recognisers.dlib_resnet import DlibResnet
from efface.attack.recognisers.interface import Recogniser
from efface.errors import EffaceError, InputError, RefusedError
from efface.policy import Limits

LEAST = 2000
"""Distractors that a gate needs."""


class Marked(Recogniser):
    """Tells chips apart by how bright they are: two people, bright and dark."""

    name = "marked"
    title = "by brightness"
    dimensions = 2
    same: float | None = 0.5

    def embed(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        bright = chips.mean(axis=(1, 2, 3)) > 90
        return np.where(bright[:, None], [[1, 0]], [[0, 1]]).astype(np.float32)


def save(picture: NDArray[np.uint8], path: Path) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    Image.fromarray(picture).save(path)


@pytest.fixture
def folder(tmp_path: Path, portrait: NDArray[np.uint8]) -> Path:
    """Two pictures of a bright person, one in a folder, and one of a dark person."""
    save(portrait, tmp_path / "a.png")
    save(portrait[:, ::-1], tmp_path / "more" / "b.jpg")
    save(portrait // 2, tmp_path / "c.webp")
    return tmp_path


def test_the_carried_distractors_are_enough_for_every_recogniser() -> None:
    templates = default_distractors().templates
    assert templates.keys() == {one.name for one in carried()}
    sizes = {len(rows) for rows in templates.values()}
    assert len(sizes) == 1
    assert min(sizes) >= LEAST
    for one in carried():
        rows = templates[one.name]
        assert rows.shape[1] == one.dimensions
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        # different faces, none twice: half floats keep three digits
        assert (np.triu(rows @ rows.T, 1) < 0.9999).all()


def test_no_distractor_is_the_portrait(portrait: NDArray[np.uint8]) -> None:
    """A clear face is closer to itself, darker and mirrored, than any distractor is to it."""
    face = largest_face(portrait)
    again = largest_face((portrait[:, ::-1] * 0.7).astype(np.uint8))
    assert face is not None
    assert again is not None
    for one in carried():
        known, probe = one.embed(np.stack([face, again]))
        assert known @ probe > (default_distractors().templates[one.name] @ known).max()


def test_every_picture_is_a_candidate(folder: Path) -> None:
    found = gallery_from(folder, [Marked()])
    assert found.chips is not None
    assert found.chips.shape == (3, CHIP_PX, CHIP_PX, 3)
    # in the order of their names, the inner folder last
    assert found.templates["marked"][:, 0].tolist() == [1, 0, 1]


def test_files_that_are_no_pictures_are_no_part_of_it(folder: Path) -> None:
    (folder / "identities.csv").write_text("id,file\n", encoding="utf-8")
    (folder / "empty").touch()
    assert len(gallery_from(folder, [Marked()]).templates["marked"]) == 3


def test_a_picture_without_an_ending_is_one(folder: Path, portrait: NDArray[np.uint8]) -> None:
    (folder / "a.png").rename(folder / "unnamed")
    assert len(gallery_from(folder, [Marked()]).templates["marked"]) == 3


def test_every_unreadable_picture_is_named(folder: Path) -> None:
    whole = (folder / "a.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.jpg").write_text("no picture", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)cut\.png \(.*text\.jpg \(") as caught:
        gallery_from(folder, [Marked()])
    assert caught.value.path == folder
    assert "a.png" not in caught.value.message


def test_a_picture_over_the_limits_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"a\.png \("):
        gallery_from(folder, [Marked()], Limits(max_megapixels=0.01))


def test_every_faceless_picture_is_named(folder: Path) -> None:
    blank = np.full((120, 160, 3), 130, np.uint8)
    save(blank, folder / "wall.png")
    save(blank, folder / "more" / "sky.png")
    with pytest.raises(RefusedError, match=r"no face is seen in .*wall\.png, more/sky\.png") as one:
        gallery_from(folder, [Marked()])
    assert one.value.exit_code == 2
    (folder / "text.jpg").write_text("no picture", encoding="utf-8")
    with pytest.raises(InputError, match=r"text\.jpg.* No face is seen in .*wall\.png"):
        gallery_from(folder, [Marked()])


def test_a_gallery_without_faces_is_refused(tmp_path: Path) -> None:
    save(np.full((120, 160, 3), 130, np.uint8), tmp_path / "wall.png")
    with pytest.raises(RefusedError, match="no face is seen in the gallery"):
        gallery_from(tmp_path, [Marked()])


def test_an_empty_gallery_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no picture in the gallery"):
        gallery_from(tmp_path, [Marked()])


def test_a_missing_gallery_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        gallery_from(tmp_path / "nothing", [Marked()])


def test_a_gallery_of_one_person_is_refused(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    """By those that efface carries: the picture, mirrored and darker."""
    save(portrait, tmp_path / "a.png")
    save(portrait[:, ::-1], tmp_path / "b.png")
    save((portrait * 0.7).astype(np.uint8), tmp_path / "c.png")
    with pytest.raises(RefusedError, match="one person only"):
        gallery_from(tmp_path, carried())


class Unsure(Marked):
    name = "unsure"
    same = None


def test_who_cannot_tell_has_no_say(folder: Path, portrait: NDArray[np.uint8]) -> None:
    assert len(gallery_from(folder, [Unsure()]).templates["unsure"]) == 3
    (folder / "c.webp").unlink()
    with pytest.raises(RefusedError, match="one person only"):
        gallery_from(folder, [Unsure(), Marked()])


def test_a_gallery_of_one_picture_is_refused(tmp_path: Path, portrait: NDArray[np.uint8]) -> None:
    save(portrait, tmp_path / "a.png")
    with pytest.raises(RefusedError, match="one person only"):
        gallery_from(tmp_path, [Unsure()])


def test_too_many_pictures_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "MAX_PICTURES", 2)
    with pytest.raises(RefusedError, match="3 pictures; 2 are the most"):
        gallery_from(folder, [Marked()])


def test_names_are_printable(folder: Path) -> None:
    (folder / "a\x1b[31m.jpg").write_text("no picture", encoding="utf-8")
    with pytest.raises(EffaceError) as caught:
        gallery_from(folder, [Marked()])
    assert "\x1b" not in caught.value.message


def test_a_long_list_is_cut_and_counted(folder: Path) -> None:
    for number in range(25):
        (folder / f"{number:02d}.jpg").write_text("no picture", encoding="utf-8")
    with pytest.raises(InputError, match=r"00\.jpg .*19\.jpg .*and 5 more"):
        gallery_from(folder, [Marked()])


def test_the_largest_face_is_taken(portrait: NDArray[np.uint8]) -> None:
    small = np.asarray(Image.fromarray(portrait[:, ::-1]).resize((96, 96)))
    both = np.zeros((256, 360, 3), np.uint8)
    both[:, 104:] = portrait
    both[:96, :96] = small
    chip, alone = largest_face(both), largest_face(portrait)
    assert chip is not None
    assert alone is not None
    one = DlibResnet()
    assert float(np.prod([one.embed(c[None])[0] for c in (chip, alone)], axis=0).sum()) > 0.98
