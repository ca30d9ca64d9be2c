"""``efface review``: the app at a loopback address, until it is interrupted."""

from __future__ import annotations

import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from efface.api.policies import Policy, reading_policy
from efface.api.redaction import job, no_files_yet
from efface.api.saved import state_folder
from efface.errors import RefusedError
from efface.files.lists import listed
from efface.review.app import app_for
from efface.review.desk import Desk
from efface.review.drops import dropping
from efface.review.evidence import EvidenceOptions
from efface.review.store import Store

LOOPBACK = "127.0.0.1"


ASKED_S = 0.2
"""Between two looks at whether the server is to end."""


def review(
    inputs: Sequence[Path],
    *,
    policy: Policy,
    port: int = 0,
    browser: bool = True,
    evidence: EvidenceOptions | None = None,
    say: Callable[[str], None],
) -> None:
    """Serve the app until it is interrupted.

    Args:
        inputs: photos, videos, folders of them, and lists (``.txt``); none: files are dropped into
            the page.
        policy: that they are redacted by.
        port: of the loopback address; 0: any that is free.
        browser: open the user's own.
        evidence: what the command line says of packs.
        say: is told the address once it answers. It is good once, for one browser.

    Raises:
        RefusedError: the port is taken, the folders are empty, the page is not there, or the policy
            requires that files are read apart.
    """
    policy = reading_policy(policy)
    found = [path for given in inputs for path in listed(given)]
    planned = job(found, policy=policy) if found else no_files_yet(policy)
    with (
        dropping(state_folder() / "dropped") as drops,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener,
    ):
        desk = Desk(planned, inputs, Store(state_folder() / "reviews"), drops, evidence)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise RefusedError(
                f"port {port} cannot be taken ({error.strerror or error}).",
                hint="Name another one with --port, or none.",
            ) from error
        listener.listen(64)
        app = app_for(desk, listener.getsockname()[1])
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, ws="none",
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        say(app.address)
        if browser:
            webbrowser.open(app.address)
        server = uvicorn.Server(config)
        threading.Thread(target=_end_with, args=(server, desk), daemon=True).start()
        server.run(sockets=[listener])


def _end_with(server: uvicorn.Server, desk: Desk) -> None:
    """Let pages go as soon as the server is to end: it waits for their streams."""
    while not server.should_exit:
        time.sleep(ASKED_S)
    desk.end()
