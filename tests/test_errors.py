"""Errors in efface's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.errors import (
    EffaceError,
    InputError,
    RefusedError,
    StoppedError,
    UnexpectedError,
    exit_code,
    in_own_words,
)

FILE = Path("a.jpg")


def raised(first: BaseException, then: Exception, *, named: bool) -> Exception:
    """The second, raised while the first was handled, or from it."""
    try:
        try:
            raise first
        except BaseException as error:
            if named:
                raise then from error
            raise then  # noqa: B904 - that is the point
    except Exception as error:
        return error


@pytest.mark.parametrize("named", [True, False])
def test_what_a_library_makes_of_an_interruption_is_one(named: bool) -> None:
    error = raised(KeyboardInterrupt(), ImportError("initialization failed"), named=named)
    for found in (in_own_words(error), in_own_words(raised(error, OSError(), named=named))):
        assert isinstance(found, StoppedError)
        assert found.exit_code == 130


def test_others_are_bugs_or_what_they_are() -> None:
    bug = in_own_words(raised(ValueError("a"), KeyError("b"), named=True), FILE)
    assert isinstance(bug, UnexpectedError)
    assert "KeyError: 'b', test_errors.py line" in bug.message
    own = in_own_words(InputError("it is cut short."), FILE)
    assert (type(own), own.path) == (InputError, FILE)
    assert isinstance(in_own_words(MemoryError()), RefusedError)


def test_the_code_of_a_run_over_files() -> None:
    failed: list[EffaceError] = [InputError("a"), RefusedError("b")]
    assert exit_code([], 3) == 0
    assert exit_code(failed[:1], 1) == 5
    assert exit_code(failed, 3) == 6
    assert exit_code([*failed, StoppedError("c")], 3) == 130
