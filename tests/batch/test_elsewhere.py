"""Archives on other machines: nothing of them stays here, and nothing there is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.servers import KEY_ID, SECRET, s3_server

import efface
from efface.batch import shard_work
from efface.batch.store import BatchStore, Entry
from efface.errors import InputError, RefusedError
from efface.events import Listener
from efface.remote import catalogue
from efface.remote.address import address_of
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

FACE = b"the face itself"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(catalogue, "_open", {})
    with s3_server(monkeypatch) as client:
        client.create_bucket(Bucket="box")
        for name in ("a.jpg", "sub/b.jpg", "c.jpg", "notes.txt", "../up.jpg"):
            client.put_object(Bucket="box", Key=f"in/{name}", Body=FACE + name.encode())
        yield client


def keys(client: Any) -> dict[str, str]:
    return {one["Key"]: one["ETag"] for one in client.list_objects_v2(Bucket="box")["Contents"]}


class Looked:
    """Stands in for confined processes, and looks at what lies here meanwhile."""

    lies: list[list[str]]

    def __init__(self, files: Sequence[PlannedFile], order: Order, *, home: Path) -> None:
        self.home = home
        assert all(file.source.exists() for file in files)  # a process sees what is there now

    def redact(self, asked: FileOrder, listen: Listener) -> FileReport:
        content = asked.source.read_bytes()
        files = [path for path in self.home.rglob("*") if path.is_file()]
        self.lies.append([path.read_bytes().decode() for path in files if path.stat().st_size])
        assert all(path.stat().st_mode & 0o077 == 0 for path in files)
        assert all(one.stat().st_mode & 0o077 == 0 for one in asked.source.parents[:3])
        if content.endswith(b"c.jpg"):
            return FileReport(asked.source).failing(InputError("damaged"))
        asked.target.write_bytes(b"covered")
        digest = hashlib.sha256(b"covered").hexdigest()
        return FileReport(asked.source, asked.target, "redacted", 0, target_sha256=digest)

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[str]]]:
    lies: list[list[str]] = []
    own = type("Own", (Looked,), {"lies": lies})
    monkeypatch.setattr(shard_work, "ConfinedRedactor", own)
    return lambda: lies


def test_an_archive_in_a_bucket(
    bucket: Any, looked: Callable[[], list[list[str]]], tmp_path: Path
) -> None:
    before, store = keys(bucket), tmp_path / "s.sqlite"

    def run() -> Any:
        return efface.batch(["s3://box/in"], "s3://box/out", store=store, workers=1)

    status = run()
    assert (status.exit_code, status.states["done"], status.states["failed"]) == (6, 2, 1)
    left_out = {str(source): str(reason) for source, reason in status.left_out}
    assert set(left_out) == {"s3://box/in/notes.txt", "s3://box/in/../up.jpg"}
    after = keys(bucket)
    assert before.items() <= after.items()  # originals are as they were
    assert set(after) - set(before) == {"out/a.jpg", "out/sub/b.jpg"}
    assert [len(files) for files in looked()] == [1, 1, 1]  # one original at a time
    assert list(tmp_path.iterdir()) == [store]
    kept = store.read_bytes()
    assert not any(one in kept for one in (FACE, SECRET.encode(), KEY_ID.encode()))
    results = {result.source: result for result in efface.batch_results(store)}
    assert results["s3://box/in/a.jpg"].target == "s3://box/out/a.jpg"
    assert b'"output": "s3://box/out/a.jpg"' in kept
    assert tmp_path.name.encode() not in kept  # nor where it lay meanwhile
    assert (run().exit_code, len(looked())) == (6, 3)  # and nothing is done again


def test_a_result_that_was_there_stays_and_one_of_a_killed_run_goes(
    bucket: Any, looked: Callable[[], list[list[str]]], tmp_path: Path
) -> None:
    (tmp_path / "m.csv").write_text("path,id\na.jpg,=A\nsub/b.jpg,B\n")
    for name in ("a.jpg", "sub/b.jpg"):
        bucket.put_object(Bucket="box", Key=f"out/{name}", Body=b"somebody's")
    store = tmp_path / "s.sqlite"

    def run() -> Any:
        return efface.batch(
            [tmp_path / "m.csv"], "s3://box/out", root="s3://box/in", store=store, workers=1
        )

    assert run().states["failed"] == 2
    assert bucket.get_object(Bucket="box", Key="out/a.jpg")["Body"].read() == b"somebody's"

    with closing(BatchStore(store, write=True)) as opened:
        killed = Entry(address_of("s3://box/in/c2.jpg"), address_of("s3://box/out/a2.jpg"))
        opened.add([killed])
        (file,) = opened.waiting(1)
        opened.started(file, free=True)
    bucket.put_object(Bucket="box", Key="in/c2.jpg", Body=FACE)
    bucket.put_object(Bucket="box", Key="out/a2.jpg", Body=b"of the killed run")
    run()
    assert bucket.get_object(Bucket="box", Key="out/a2.jpg")["Body"].read() == b"covered"
    told = {result.source: (result.key, result.line) for result in efface.batch_results(store)}
    assert told["s3://box/in/a.jpg"] == ("=A", 2)


def test_what_cannot_be_meant_is_refused_and_leaves_nothing(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RefusedError, match="the store must lie on a disk of this one"):
        efface.batch(["s3://box/in"], "s3://box/out")
    with pytest.raises(RefusedError, match="a key or a password"):
        efface.batch([f"s3://{KEY_ID}:{SECRET}@box/in"], "out")
    with pytest.raises(InputError, match="no such file or folder: s3://box/nothing"):
        efface.batch(["s3://box/nothing"], "out")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(catalogue, "_open", {})
    with pytest.raises(InputError, match="cannot be read"):
        efface.batch(["s3://box/in"], "out")
    assert list(tmp_path.iterdir()) == []
