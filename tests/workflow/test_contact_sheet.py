"""Contact sheets: which cells there are, what they show, and where the pages go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.movies import ShownMovie, background

from efface.errors import NoFaceError, RefusedError
from efface.policy import ZonePolicy
from efface.regions import Box, Regions, Track
from efface.report.contact_sheet import CELL_PX, OUTSIDE_COLOUR, ROWS
from efface.workflow.cells import cut, wants
from efface.workflow.contact_sheet import SheetOrder, check_sheet, sheet_name, write_contact_sheet

SIZE = (320, 240)


def track(first: int, last: int, name: str = "t1") -> Track:
    return Track(name, (Box(first, 100, 80, 30, 40), Box(last, 160, 80, 30, 40)), interpolate=True)


def movie(frames: int = 30) -> ShownMovie:
    """Frame i is of one grey, 5 x i, and has a white square where ``track`` is in frame 10."""
    pictures = []
    for i in range(frames):
        picture = np.full((SIZE[1], SIZE[0], 3), 5 * i, np.uint8)
        pictures.append(picture)
    return ShownMovie(pictures, [40 * i for i in range(frames)])


def sheet(folder: Path, **options: bool) -> SheetOrder:
    return SheetOrder(folder / "sheet.png", ZonePolicy(), columns=6, **options)


def test_cells_are_the_ends_their_neighbours_and_frames_between() -> None:
    found = list(wants(track(10, 20), movie().media(), 6))
    assert [(w.frame, w.place) for w in found] == [
        (9, "before"),
        (10, "in"),
        (13, "in"),
        (17, "in"),
        (20, "in"),
        (21, "after"),
    ]
    assert [w.box.x for w in found] == [100, 100, 118, 142, 160, 160]
    assert [w.column for w in found] == list(range(6))


def test_at_the_ends_of_the_video_there_is_no_neighbour() -> None:
    found = list(wants(track(0, 29), movie().media(), 6))
    assert [w.frame for w in found] == [0, 6, 12, 17, 23, 29]
    assert {w.place for w in found} == {"in"}


def test_a_track_of_one_frame_has_three_cells() -> None:
    one = Track("t1", (Box(5, 100, 80, 30, 40),))
    assert [w.frame for w in wants(one, movie().media(), 10)] == [4, 5, 6]


def test_a_crop_is_twice_the_zone_and_the_box_lies_on_the_face() -> None:
    picture = background(*SIZE)
    picture[80:120, 100:130] = 255
    (want,) = wants(Track("t1", (Box(0, 100, 80, 30, 40),)), movie(1).media(), 4)
    done = cut(picture, want, 0.0, ZonePolicy(), draw_zone=False)
    cell = done.cell()
    assert cell.crop.size == (CELL_PX, CELL_PX)
    tall = 2 * 40 + 1  # a zone is twice as high as the box, wherever in its pixels that begins
    scale = CELL_PX / (2 * tall)
    left, top, right, bottom = done.drawn
    assert (right - left, bottom - top) == pytest.approx((30 * scale, 40 * scale))
    pixels = np.asarray(cell.crop.convert("L"))
    inside = pixels[round(top) + 2 : round(bottom) - 2, round(left) + 2 : round(right) - 2]
    assert inside.min() > 230
    assert pixels[: round(top) - 3].max() < 200
    zone = cut(picture, want, 0.0, ZonePolicy(), draw_zone=True).drawn
    assert zone[3] - zone[1] == pytest.approx(tall * scale)


@pytest.mark.parametrize(
    "box", [(0, 0, 30, 40), (300, 100, 20, 20), (-20, -30, 40, 60), (0, 0, 320, 240)]
)
def test_at_an_edge_the_crop_stays_in_the_picture(box: tuple[int, int, int, int]) -> None:
    one = Track("t1", (Box(0, *box),))
    (want,) = wants(one, movie(1).media(), 4)
    crop = cut(background(*SIZE), want, 0.0, ZonePolicy(), draw_zone=False).cell().crop
    assert crop.size == (CELL_PX, round(CELL_PX * (0.75 if box[2] == SIZE[0] else 1)))
    assert np.asarray(crop).min() > 60


def test_a_page_shows_each_frame_in_its_place(tmp_path: Path) -> None:
    clip = movie()
    (page,) = write_contact_sheet(clip, Regions(clip.media(), (track(10, 20),)), sheet(tmp_path))
    assert clip.looked == [9, 10, 13, 17, 20, 21]
    with Image.open(page) as image:
        pixels = np.asarray(image.convert("RGB"))
    # the greys of the frames, from left to right, in a line through the middle of the row
    line = pixels[92 + 20, 176:, 0].astype(int)
    greys = [line[k * (CELL_PX + 6) + 12] for k in range(6)]
    assert np.abs(np.array(greys) - 5 * np.array([9, 10, 13, 17, 20, 21])).max() <= 2
    assert (np.abs(pixels.astype(int) - OUTSIDE_COLOUR).sum(axis=2) == 0).sum() > 4 * CELL_PX


def test_further_pages_have_numbers(tmp_path: Path) -> None:
    clip = movie()
    tracks = tuple(track(3, 8, f"t{i}") for i in range(ROWS + 1))
    pages = write_contact_sheet(clip, Regions(clip.media(), tracks), sheet(tmp_path))
    assert [page.name for page in pages] == ["sheet.png", "sheet-2.png"]
    heights = [Image.open(page).height for page in pages]
    assert heights[0] > 20 * heights[1] / 2
    assert {p.name for p in tmp_path.iterdir()} == {"sheet.png", "sheet-2.png"}


def test_nothing_is_replaced_and_nothing_left_behind(tmp_path: Path) -> None:
    clip = movie()
    tracks = tuple(track(3, 8, f"t{i}") for i in range(ROWS + 1))
    (tmp_path / "sheet-2.png").write_text("mine")
    with pytest.raises(RefusedError, match="exists"):
        write_contact_sheet(clip, Regions(clip.media(), tracks), sheet(tmp_path))
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"sheet-2.png": b"mine"}
    write_contact_sheet(clip, Regions(clip.media(), tracks), sheet(tmp_path, overwrite=True))
    assert (tmp_path / "sheet-2.png").read_bytes() != b"mine"


def test_regions_of_another_video_are_refused(tmp_path: Path) -> None:
    clip, shorter = movie(30), movie(25)
    with pytest.raises(RefusedError, match="25 frames"):
        write_contact_sheet(shorter, Regions(clip.media(), (track(3, 8),)), sheet(tmp_path))
    small = ShownMovie([background(100, 80)] * 30, [40 * i for i in range(30)])
    with pytest.raises(RefusedError, match="100x80"):
        write_contact_sheet(small, Regions(clip.media(), (track(3, 8),)), sheet(tmp_path))
    assert small.looked == []
    assert list(tmp_path.iterdir()) == []


def test_without_a_track_there_is_no_sheet(tmp_path: Path) -> None:
    clip = movie()
    with pytest.raises(NoFaceError):
        write_contact_sheet(clip, Regions(clip.media()), sheet(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_names() -> None:
    assert sheet_name(Path("a/clip.mp4")) == Path("a/clip.contact-sheet.png")
    with pytest.raises(RefusedError, match="PNG"):
        check_sheet(Path("clip.mp4"), SheetOrder(Path("sheet.jpg"), ZonePolicy()))


def test_what_is_doubtful_has_a_row_and_alone_it_is_no_face(tmp_path: Path) -> None:
    film = movie()
    doubt = Box(12, 20, 20, 30, 40, 0.4)
    regions = Regions(film.media(), (track(10, 20),), (doubt,))
    (with_doubt,) = write_contact_sheet(film, regions, sheet(tmp_path))
    height = Image.open(with_doubt).height
    without = Regions(film.media(), regions.tracks)
    (page,) = write_contact_sheet(film, without, sheet(tmp_path, overwrite=True))
    assert height > Image.open(page).height + CELL_PX
    with pytest.raises(NoFaceError):
        write_contact_sheet(film, Regions(film.media(), (), (doubt,)), sheet(tmp_path))
