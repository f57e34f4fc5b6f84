"""What stands in front of Gradio, asked as an attacker would."""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.web.pages.conftest import Shop, wait_for_page
from web.config import Rate
from web.pages import PagesConfig, mount
from web.pages.gate import MOST_BODY_BYTES
from web.pages.shop_page import ShopPage

HOME = "http://localhost"
OWN = {"Origin": HOME}
EVENT = {"data": [], "fn_index": 0, "session_hash": "abc123"}


@pytest.fixture
def visitor(client: TestClient) -> TestClient:
    """The same client, once it has opened the shopper's page."""
    assert client.get("/").status_code == 200
    return client


def gradio_routes() -> list[tuple[str, str]]:
    """Every (method, path) that Gradio answers on, its parameters filled in."""
    import gradio as gr

    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.HTML("x")
    blocks.queue()
    found = [
        (method, re.sub(r"\{[^}]*\}", "a1", path))
        for path, methods in _walk(blocks.app.router.routes)
        for method in methods
    ]
    assert len(found) > 60, "Gradio hides its routes: this test sees nothing"
    assert ("POST", "/gradio_api/upload") in found
    return found


def _walk(routes: list[Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _walk(route.original_router.routes, prefix + route.include_context.prefix)
        else:
            yield prefix + route.path, sorted(getattr(route, "methods", None) or ())


def refused(answer: Any) -> bool:
    """An error in the API's envelope, and nothing of Gradio."""
    if answer.status_code not in (401, 403, 404, 405):
        return False
    return answer.request.method == "HEAD" or set(answer.json()) == {"error"}


@pytest.mark.parametrize("cookie", ["", "pairwell_visit=forged.seal; pairwell_desk=forged"])
@pytest.mark.parametrize("page", ["", "/support"])
def test_no_route_of_gradio_gives_anything_to_whoever_has_no_visit(
    client: TestClient, page: str, cookie: str
) -> None:
    """The page itself is for everybody, the form of the support desk too; /openapi.json is the API's."""
    headers = {**OWN, **({"Cookie": cookie} if cookie else {})}
    open_to_all = {f"{page}/", "/openapi.json"}
    given = [
        (method, page + path, answer.status_code)
        for method, path in gradio_routes()
        if page + path not in open_to_all
        and not refused(
            answer := client.request(
                method, page + path, headers=headers, json=EVENT if method == "POST" else None
            )
        )
    ]
    assert given == []


def test_a_visit_opens_only_what_the_page_uses(visitor: TestClient) -> None:
    opened = {
        (method, path)
        for method, path in gradio_routes()
        if not refused(visitor.request(method, path, headers=OWN, json=EVENT if method == "POST" else None))
    }
    assert {(method, path) for method, path in opened if method != "HEAD"} == {
        ("GET", "/"),
        ("GET", "/openapi.json"),
        ("GET", "/theme.css"),
        ("GET", "/assets/a1"),
        ("GET", "/gradio_api/queue/data"),
        ("POST", "/gradio_api/queue/join"),
    }


def test_uploads_files_and_direct_calls_do_not_exist_even_for_visitors(visitor: TestClient) -> None:
    assert visitor.post("/gradio_api/upload", headers=OWN, files={"files": b"x"}).status_code == 404
    assert visitor.post("/gradio_api/call/_say", headers=OWN, json={"data": ["hi"]}).status_code == 404
    assert visitor.post("/gradio_api/run/predict", headers=OWN, json=EVENT).status_code == 404
    assert visitor.get("/gradio_api/file=/etc/passwd").status_code == 404
    assert visitor.get("/assets/../../../../etc/passwd").status_code == 404
    assert visitor.get("/assets/%2e%2e/%2e%2e/routes.py").status_code == 404


def test_the_support_desk_shows_a_stranger_a_form_and_nothing_else(client: TestClient) -> None:
    answer = client.get("/support/")
    assert answer.status_code == 200
    assert "gradio_config" not in answer.text
    assert "set-cookie" not in answer.headers
    assert "script-src" not in answer.headers["content-security-policy"]
    assert client.get("/support").headers["location"] == "/support/"


def test_a_shopper_s_visit_does_not_open_the_desk(visitor: TestClient) -> None:
    assert "pairwell_visit" in visitor.cookies
    assert visitor.get("/support/theme.css").status_code == 401
    assert visitor.post("/support/gradio_api/queue/join", headers=OWN, json=EVENT).status_code == 401


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert re.match(r"pairwell_visit=[\w-]{32}\.[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Strict$", cookie)
    assert "set-cookie" not in client.get("/").headers


def test_over_https_the_cookie_never_travels_in_the_clear(client: TestClient) -> None:
    assert client.get("https://localhost/").headers["set-cookie"].endswith("; Secure")


def test_a_forged_cookie_is_replaced(client: TestClient) -> None:
    answer = client.get("/", headers={"Cookie": "pairwell_visit=forged.seal"})
    assert "pairwell_visit=" in answer.headers["set-cookie"]


def test_a_link_from_another_site_does_not_cost_a_visitor_the_visit(client: TestClient) -> None:
    """Such a request comes without the strict cookie: the page comes back by itself and brings it."""
    answer = client.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert 'http-equiv="refresh"' in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost@evil.example"},
    ],
)
def test_only_the_page_itself_sends_events(visitor: TestClient, headers: dict[str, str]) -> None:
    answer = visitor.post("/gradio_api/queue/join", headers=headers, json=EVENT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")


def test_an_open_page_belongs_to_who_opened_it(visitor: TestClient) -> None:
    event = {**EVENT, "session_hash": "mine1"}
    assert visitor.post("/gradio_api/queue/join", headers=OWN, json=event).status_code == 200
    visitor.cookies.clear()
    visitor.get("/")
    for answer in (
        visitor.post("/gradio_api/queue/join", headers=OWN, json=event),
        visitor.get("/gradio_api/queue/data", params={"session_hash": "mine1"}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_session")


def test_an_address_that_sends_too_many_events_must_wait() -> None:
    app = FastAPI()
    mount(app, PagesConfig(events_per_address=Rate(per_minute=0.01, burst=2)))
    with TestClient(app, base_url=HOME) as client:
        wait_for_page(client, "/")
        answers = [client.post("/gradio_api/queue/join", headers=OWN, json=EVENT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 5_000 < int(answers[-1].headers["retry-after"]) <= 6_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"session_hash": 7}', 400),
        (b'{"session_hash": "../x"}', 400),
        (b'{"session_hash": "' + b"a" * 33 + b'"}', 400),
        (b"\xff\xfe", 400),
        (b" " * (MOST_BODY_BYTES + 1), 413),
    ],
)
def test_what_is_no_event_gets_a_plain_refusal(visitor: TestClient, body: bytes, status: int) -> None:
    answer = visitor.post("/gradio_api/queue/join", headers=OWN, content=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("path", ["/", "/support/", "/theme.css"])
def test_every_answer_of_the_pages_carries_the_security_headers(visitor: TestClient, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert headers["x-request-id"].startswith("req_")


def test_the_page_runs_only_this_server_s_scripts_and_loads_nothing_from_elsewhere(
    client: TestClient,
) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy
    scripts = re.findall(r"<script\b[^>]*>", answer.text)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    loaded = re.findall(r'<(?:script|link|img|meta)\b[^>]*(?:src|href|content)="(https?:)?//', answer.text)
    assert loaded == []
    assert nonce[1] not in client.get("/").text


def test_the_shop_s_name_is_text_in_the_document(client: TestClient) -> None:
    text = client.get("/").text
    assert "<title>The &lt;Test&gt; Shop</title>" in text
    assert "<Test>" not in text


def test_what_the_address_asks_for_beside_the_page_is_left_out(client: TestClient) -> None:
    plain = client.get("/").text
    asked = client.get("/", params={"deep_link": "../../x", "__theme": "dark", "view": "api"}).text
    assert len(asked) == len(plain)


def test_gradio_reports_to_nobody_and_keeps_nothing_open(client: TestClient) -> None:
    written = re.search(r"window.gradio_config = (\{.*?\});</script>", client.get("/").text)
    assert written
    config = json.loads(written[1])
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == []
    assert {each["api_visibility"] for each in config["dependencies"]} == {"private"}


def test_the_api_stays_as_it_is_beside_the_pages(visitor: TestClient) -> None:
    assert visitor.get("/v1/nonsense").json()["error"]["code"] == "unknown_path"
    assert visitor.put("/v1/cart").status_code == 405
    assert visitor.get("/nonsense").json()["error"]["code"] == "unknown_path"
    assert visitor.post("/").status_code in (404, 405)
    assert visitor.get("/v1/cart").status_code == 401
    assert visitor.get("/docs").status_code == 200


def test_whoever_comes_before_a_page_is_built_is_told_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio is held back while it builds, as it is on a slow machine."""
    go_on, build = threading.Event(), ShopPage.build

    def held(page: ShopPage) -> Any:
        assert go_on.wait(60)
        return build(page)

    monkeypatch.setattr(ShopPage, "build", held)
    opened = mount(shop.app)
    with TestClient(shop.app, base_url=HOME) as client:
        answer = client.get("/")
        assert not opened.is_set()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert 'http-equiv="refresh"' in answer.text
        go_on.set()
        wait_for_page(client, "/")
        assert opened.is_set()


def test_a_page_that_could_not_be_built_is_built_once_more(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, build = [], ShopPage.build

    def failing(page: ShopPage) -> Any:
        tries.append(page)
        if len(tries) == 1:
            raise SystemError("AST constructor recursion depth mismatch")
        return build(page)

    monkeypatch.setattr(ShopPage, "build", failing)
    mount(shop.app)
    with TestClient(shop.app, base_url=HOME) as client:
        wait_for_page(client, "/")
        assert client.get("/").status_code == 200
    assert len(tries) == 2


def test_pages_of_an_application_that_was_not_started_say_so(shop: Shop) -> None:
    mount(shop.app)
    answer = TestClient(shop.app, base_url=HOME).get("/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_started")
