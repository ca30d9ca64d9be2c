"""A manifest says of each file what is done with it, and a hostile one begins nothing."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from efface.batch.intake import entries
from efface.batch.manifest import MAX_LINE, FileManifest
from efface.batch.store import BatchStore, Entry
from efface.errors import InputError, RefusedError
from efface.files.csv_rows import csv_row
from efface.policy import Policy
from efface.regions import Box, Media, Regions, Track
from efface.remote.address import Address, Place, address_of
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

FILES = ("a.jpg", "b.jpg", "=cmd.jpg", "sub/a.jpg", "caf\u00e9.jpg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "archive"
    (inner / "sub").mkdir(parents=True)
    for name in FILES:
        (inner / name).write_bytes(b"picture")
    (tmp_path / "outside.jpg").write_bytes(b"another's")
    (inner / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    (inner / "linked").symlink_to(tmp_path)
    return inner


def read(
    folder: Path, content: str | bytes, root: Place | None = None, base: Order | None = None
) -> list[Entry]:
    path = folder / "m.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(FileManifest(path, folder.parent / "out", base or Order(), root).entries())


def test_a_row_says_what_is_done_with_its_file(folder: Path) -> None:
    (folder / "wide.toml").write_text('schema = "efface.policy/1"\n[zones]\nwidth = 3.0\n')
    track = Track("t1", (Box(0, 1, 2, 3, 4),))
    regions = Regions(Media("b.jpg", "ab" * 32, "image", 60, 50), (track,))
    (folder / "b.json").write_text(json.dumps(regions.to_json()))
    plain, own, drawn, audience = read(
        folder,
        "path,id,policy,method,noise,regions,keep,zone,allow_no_face,audience\n"
        "a.jpg,,,,,,,,,\n"
        "sub/a.jpg,A 1,wide.toml,,2.5,,,,yes,\n"
        'b.jpg,,,,,b.json,t1,"1,2,3,4|5,6,7,8",,\n'
        "=cmd.jpg,,,,,,,,,acquainted\n",
    )
    assert (plain.order, plain.regions, plain.line, plain.key) == (None, None, 2, None)
    assert plain.target == folder.parent / "out" / "a.jpg"
    assert own.order is not None
    assert own.target == folder.parent / "out" / "sub" / "a.jpg"
    policy = own.order.policy
    assert (policy.zones.width, policy.method.name, policy.method.noise) == (3.0, "layered", 2.5)
    assert (own.line, own.key, own.order.allow_no_face) == (3, "A 1", True)
    assert drawn.order is not None
    assert drawn.regions == regions
    assert [keep.track for keep in drawn.order.keep] == ["t1"]
    assert [zone.keys[0][1] for zone in drawn.order.drawn] == [(1, 2, 3, 4), (5, 6, 7, 8)]
    assert audience.order is not None
    assert audience.order.policy.zones.below > 0


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfpath;id\r\na.jpg;x\r\n",
        b"Path\tID\na.jpg\tx",
        b'"path",id\n\n"a.jpg","x"\n,\n',
    ],
)
def test_spreadsheets_write_tables_in_many_ways(folder: Path, content: bytes) -> None:
    (entry,) = read(folder, content)
    assert (entry.source, entry.key) == (folder.resolve() / "a.jpg", "x")


FAULTS = {
    "path,colour\na.jpg,#12345": "line 2: .*colour",
    "path,methods\na.jpg,solid": "line 1: there is no column 'methods'; there are path, id, policy",
    "path,path\na.jpg,b.jpg": "line 1: a column stands there twice",
    "a.jpg,solid": "line 1: expected the names of columns",
    "": "line 1: expected the names of columns",
    "path\n": "there is no file in the manifest",
    "path,id\na.jpg\n": "line 2: expected 2 cells, got 1",
    "path\n../outside.jpg": "line 2: '../outside.jpg' lies outside",
    "path\nsub/../../outside.jpg": "line 2: .* lies outside",
    "path\nlink.jpg": "line 2: 'link.jpg' lies outside",
    "path\nlinked/outside.jpg": "line 2: .* lies outside",
    "path\n/etc/passwd": "line 2: '/etc/passwd' lies outside",
    "path\nsub": "line 2: 'sub' is a folder",
    "path\n.": "line 2: '.' lies outside",
    "path\nno.jpg": "line 2: there is no file 'no.jpg'",
    "path\na.jpg\n\n./a.jpg": "line 4: the file stands on line 2 already",
    "path\nsub/../a.jpg\na.jpg": "line 3: the file stands on line 2 already",
    'path,id\n"a.jpg,x\nb.jpg,y"\n': "line 2: a quotation mark that does not end",
    "path,id\na.jpg,x\0y": "line 2: a control character",
    "path\na.jpg\rb.jpg": "line 2: a control character",
    "path,method\na.jpg,=1+1": "line 2: method: expected solid, .* or replace, got '=1\\+1'",
    "path,method,cells\na.jpg,solid,3": "line 2: cells goes with the method layered, not solid",
    "path,cells\na.jpg,9": "line 2: ",
    "path,noise\na.jpg,nan": "line 2: ",
    "path,video_track\na.jpg,0": "line 2: video_track",
    "path,video_track\na.jpg,two": "line 2: video_track: expected a number, got 'two'",
    "path,allow_no_face\na.jpg,1": "line 2: allow_no_face: expected yes or no",
    "path,zone\na.jpg,here": "line 2: expected a zone",
    "path,policy\na.jpg,../p.toml": "line 2: policy: '../p.toml' lies outside the manifest's",
    "path,regions\na.jpg,/etc/passwd": "line 2: regions: '/etc/passwd' lies outside the manifest's",
    "path,regions\na.jpg,no.json": "line 2: the regions cannot be read",
    f"path,id\na.jpg,{'x' * 201}": "line 2: an id of more than 200 letters",
    f"path,id\na.jpg,{'x' * MAX_LINE}": f"line 2: the line is longer than {MAX_LINE} bytes",
    "path\n\x1b[31m.jpg": "line 2: a control character",
}


@pytest.mark.parametrize("content", FAULTS)
def test_what_is_wrong_is_said_with_its_line(folder: Path, content: str) -> None:
    with pytest.raises(RefusedError, match=FAULTS[content]):
        read(folder, content)


def test_other_encodings_are_refused_and_not_guessed(folder: Path) -> None:
    with pytest.raises(RefusedError, match="UTF-16"):
        read(folder, "path\na.jpg".encode("utf-16"))
    with pytest.raises(RefusedError, match="line 2 is no UTF-8"):
        read(folder, "path\ncaf\u00e9.jpg".encode("latin-1"))


def test_many_faults_are_counted_and_some_are_named(folder: Path) -> None:
    with pytest.raises(RefusedError, match=r"40 faults: .* line 11: .*; and 30 more") as one:
        read(folder, "path\n" + "".join(f"no{number}\n" for number in range(40)))
    assert "line 12" not in str(one.value)


def test_what_a_policy_forbids_is_refused_before_anything_begins(folder: Path) -> None:
    (folder / "strict.toml").write_text('schema = "efface.policy/1"\n[allow]\nno_face = false\n')
    with pytest.raises(RefusedError, match="line 2: the policy does not allow a file without"):
        read(folder, "path,policy,allow_no_face\na.jpg,strict.toml,yes")
    base = Order(Policy.from_json({"schema": "efface.policy/1", "allow": {"regions": False}}))
    regions = Regions(Media("a.jpg", "ab" * 32, "image", 6, 5), ())
    (folder / "a.json").write_text(json.dumps(regions.to_json()))
    with pytest.raises(RefusedError, match="line 2: the policy does not allow regions"):
        read(folder, "path,regions\na.jpg,a.json", base=base)


def test_another_root_is_another_folder(folder: Path) -> None:
    (entry,) = read(folder, "path\noutside.jpg", root=folder.parent)
    assert entry.target == folder.parent / "out" / "outside.jpg"
    bucket = address_of("s3://archive/2019")
    (entry,) = read(folder, "path\nmay/a.jpg", root=bucket)
    assert entry.source == Address("s3", "archive", "2019/may/a.jpg")
    for name in ("../a.jpg", "/a.jpg", "a//b.jpg", "a\\..\\b.jpg", "."):
        with pytest.raises(RefusedError, match="is no name of a file below s3://archive/2019"):
            read(folder, f"path\n{name}", root=bucket)


def test_a_store_notices_a_row_that_changed(folder: Path, tmp_path: Path) -> None:
    def added(content: str, *, redo: bool = False) -> tuple[int, int, int]:
        (folder / "m.csv").write_text(content)
        found = entries([folder / "m.csv"], tmp_path / "out", Order(), print)
        result = store.add(found, redo=redo)
        return result.new, result.known, result.changed

    head = "path,id,recall\n"
    with closing(BatchStore(tmp_path / "s.sqlite", write=True)) as store:
        store.begin(Order(), "0")
        assert added(f"{head}a.jpg,=A1,\nb.jpg,,\n") == (2, 0, 0)
        assert added(f"{head}b.jpg,,\na.jpg,=A1,\n") == (0, 2, 0)
        first, second = store.waiting(9)
        done = FileReport(
            folder / "a.jpg", tmp_path / "out" / "a.jpg", "redacted", 0, target_sha256="0" * 64
        )
        store.ended(first, done, "done")
        store.ended(second, FileReport(folder / "b.jpg").failing(InputError("no")), "failed")
        assert added(f"{head}a.jpg,=A1,\nb.jpg,,fast\n") == (0, 1, 1)
        assert [(file.id, file.tries, file.resumed) for file in store.waiting(9)] == [(2, 0, False)]
        with pytest.raises(RefusedError, match=r"of 1 file\(s\): .*a.jpg \(line 3\)"):
            added(f"{head}b.jpg,,\na.jpg,=A1,high\n")
        assert store.counts()["done"] == 1
        assert added(f"{head}b.jpg,,fast\na.jpg,=A1,high\n", redo=True) == (0, 1, 0)
        again = {file.id: file for file in (*store.waiting(9), *store.waiting(9, without=[2]))}
        assert again[1].resumed  # so that its own result may be replaced
        store.ended(again[1], done, "done")
        (result,) = store.results()
        assert (result.line, result.key, result.source) == (3, "=A1", os.fspath(folder / "a.jpg"))
        assert csv_row([result.key or ""]) == "'=A1\r\n"


def test_a_fault_leaves_the_store_as_it_was(folder: Path, tmp_path: Path) -> None:
    (folder / "m.csv").write_text("path\na.jpg\nno.jpg\n")
    with closing(BatchStore(tmp_path / "s.sqlite", write=True)) as store:
        store.begin(Order(), "0")
        with pytest.raises(RefusedError, match="line 3"):
            store.add(entries([folder / "m.csv"], tmp_path / "out", Order(), print))
        assert sum(store.counts().values()) == 0


def test_two_files_do_not_go_to_one_place_and_none_onto_an_input(tmp_path: Path) -> None:
    with closing(BatchStore(tmp_path / "s.sqlite", write=True)) as store:
        store.begin(Order(), "0")
        with pytest.raises(RefusedError, match="/x/a and /y/a would both be written to /out/a"):
            store.add([Entry(Path(f"/{one}/a"), Path("/out/a")) for one in "xy"])
        with pytest.raises(RefusedError, match="the output for /x/a would overwrite an input, /b"):
            store.add([Entry(Path("/x/a"), Path("/b")), Entry(Path("/b"), Path("/out/b"))])
        assert sum(store.counts().values()) == 0
