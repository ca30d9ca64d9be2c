"""Files under a passphrase: against another implementation, and with every byte changed."""

from __future__ import annotations

import base64

import pyrage  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import RefusedError, VerificationError
from efface.evidence.seal import passphrase as made
from efface.evidence.seal.passphrase import MAX_WORK, WORK, opened, under_passphrase

WORDS = "wörds, several"


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hardly any work, so that much can be tried."""
    monkeypatch.setattr(made, "WORK", 1)


@pytest.fixture
def file(cheap: None) -> bytes:
    return under_passphrase(b"AGE-SECRET-KEY-1", WORDS)


def armoured(content: bytes) -> bytes:
    text = base64.encodebytes(content)
    return made.ARMOUR + b"\n" + text + b"-----END AGE ENCRYPTED FILE-----\n"


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072])
def test_another_implementation_opens_it(size: int) -> None:
    plain = bytes(range(251)) * (size // 251 + 1)
    content = under_passphrase(plain[:size], WORDS)
    assert pyrage.passphrase.decrypt(content, WORDS) == plain[:size]
    assert opened(content, WORDS) == plain[:size]


OF_PYRAGE = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBUVUNIR2k3V1dmSWs2V3hGOFVUYWp3IDE4Cjdm"
    "ZGRZeEZYdjlxSUlZTFcvMWphTEhURWhNNFRZLzVxYnpubFBSYnpSTDAKLS0tIHRjWG9pVDdGbnFTSDZt"
    "alRjRXl6VHBuSHEwcE5ySGNoMWFGelNmeUw1ZTQK2BJD1HZbu0t3oFWUxsHlQ1tibANqs2gYitv4sk7A"
    "TUjl5YjgYUuoH2AD3Q0bLrfO"
)
"""``AGE-SECRET-KEY-1`` as pyrage 1.3 put it under the passphrase."""


def test_what_another_implementation_made_opens() -> None:
    assert opened(OF_PYRAGE, WORDS) == b"AGE-SECRET-KEY-1"


def test_armour_of_letters_is_taken_off(file: bytes) -> None:
    for content in (armoured(file), armoured(file).replace(b"\n", b"\r\n")):
        assert opened(content, WORDS) == b"AGE-SECRET-KEY-1"


def test_guessing_costs_what_it_does_in_age_however_busy_the_computer_is() -> None:
    content = under_passphrase(b"", WORDS)
    assert content.split(b"\n")[1].split()[-1] == b"18"
    assert WORK == 18


@pytest.mark.usefixtures("cheap")
def test_no_two_files_share_anything() -> None:
    one, two = under_passphrase(b"same", WORDS), under_passphrase(b"same", WORDS)
    for mine, other in zip(one.splitlines()[1:], two.splitlines()[1:], strict=False):
        assert mine != other


def test_another_passphrase_is_told(file: bytes) -> None:
    for words in ("", "words", WORDS + " "):
        with pytest.raises(RefusedError, match="does not open it"):
            opened(file, words)


@given(st.data())
def test_whatever_is_changed_or_cut_is_told(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "WORK", 1)
        whole = under_passphrase(b"AGE-SECRET-KEY-1", WORDS)
    place = data.draw(st.integers(0, len(whole) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = bytearray(whole)
    changed[place] ^= bit
    work = made._FORM.match(changed)
    if work is None or int(work[2]) < 12:  # more takes longer than a test may
        with pytest.raises((RefusedError, VerificationError)):
            opened(bytes(changed), WORDS)
    for part in (whole[:place], whole + whole[: place + 1]):
        with pytest.raises(VerificationError):
            opened(part, WORDS)


def test_a_last_part_that_was_left_out_is_told(cheap: None) -> None:
    content = under_passphrase(bytes(65_536 + 10), WORDS)
    with pytest.raises(VerificationError, match="cut short"):
        opened(content[: -10 - 16], WORDS)


@pytest.mark.parametrize("work", [b"23", b"63", b"99"])
def test_a_file_that_asks_for_all_memory_is_not_obeyed(file: bytes, work: bytes) -> None:
    greedy = file.replace(b" 1\n", b" " + work + b"\n", 1)
    with pytest.raises(VerificationError, match="more memory"):
        opened(greedy, WORDS)
    with pytest.raises(VerificationError, match="more memory"):
        opened(armoured(greedy), WORDS)
    assert int(work) > MAX_WORK


def test_too_little_memory_is_not_called_a_change(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(made, "_stretched", none)
    with pytest.raises(VerificationError, match="too little memory"):
        opened(file, WORDS)


@pytest.mark.parametrize("text", [b"", b"!!!!", b"AAA"])
def test_armour_that_holds_nothing_is_told(text: bytes) -> None:
    with pytest.raises(VerificationError):
        opened(made.ARMOUR + text, WORDS)
    with pytest.raises(VerificationError):
        opened(made.ARMOUR + b"\n" + text + b"\n-----END AGE ENCRYPTED FILE-----\n", WORDS)
