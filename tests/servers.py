"""Servers on this machine that files lie on, for tests: S3 by moto, SFTP by AsyncSSH."""

from __future__ import annotations

import asyncio
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import boto3
import pytest
from moto.server import ThreadedMotoServer

KEY_ID, SECRET = "CANARYKEYID000000", "canary+secret/of+a+key"
"""Of the S3 server, which must be found nowhere else."""


@contextmanager
def s3_server(patched: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the server; whoever runs in the block finds it by the environment."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    reset = urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset).close()  # servers of one process share what lies on them
    patched.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    patched.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    patched.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
    try:
        yield boto3.client("s3")
    finally:
        server.stop()


@contextmanager
def sftp_server(root: Path, home: Path) -> Iterator[int]:
    """Its port. It shows a folder as if it were the root, lets in whoever has the key in ``home``,
    and is known there.

    Args:
        home: where a key and ``known_hosts`` are put, in ``.ssh``.
    """
    own = home / ".ssh"
    own.mkdir(mode=0o700)
    key, host_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    key.write_private_key(str(own / "id_ed25519"))
    key.write_public_key(str(own / "authorized"))
    loop, begun = asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    async def serve() -> None:
        listener = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host_key], family=socket.AF_INET,
            authorized_client_keys=str(own / "authorized"),
            sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=str(root).encode()),
        )  # fmt: skip
        ports.append(listener.get_port())
        begun.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert begun.wait(20)
    known = host_key.export_public_key("openssh").decode()
    (own / "known_hosts").write_text(f"[127.0.0.1]:{ports[0]} {known}")
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
