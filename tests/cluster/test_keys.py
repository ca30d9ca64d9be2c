"""Keys are private, expire, overwrite nothing, and are looked at before anything listens."""

from __future__ import annotations

import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.running import Efface

from efface.cluster import extra
from efface.cluster.keys import make_keys
from efface.cluster.security import check_keys, checked_address, security_of
from efface.errors import InputError, RefusedError

NOW = datetime.now(UTC)


def test_a_folder_for_each_and_nothing_for_others(cluster_keys: Path) -> None:
    found = {str(path.relative_to(cluster_keys)) for path in cluster_keys.rglob("*.pem")}
    files = {f"{role}/{name}.pem" for role in ("scheduler", "client", "worker")
             for name in ("ca", "cert", "key")}  # fmt: skip
    assert found == files | {"authority/ca.pem", "authority/key.pem"}
    for path in cluster_keys.rglob("key.pem"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len({path.read_bytes() for path in cluster_keys.rglob("key.pem")}) == 4


def test_nothing_is_overwritten_and_a_worker_can_be_added(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = make_keys(folder, ["a", "b"], days=2)
    assert [path.name for path in made.folders] == ["scheduler", "client", "worker-a", "worker-b"]
    before = {path: path.read_bytes() for path in folder.rglob("*.pem")}
    with pytest.raises(RefusedError, match="there are keys already"):
        make_keys(folder)
    with pytest.raises(RefusedError, match="nothing is overwritten"):
        make_keys(folder, ["c", "b"], days=1)
    with pytest.raises(RefusedError, match="the authority itself holds until"):
        make_keys(folder, ["c"], days=3)
    for name in ("", "a/b", "..", "A", "x" * 41):
        with pytest.raises(RefusedError):
            make_keys(folder, [name], days=1)
    (added,) = make_keys(folder, ["c"], days=1).folders
    check_keys(added, NOW)
    assert all(path.read_bytes() == content for path, content in before.items())
    (folder / "authority" / "key.pem").chmod(0o644)
    with pytest.raises(RefusedError, match="others can read this private key"):
        make_keys(folder, ["d"], days=1)


def test_keys_that_will_not_do_are_refused(tmp_path: Path, cluster_keys: Path) -> None:
    check_keys(cluster_keys / "worker", NOW)
    with pytest.raises(RefusedError, match="expired on"):
        check_keys(cluster_keys / "worker", NOW + timedelta(days=91))
    with pytest.raises(RefusedError, match="not valid before"):
        check_keys(cluster_keys / "worker", NOW - timedelta(days=1))
    make_keys(tmp_path / "other")
    own = Path(shutil.copytree(cluster_keys / "worker", tmp_path / "own"))
    shutil.copy(tmp_path / "other" / "worker" / "ca.pem", own)
    with pytest.raises(RefusedError, match="not one of the authority"):
        check_keys(own, NOW)
    shutil.copy(cluster_keys / "worker" / "ca.pem", own)
    shutil.copy(cluster_keys / "client" / "key.pem", own)
    with pytest.raises(RefusedError, match="not the certificate's"):
        check_keys(own, NOW)
    (own / "key.pem").write_text("no key")
    with pytest.raises(InputError, match="no private key"):
        check_keys(own, NOW)
    (own / "key.pem").chmod(0o640)
    with pytest.raises(RefusedError, match="others can read"):
        check_keys(own, NOW)
    with pytest.raises(InputError, match="makes a folder for each machine"):
        check_keys(tmp_path, NOW)


def test_only_tls_is_an_address() -> None:
    assert checked_address("tls://[::1]:8786") == "tls://[::1]:8786"
    for address in ("tcp://127.0.0.1:8786", "127.0.0.1:8786", "tls://h", "tls://:1", "ws://h:1"):
        with pytest.raises(RefusedError, match="in the clear"):
            checked_address(address)


def shakes_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> bool:
    """Without a network."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (server.wrap_bio(up, down, server_side=True), client.wrap_bio(down, up))
    done = [False, False]
    try:
        for _ in range(4):
            for number, end in enumerate(ends):
                try:
                    end.do_handshake()
                    done[number] = True
                except ssl.SSLWantReadError:
                    pass
    except ssl.SSLError:
        return False
    return all(done)


def test_a_client_cannot_serve_and_nobody_speaks_older_tls(cluster_keys: Path) -> None:
    def contexts(role: str, folder: str = "") -> tuple[ssl.SSLContext, ssl.SSLContext]:
        security = security_of(cluster_keys / (folder or role), role)  # type: ignore[arg-type]
        return (
            security.get_listen_args(role)["ssl_context"],
            security.get_connection_args(role)["ssl_context"],
        )

    (serves, _), (_, asks) = contexts("scheduler"), contexts("worker")
    assert shakes_hands(serves, asks)
    poses, _ = contexts("scheduler", "client")
    assert not shakes_hands(poses, asks)
    assert serves.minimum_version == asks.minimum_version == ssl.TLSVersion.TLSv1_3
    assert serves.verify_mode == asks.verify_mode == ssl.CERT_REQUIRED


def test_commands_say_what_is_wrong(
    efface: Efface, tmp_path: Path, cluster_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = efface("cluster", "keys", tmp_path / "keys", "--worker", "a")
    assert made.out.splitlines()[-1] == str(tmp_path / "keys" / "worker-a")
    assert "can run programs on all of them" in made.err
    run = efface("cluster", "worker", "tcp://127.0.0.1:1", "--keys", cluster_keys)
    assert (run.code, "in the clear" in run.err) == (2, True)
    batch = ("batch", tmp_path, "-o", tmp_path / "out")
    assert "given together" in efface(*batch, "--cluster", "tls://127.0.0.1:1").err
    alone = efface(*batch, "--cluster", "x", "--cluster-keys", cluster_keys, "--workers", "2")
    assert "Leave out --workers" in alone.err
    away = efface("batch", tmp_path, "-o", "s3://bucket/k", "--cluster", "tls://127.0.0.1:1",
                  "--cluster-keys", cluster_keys)  # fmt: skip
    assert "a folder that all of its machines see" in away.err

    def gone(name: str) -> None:
        raise ModuleNotFoundError(name="distributed")

    monkeypatch.setattr(extra, "import_module", gone)
    run = efface("cluster", "scheduler", "--keys", cluster_keys)
    assert (run.code, "pip install 'efface[cluster]'" in run.err) == (2, True)
