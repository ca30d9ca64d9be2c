"""Who may ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from tests.review.conftest import ORIGIN, PORT, Opened, Page

from efface.review.security import HEADERS, MAX_BODY_BYTES


@pytest.fixture
def page(opened: Opened, photo: Path) -> Page:
    return opened(photo)


def stranger(page: Page) -> TestClient:
    """Another browser."""
    return TestClient(page.guard, base_url=ORIGIN)


def test_the_token_is_good_once(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    assert "token=None" in page.guard.address
    page.get("/api/desk")


def test_nobody_else_gets_in(page: Page) -> None:
    other = stranger(page)
    for path in ("/", "/app.js", "/api/desk", "/api/happenings", "/?token=None", "/?token=wrong"):
        assert other.get(path).status_code in (401, 403), path
    other.cookies.set(page.guard.cookie, "wrong")
    assert other.get("/api/desk").status_code == 401


def test_a_token_is_not_spent_by_a_browser_that_fetches_ahead(opened: Opened, photo: Path) -> None:
    page = Page(opened(photo).desk)
    ahead = page.client.get(page.guard.address, headers={"sec-purpose": "prefetch;prerender"})
    assert ahead.status_code == 503
    page.open()


def test_the_cookie_is_for_this_server_alone(opened: Opened, photo: Path) -> None:
    page = Page(opened(photo).desk)
    answer = page.client.get(page.guard.address, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} < set(answer.headers["set-cookie"].split("; "))


@pytest.mark.parametrize(
    "host",
    [
        "127.evil.com", f"127.0.0.1.evil.com:{PORT}", f"localhost:{PORT}", "127.0.0.1",
        f"127.0.0.1:{PORT + 1}", f"evil.com:{PORT}", f"127.0.0.1:{PORT}@evil.com", "",
    ],
)  # fmt: skip
def test_a_host_is_compared_whole(page: Page, host: str) -> None:
    assert page.client.get("/api/desk", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.com", "null", f"http://127.0.0.1:{PORT + 1}", f"https://127.0.0.1:{PORT}",
        f"{ORIGIN}.evil.com", f"http://localhost:{PORT}", "http://127.evil.com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_origin_is_compared_whole(page: Page, origin: str, method: str) -> None:
    answer = page.client.request(
        method, "/api/desk" if method == "GET" else "/api/audience", headers={"origin": origin},
        json={"audience": "public"},
    )  # fmt: skip
    assert answer.status_code == 403
    assert page.desk.audience is None


def test_what_changes_something_says_where_it_is_from(page: Page) -> None:
    del page.client.headers["origin"]
    answer = page.client.put("/api/audience", json={"audience": "public"})
    assert answer.status_code == 403
    page.get("/api/desk")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_foreign_pages_embed_nothing(page: Page, site: str) -> None:
    """Another local server is the same site, and its pages get the cookie sent along."""
    assert page.client.get("/app.js", headers={"sec-fetch-site": site}).status_code == 403


def test_there_are_no_websockets(page: Page) -> None:
    with pytest.raises(WebSocketDisconnect), page.client.websocket_connect("/api/happenings"):
        pass


def test_every_answer_has_the_headers(page: Page) -> None:
    paths = ("/", "/app.js", "/api/desk", "/none", "/api/files/none")
    answers = [page.client.get(path) for path in paths]
    answers.append(stranger(page).get("/"))
    answers.append(page.client.get("/", headers={"host": "evil.com"}))
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    assert "unsafe" not in HEADERS["content-security-policy"]


def test_a_body_is_bounded(page: Page) -> None:
    most = b" " * (MAX_BODY_BYTES + 1)
    kind = {"content-type": "application/json"}
    assert page.client.put("/api/audience", content=most, headers=kind).status_code == 413

    pieces = iter([b" " * (1 << 20)] * ((MAX_BODY_BYTES >> 20) + 1))
    answer = page.client.put("/api/audience", content=pieces, headers=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", [b"{", b'{"audience": "everyone"}', b'{"audience": "public", "more": 1}', b"[]"]
)
def test_what_no_page_sends_is_not_understood(page: Page, body: bytes) -> None:
    kind = {"content-type": "application/json"}
    assert page.client.put("/api/audience", content=body, headers=kind).status_code == 422
    assert page.client.put("/api/audience", content=body).status_code == 422


@pytest.mark.parametrize(
    "name", ["none", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "photo.jpg", "."]
)
def test_a_file_is_named_by_its_id_alone(page: Page, name: str) -> None:
    for what in ("", "/picture", "/preview"):
        assert page.client.get(f"/api/files/{name}{what}").status_code == 404


def test_no_path_reaches_the_page(page: Page, photo: Path) -> None:
    state = page.only()
    texts = [page.client.get("/api/desk").text, str(state), page.release(state).text]
    assert all(str(photo.parent) not in text for text in texts)
