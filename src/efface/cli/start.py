"""Where the command ``efface`` begins: before anything is loaded that takes time.

Loading the commands takes a tenth of a second, in which Ctrl-C would end in Python's own traceback.
"""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Load the commands and run them; exits with efface's codes."""
    try:
        from efface.cli.main import main as run

        run()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("efface: interrupted; no unfinished output was left.\n")
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
