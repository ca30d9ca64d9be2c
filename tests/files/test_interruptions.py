"""An interruption ends the run, whatever the main thread is doing; each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")

SCRIPT = """
import os, signal, sys, threading, time
from hashlib import pbkdf2_hmac
from pathlib import Path
from efface.files import interruptions
from efface.files.appearing import appearing

class Ignores:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.1)

def in_another_thread():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

def waits():
    threading.Thread(target=in_another_thread, daemon=True).start()
    time.sleep(60)

def ignores():
    del [Ignores()][0]
    time.sleep(60)

def swallows():
    interruptions.GRACE_S, interruptions.INSISTS_S = 0.1, 0.4
    threading.Thread(target=in_another_thread, daemon=True).start()
    try:
        time.sleep(60)
    except:
        pass
    time.sleep(60)

def computes():
    interruptions.LAST_S = 0.5
    threading.Thread(target=in_another_thread, daemon=True).start()
    pbkdf2_hmac("sha256", b"", b"", 10**9)  # C code that no signal ends

def ends_well():
    interruptions.LAST_S = 0.1
    signal.signal(signal.SIGUSR1, lambda *_: None)
    os.kill(os.getpid(), signal.SIGUSR1)  # is none
    time.sleep(0.6)

target = Path(sys.argv[2])
try:
    with interruptions.interruptible(), appearing(target, overwrite=False) as temporary:
        temporary.write_bytes(b"half")
        globals()[sys.argv[1]]()
except KeyboardInterrupt:
    print("tidied up", flush=True)
    sys.exit(130)
time.sleep(0.2)
print("threads", threading.active_count())
"""


def run(way: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT, way, str(folder / "out")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)


@pytest.mark.parametrize("way", ["waits", "ignores", "swallows"])
def test_one_that_the_main_thread_missed_is_sent_again(way: str, tmp_path: Path) -> None:
    done = run(way, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "tidied up\n", "")
    assert list(tmp_path.iterdir()) == []


def test_one_that_the_main_thread_cannot_notice_ends_the_process(tmp_path: Path) -> None:
    done = run("computes", tmp_path)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "efface: interrupted; no unfinished output was left.\n"
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_behind_a_run_that_ends_well(tmp_path: Path) -> None:
    done = run("ends_well", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "threads 1\n", "")
    assert (tmp_path / "out").read_bytes() == b"half"
