"""Four eyes: two persons confirm what is released, and nothing else counts as that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.review.conftest import Opened, Page

from efface.policy import AllowPolicy, Policy, ReviewPolicy

TWO = Policy(review=ReviewPolicy(two_persons=True))


def confirm(page: Page, state: Any, who: str, revision: int | None = None) -> Any:
    asked = state["summary"]["revision"] if revision is None else revision
    return page.client.post(
        f"/api/files/{state['summary']['id']}/looks",
        json={"who": who}, headers={"if-match": f'"{asked}"'},
    )  # fmt: skip


def stand(state: Any) -> list[str]:
    return [look["who"] for look in state["looks"] if look["stands"]]


def test_two_persons_confirm_and_it_is_released(opened: Opened, photo: Path) -> None:
    """The report, which is handed on, says how many; who, only the pack's log does."""
    page = opened(photo, policy=TWO)
    assert page.get("/api/desk")["two_persons"]
    state = page.only()
    outcome = page.release(state).json()
    assert (outcome["exit_code"], outcome["acceptable"]) == (2, "one-person")
    assert "Nobody had confirmed it as it is; two different persons have to." in outcome["message"]
    state = confirm(page, state, " S. K. ").json()
    outcome = page.release(state).json()
    assert (outcome["exit_code"], "One person had" in outcome["message"]) == (2, True)
    assert not photo.with_name("photo.effaced.jpg").exists()
    state = confirm(page, state, "Ana").json()
    assert (stand(state), state["summary"]["confirmed"]) == (["S. K.", "Ana"], 2)
    assert stand(opened(photo, policy=TWO).only()) == ["S. K.", "Ana"], "it is on disk"
    outcome = page.release(state).json()
    assert outcome["exit_code"] == 0, outcome["message"]
    assert "2 persons had confirmed it as it is before it was released." in outcome["notes"]
    report = json.dumps(page.get(f"/api/files/{state['summary']['id']}/report"))
    assert ("S. K." in report, "2 persons had confirmed" in report) == (False, True)
    assert stand(outcome["state"]) == ["S. K.", "Ana"], "a release changes nothing of it"


SAME = ("ana  kovač", "ANA KOVAČ", " Ana\tKovač", "A.n.a Kovac", "Аna Kоvač", "Ana Kovač")
"""By case, spaces, dots, marks, letters of another alphabet, and letters that are written anew."""

NONE = ("", "  ", "...", "a\u202eb", "x" * 61)


def test_one_person_is_not_two(opened: Opened, photo: Path) -> None:
    """And what is no name confirms nothing."""
    page = opened(photo, policy=TWO)
    state = page.only()
    for name in NONE:
        assert confirm(page, state, name).status_code in (409, 422), name
    assert page.only()["looks"] == []
    state = confirm(page, state, "Ana Kovač").json()
    for name in SAME:
        state = confirm(page, state, name).json()
        assert len(stand(state)) == len(state["looks"]) == 1, name
    assert page.release(state).json()["acceptable"] == "one-person"


def test_a_change_voids_what_was_confirmed(opened: Opened, photo: Path) -> None:
    """Of zones, of judgements, of the audience, of the method; that it is back, confirms it again:
    both have looked at just that."""
    page = opened(photo, policy=TWO)
    state = page.only()
    for who in ("Ana", "Bo"):
        state = confirm(page, state, who).json()
    tracks = state["decisions"]["tracks"]
    changed = page.decide(state, tracks=[tracks[0] | {"action": "keep"}]).json()
    assert (stand(changed), len(changed["looks"])) == ([], 2)
    assert page.release(changed).json()["acceptable"] == "one-person"
    back = page.decide(changed, tracks=tracks).json()
    assert len(stand(back)) == 2
    for path, choice in (("audience", "acquainted"), ("method", "figure")):
        page.client.put(f"/api/{path}", json={path: choice})
        assert stand(page.only()) == []
        page.client.put(f"/api/{path}", json={path: {"audience": "public"}.get(path, "solid")})
        assert len(stand(page.only())) == 2


def test_nobody_confirms_what_another_tab_changed(opened: Opened, photo: Path) -> None:
    """Nor what another efface did."""
    page, other = opened(photo, policy=TWO), opened(photo, policy=TWO)
    state, also = page.only(), other.only()
    changed = page.decide(state, tracks=[]).json()
    answer = confirm(page, state, "Ana")
    assert answer.status_code == 412
    assert answer.json()["current"]["decisions"] == changed["decisions"]
    assert confirm(other, also, "Bo").status_code == 412
    for who in ("Ana", "Bo"):
        assert confirm(
            other, changed | {"summary": changed["summary"] | {"id": also["summary"]["id"]}}, who
        )
    assert page.release(state).status_code == 412
    outcome = page.release(changed).json()
    assert outcome["acceptable"] == "no-face", "what the other efface confirmed counts here"


def test_less_is_taken_upon_oneself_by_name_alone(opened: Opened, photo: Path) -> None:
    page = opened(photo, policy=TWO)
    state = confirm(page, page.only(), "Ana").json()
    assert page.release(state, "rescan", "unwatched").json()["exit_code"] == 2
    outcome = page.release(state, "one-person").json()
    assert outcome["exit_code"] == 0
    assert any("accepted that fewer than two" in note for note in outcome["notes"])
    strict = Policy(review=ReviewPolicy(two_persons=True), allow=AllowPolicy(one_person=False))
    page = opened(photo, policy=strict)
    outcome = page.release(page.only(), "one-person", "overwrite").json()
    assert (outcome["exit_code"], outcome["acceptable"]) == (2, None)
    assert "allow.one_person" in outcome["hint"]
