"""Files on other machines are listed, fetched and put as they are, and originals stay."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.servers import KEY_ID, SECRET, s3_server, sftp_server

from efface.errors import EffaceError, InputError, OutputError, RefusedError, VerificationError
from efface.remote import catalogue, transfer
from efface.remote.address import Address, address_of
from efface.remote.catalogue import remote_for
from efface.remote.interface import Remote, RemoteError

FILES = {
    "in/a.jpg": b"a" * 100_000,
    "in/sub/b c.jpg": b"b",
    "in/sub/d/caf\u00e9.jpg": b"d",
    "other/e.jpg": b"e",
}

Server = tuple[str, Remote, Callable[[], dict[str, bytes]]]
"""How its addresses begin, its files, and all that lies on it."""


@pytest.fixture(scope="module")
def s3() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patched, s3_server(patched) as client:
        patched.setattr(catalogue, "_open", {})
        client.create_bucket(Bucket="box")
        for name, content in FILES.items():
            client.put_object(Bucket="box", Key=name, Body=content)
        client.put_object(Bucket="box", Key="inner-but-not-in/f.jpg", Body=b"f")

        def lies() -> dict[str, bytes]:
            keys = [one["Key"] for one in client.list_objects_v2(Bucket="box")["Contents"]]
            return {key: client.get_object(Bucket="box", Key=key)["Body"].read() for key in keys}

        yield "s3://box", remote_for(address_of("s3://box/in")), lies


@pytest.fixture(scope="module")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root, home = (tmp_path_factory.mktemp(name) for name in ("root", "home"))
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / "in" / "link.jpg").symlink_to("../other/e.jpg")
    with pytest.MonkeyPatch.context() as patched, sftp_server(root, home) as port:
        patched.setattr(catalogue, "_open", {})
        patched.setenv("HOME", str(home))
        patched.delenv("SSH_AUTH_SOCK", raising=False)

        def lies() -> dict[str, bytes]:
            files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
            return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}

        begins = f"sftp://127.0.0.1:{port}"
        yield begins, remote_for(address_of(f"{begins}/in")), lies


@pytest.fixture(params=["s3", "sftp"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


def test_a_folder_is_listed_whole_and_nothing_else(server: Server) -> None:
    begins, remote, _ = server
    names = sorted(str(one) for one in remote.files(address_of(f"{begins}/in/")))
    assert names == sorted(f"{begins}/{name}" for name in FILES if name.startswith("in/"))
    assert all(str(address_of(name)) == name for name in names)
    with pytest.raises(InputError, match="there is no such file or folder"):
        list(remote.files(address_of(f"{begins}/nowhere")))


def test_what_is_fetched_is_the_file(server: Server) -> None:
    begins, remote, lies = server
    before = lies()
    for name, content in FILES.items():
        into = io.BytesIO()
        remote.fetch(address_of(f"{begins}/{name}"), into, 100_000)
        assert into.getvalue() == content
    for name, why in {
        "in/a.jpg": "larger than",
        "in/no.jpg": "there is no",
        "in": "there is",
    }.items():
        with pytest.raises(InputError, match=why):
            remote.fetch(address_of(f"{begins}/{name}"), io.BytesIO(), 99_999)
    assert lies() == before


def test_a_result_is_put_whole_and_replaces_nothing(server: Server, tmp_path: Path) -> None:
    begins, remote, lies = server
    local, before = tmp_path / "result.jpg", lies()
    local.write_bytes(b"covered")
    digest = hashlib.sha256(b"covered").hexdigest()
    target = address_of(f"{begins}/out/new folder/a.jpg")
    assert not remote.exists(target)
    remote.put(local, target, digest, overwrite=False)
    assert remote.exists(target)
    with pytest.raises(RefusedError, match="already"):
        remote.put(local, target, digest, overwrite=False)
    remote.put(local, target, digest, overwrite=True)
    assert lies() == before | {"out/new folder/a.jpg": b"covered"}
    other = address_of(f"{begins}/out/bad.jpg")
    with pytest.raises(VerificationError, match="another hash"):
        remote.put(local, other, "0" * 64, overwrite=False)
    assert lies() == before | {"out/new folder/a.jpg": b"covered"}  # nothing half-done is left


def test_a_name_that_is_taken_meanwhile_stays(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, remote, lies = server
    (tmp_path / "r.jpg").write_bytes(b"covered")
    digest = hashlib.sha256(b"covered").hexdigest()
    target = address_of(f"{begins}/other/e.jpg")
    before, answers = lies(), iter((False,))
    own = type(remote).exists
    monkeypatch.setattr(type(remote), "exists", lambda self, place: next(answers, own(self, place)))
    with pytest.raises(RefusedError, match="already"):
        remote.put(tmp_path / "r.jpg", target, digest, overwrite=False)
    assert lies() == before


def test_what_changes_while_it_is_fetched_is_not_taken() -> None:
    told = iter(((3, "one"), (3, "two")))
    with pytest.raises(RemoteError, match="changed"):
        transfer.copied(lambda: next(told), lambda: io.BytesIO(b"abc"), io.BytesIO(), 9)
    with pytest.raises(RemoteError, match="changed"):
        transfer.copied(lambda: (2, "one"), lambda: io.BytesIO(b"abc"), io.BytesIO(), 9)


def test_a_server_that_is_not_known_is_not_believed(
    sftp: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, _, _ = sftp
    home = Path(os.environ["HOME"])
    known = (home / ".ssh" / "known_hosts").read_text()
    monkeypatch.setattr(catalogue, "_open", {})
    for other in ("", known.replace("AAAA", "AAAB", 1), None):
        path = home / ".ssh" / "known_hosts"
        path.unlink(missing_ok=True)
        if other is not None:
            path.write_text(other)
        with pytest.raises(RemoteError):
            remote_for(address_of(f"{begins}/in"))
    (home / ".ssh" / "known_hosts").write_text(known)


@pytest.mark.parametrize(
    "text",
    [
        f"s3://{KEY_ID}:{SECRET}@box/in",
        f"s3://{KEY_ID}@box/in",
        f"sftp://me:{SECRET}@host/in",
        f"https://host/in?X-Amz-Signature={SECRET}",
        f"s3://box:{SECRET}/in",
        "s3://",
        "sftp:///in",
        "sftp://host:port/in",
        "s3://box/a\nb",
        "S3X://box/a",
        "file:///etc/passwd",
    ],
)
def test_an_address_holds_no_secret_and_leads_to_known_servers(text: str) -> None:
    with pytest.raises(RefusedError) as error:
        address_of(text)
    assert SECRET not in str(error.value)
    assert KEY_ID not in str(error.value)


def test_an_error_of_a_library_is_not_repeated() -> None:
    place = Address("s3", "box", "a.jpg")
    kinds: list[tuple[Callable[[Address], Any], type[EffaceError]]] = [
        (transfer.reading, RemoteError), (transfer.writing, OutputError),
    ]  # fmt: skip
    for around, kind in kinds:
        with pytest.raises(kind) as error, around(place):
            raise OSError(f"https://box/a.jpg?X-Amz-Signature={SECRET}")
        assert SECRET not in str(error.value)
        assert "OSError" in str(error.value)
