"""``efface``: the entry point, and how errors become exit codes."""

from __future__ import annotations

import io
import sys

import click

from efface.cli.advise import advise
from efface.cli.attack import attack
from efface.cli.audit import audit
from efface.cli.batch import batch
from efface.cli.clean import clean
from efface.cli.cluster import cluster
from efface.cli.command import Commands
from efface.cli.contact_sheet import contact_sheet
from efface.cli.detect import detect
from efface.cli.inspect import inspect
from efface.cli.keys import keys
from efface.cli.log import log
from efface.cli.manual import completion, man
from efface.cli.pack import pack
from efface.cli.redact import redact
from efface.cli.review import review
from efface.cli.scan import scan
from efface.cli.schema import schema
from efface.cli.seal import seal
from efface.cli.stamp import stamp
from efface.cli.study import study
from efface.cli.text import say
from efface.cli.verify import verify
from efface.cli.watch import watch
from efface.cli.weights import weights
from efface.errors import OutputError, StoppedError, in_own_words
from efface.files.interruptions import INTERRUPTED, interruptible
from efface.version import __version__


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="efface %(version)s")
def cli() -> None:
    """Removes faces from photos and videos so that nothing of them is left in the file."""


cli.under("Redact", redact, review, batch, cluster, watch)
cli.under("Look first", detect, scan, contact_sheet, inspect)
cli.under("Check a result", attack, advise, audit, verify)
cli.under("Measure", study)
cli.under("Evidence", keys, seal, stamp, pack, log)
cli.under("Housekeeping", weights, clean, schema, completion, man)


def main() -> None:
    """Run the command line and exit with efface's codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names that a console's encoding lacks
            stream.reconfigure(errors="backslashreplace")
    try:
        with interruptible():
            code = cli.main(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        say(INTERRUPTED, err=True)
        sys.exit(StoppedError.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        say(f"efface: cannot write what it has to say ({error.strerror or error}).", err=True)
        sys.exit(OutputError.exit_code)
    except Exception as error:
        own = in_own_words(error)
        say(f"efface: {own}", err=True)
        sys.exit(own.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
