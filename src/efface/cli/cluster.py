"""``efface cluster``: the machines that a batch is worked on by."""

from __future__ import annotations

from pathlib import Path

import click

from efface.cli.command import Command
from efface.cli.options import FILE, workers_option
from efface.cli.text import say

keys_option = click.option(
    "--keys",
    type=FILE,
    metavar="DIR",
    required=True,
    help="Folder of this process's keys, as 'efface cluster keys' makes it.",
)


@click.group()
def cluster() -> None:
    """Work on a batch with many machines, over mutual TLS."""


@cluster.command(
    "keys",
    cls=Command,
    examples=(
        "efface cluster keys cluster-keys --worker node-1 --worker node-2",
        "efface cluster keys cluster-keys --worker node-3      # one more, later",
    ),
    codes=(0, 2, 5, 8),
)
@click.argument("folder", metavar="DIR", type=FILE)
@click.option(
    "--worker",
    "workers",
    multiple=True,
    metavar="NAME",
    help="A worker, by a name of yours; several times for several. One by default.",
)
@click.option(
    "--days",
    type=click.IntRange(min=1, max=3650),
    default=90,
    show_default=True,
    metavar="N",
    help="How long the certificates hold.",
)
def keys(folder: Path, workers: tuple[str, ...], days: int) -> int:
    """Make an authority, and a folder of keys for each machine.

    Whoever holds one of these keys can run any program on every machine of the cluster. The
    authority's own key stays in DIR/authority: no machine needs it.
    """
    from efface import api

    made = api.cluster_keys(folder, workers=workers, days=days)
    for path in made.folders:
        say(str(path))
    say(
        f"They hold until {made.until:%Y-%m-%d %H:%M} UTC. Each folder is for one machine; whoever "
        "reads it can run programs on all of them.",
        err=True,
    )
    return 0


@cluster.command(
    "scheduler",
    cls=Command,
    examples=("efface cluster scheduler --keys cluster-keys/scheduler --host 10.0.0.5",),
    codes=(2, 5, 8, 130),
)
@keys_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address of this machine to listen at, and nowhere else.",
)
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    default=8786,
    show_default=True,
    metavar="N",
    help="0: any that is free.",
)
def scheduler(keys: Path, host: str, port: int) -> int:
    """Run the scheduler, until Ctrl-C. It sees no file."""
    from efface import api

    api.cluster_scheduler(keys, host=host, port=port, ready=_ready)
    return 0


@cluster.command(
    "worker",
    cls=Command,
    examples=("efface cluster worker tls://10.0.0.5:8786 --keys cluster-keys/worker-node-1",),
    codes=(2, 5, 8, 130),
)
@click.argument("scheduler", metavar="tls://HOST:PORT")
@keys_option
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Address of this machine to listen at; by default the one that leads to the scheduler.",
)
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    default=0,
    metavar="N",
    help="To listen at, for a firewall; any that is free by default.",
)
@workers_option
def worker(scheduler: str, keys: Path, host: str | None, port: int, workers: int | None) -> int:
    """Work for a scheduler, until Ctrl-C, each file in a process apart.

    It has to see the files, and the folder of results, by the same names as whoever gives the
    batch out. Where the scheduler goes away it waits until it is back.
    """
    from efface import api

    def waiting(why: str) -> None:
        say(f"efface: waiting for the scheduler at {scheduler} ({why}).", err=True)

    api.cluster_worker(
        scheduler, keys, host=host, port=port, workers=workers, ready=_ready, waiting=waiting
    )
    return 0


def _ready(address: str) -> None:
    say(f"efface: listening at {address}, for holders of these keys alone.", err=True)
