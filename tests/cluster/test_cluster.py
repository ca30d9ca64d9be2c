"""Real processes: they talk to holders of their keys alone, and a batch survives each of them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from tests.cluster.conftest import Process, Serve

import efface
from efface.batch.store import BatchStore
from efface.cluster.keys import _issued, _read_authority, _write_folder, make_keys


def test_one_address_is_listened_at_and_no_page_is_served(
    scheduler: Process, worker: Process
) -> None:
    for process in (scheduler, worker):
        own = psutil.Process(process.running.pid)
        listening = [one.laddr for one in own.net_connections() if one.status == "LISTEN"]
        assert [(place.ip, place.port) for place in listening] == [("127.0.0.1", process.port)]


def heard(process: Process, folder: Path | None, *, encrypted: bool = True) -> bytes:
    """What is answered to somebody with keys of a folder, or with none."""
    with socket.create_connection(("127.0.0.1", process.port), timeout=60) as plain:
        if not encrypted:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
            return plain.recv(1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if folder is not None:
            context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        with context.wrap_socket(plain) as tls:
            return tls.recv(1)


def test_nobody_else_is_heard(
    scheduler: Process, worker: Process, cluster_keys: Path, tmp_path: Path
) -> None:
    make_keys(tmp_path / "other")
    authority = _read_authority(cluster_keys / "authority")
    now = datetime.now(UTC)
    spans = {"expired": (-2, -1), "early": (2, 3)}
    for name, (since, until) in spans.items():
        span = (now + timedelta(days=since), now + timedelta(days=until))
        _write_folder(tmp_path / name, authority, _issued(authority, "client", "client", *span))
    for process in (scheduler, worker):
        assert heard(process, cluster_keys / "client")  # Dask greets
        for folder in (None, tmp_path / "other" / "client", *(tmp_path / name for name in spans)):
            with pytest.raises(ssl.SSLError):
                heard(process, folder)
        with contextlib.suppress(ConnectionResetError):
            assert heard(process, None, encrypted=False) in (b"", b"\x15")  # a TLS alert at most


@pytest.fixture
def archive(tmp_path: Path, jpeg_bytes: bytes) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        (folder / name).write_bytes(jpeg_bytes)
    (folder / "broken.jpg").write_bytes(jpeg_bytes[:2000])
    return folder


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 100
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_batch_goes_on_whoever_is_killed(
    scheduler: Process, worker: Process, cluster_keys: Path, archive: Path, serve: Serve
) -> None:
    """First its client with all it started, then a worker: nothing is lost, or done again."""
    out = archive.parent / "out"
    command = [sys.executable, "-m", "efface.cli.start", "batch", archive, "-o", out, "--fast",
               "-q", "--cluster", scheduler.address, "--cluster-keys", cluster_keys]  # fmt: skip
    with subprocess.Popen([*map(str, command)]) as client:
        until((out / "a.jpg").exists)
        client.kill()
    assert client.returncode == -signal.SIGKILL
    first = (out / "a.jpg").stat().st_mtime_ns
    with subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE) as client:
        until((out / "c.jpg").exists)
        os.kill(worker.running.pid, signal.SIGKILL)
        worker.running.wait()
        serve("worker", scheduler.address, "--workers", "1")
        _, said = client.communicate(timeout=100)
    assert (client.returncode, said) == (6, b"")
    assert (out / "a.jpg").stat().st_mtime_ns == first
    status = efface.batch_status(out)
    assert (status.states["done"], status.states["failed"]) == (4, 1)
    assert sorted(path.name for path in out.iterdir()) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    one = efface.redact(archive / "a.jpg", archive.parent / "one.jpg",
                        policy=efface.load_policy(recall="fast"))  # fmt: skip
    for result in efface.batch_results(out):
        report = result.report
        assert report.sandbox not in (None, "none")
        assert report.exit_code or report.target_sha256 == one.target_sha256
    with closing(BatchStore(out.with_name("out.batch.sqlite"), write=False)) as store:
        tries = dict(store._base.execute("select tries, count(*) from files group by tries"))
    assert tries.get(1, 0) >= 3  # whoever was worked on at a kill has two
    assert set(tries) <= {1, 2, 3}
