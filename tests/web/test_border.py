"""What every response has, and what is refused before any route is reached."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.world import World
from web.api import create_api
from web.config import Limits, WebConfig

LIMIT_BYTES = 2_000


@pytest.fixture
def limits(limits: Limits) -> Limits:
    return Limits(body_bytes=LIMIT_BYTES, json_depth=6)


def error_of(answer: Any) -> dict[str, Any]:
    """The envelope, which is all there is in an error."""
    assert answer.headers["content-type"] == "application/json"
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) <= {"type", "code", "message", "param"}
    assert {"type", "code", "message"} <= set(error)
    return error


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/v1/cart", 401),
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/v1/cart", 405),
        ("GET", "/media/tent.svg", 200),
        ("GET", "/media/none.svg", 404),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
    ],
)
def test_every_response_has_an_id_and_is_never_sniffed(
    world: World, method: str, path: str, status: int
) -> None:
    answer = world.client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["x-content-type-options"] == "nosniff"
    if status >= 400:
        error_of(answer)


def test_two_requests_have_different_ids(world: World) -> None:
    first, second = world.client.get("/healthz"), world.client.get("/healthz")

    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_a_path_that_takes_another_method_says_which(world: World) -> None:
    answer = world.client.put("/v1/cart/items/line_1", json={})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, PATCH"
    assert error_of(answer)["code"] == "method_not_allowed"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example:80"])
def test_a_host_that_is_not_served_gets_nothing(world: World, host: str) -> None:
    answer = world.client.get("/healthz", headers={"Host": host})

    assert answer.status_code == 400
    assert error_of(answer)["code"] == "unknown_host"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_a_host_that_is_served_may_have_a_port(world: World, host: str) -> None:
    assert world.client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_body_over_the_limit_is_refused_by_what_it_says(world: World) -> None:
    who = world.session()

    answer = world.client.post("/v1/search", json={"query": "x" * LIMIT_BYTES}, headers=who)

    assert answer.status_code == 413
    assert error_of(answer)["code"] == "body_too_large"


def test_a_body_over_the_limit_is_refused_by_what_really_comes(world: World) -> None:
    who = world.session() | {"Content-Type": "application/json"}

    answer = world.client.post("/v1/search", content=(b"x" * 500 for _ in range(5)), headers=who)

    assert answer.status_code == 413
    assert error_of(answer)["code"] == "body_too_large"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_that_is_not_json_by_its_type_is_refused(world: World, content_type: str) -> None:
    who = world.session() | {"Content-Type": content_type}

    answer = world.client.post("/v1/search", content=b'{"query": "tent"}', headers=who)

    assert answer.status_code == 415
    assert error_of(answer)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        (b"{", "invalid_json", None),
        (b"\xff", "invalid_json", None),
        (b'{"query": NaN}', "invalid_json", None),
        (b"[" * 7 + b"]" * 7, "invalid_json", None),
        (b"null", "invalid_value", None),
        (b"[]", "invalid_value", None),
        (b"{}", "missing_field", "query"),
        (b'{"query": "tent", "colour": "blue"}', "unknown_field", "colour"),
        (b'{"query": "tent", "filters": {"price": {"max": {"amount": 1, "currency": "USD", "x": 1}}}}',
         "unknown_field", "filters.price.max.x"),
        (b'{"query": "tent", "limit": "5"}', "invalid_value", "limit"),
        (b'{"query": "tent", "limit": 5.5}', "invalid_value", "limit"),
        (b'{"query": "tent", "limit": true}', "invalid_value", "limit"),
        (b'{"query": "tent", "limit": 51}', "invalid_value", "limit"),
        (b'{"query": "tent", "limit": 0}', "invalid_value", "limit"),
        (b'{"query": 5}', "invalid_value", "query"),
        (b'{"query": ""}', "blank_text", "query"),
        (b'{"query": " \\t\\u3000"}', "blank_text", "query"),
        (b'{"query": "a\\u0000b"}', "invalid_text", "query"),
        (b'{"query": "\\ud83d"}', "invalid_text", "query"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_422_with_the_field_at_fault(
    world: World, body: bytes, code: str, param: str | None
) -> None:
    who = world.session() | {"Content-Type": "application/json"}

    answer = world.client.post("/v1/search", content=body, headers=who)

    assert answer.status_code == 422
    assert error_of(answer)["code"] == code
    assert error_of(answer).get("param") == param
    assert error_of(answer)["message"]


@pytest.mark.parametrize(
    "path", ["/v1/conversations/a%00b", "/v1/products/%00", "/v1/conversations?cursor=%00"]
)
def test_nul_in_a_path_or_a_query_is_refused(world: World, path: str) -> None:
    answer = world.client.get(path, headers=world.session())

    assert answer.status_code == 422
    assert error_of(answer)["code"] == "invalid_text"


def test_an_accident_inside_is_a_500_that_tells_nothing_of_the_inside(
    world: World, config: WebConfig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    who = world.session()
    monkeypatch.setattr("web.routers.cart.cart_json", burst)

    answer = world.client.get("/v1/cart", headers=who)

    assert answer.status_code == 500
    assert error_of(answer)["code"] == "internal"
    assert "hunter2" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert "hunter2" in caplog.text
    assert answer.headers["x-request-id"] in caplog.text


def test_a_store_that_is_gone_is_a_503_that_says_when_to_come_back(world: World) -> None:
    who = world.session()
    with world.database.engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE web_sessions RENAME TO gone")

    answer = world.client.get("/v1/cart", headers=who)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert error_of(answer)["code"] == "store_unavailable"


def test_answers_are_data_that_no_browser_runs_or_keeps(world: World) -> None:
    headers = world.client.get("/v1/cart", headers=world.session()).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"


def test_a_picture_cannot_run_a_script(world: World) -> None:
    answer = world.client.get("/media/tent.svg")

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/media/../shop.db", "/media/%2e%2e/shop.db", "/media/..%2fshop.db"])
def test_nothing_beside_the_pictures_is_served(world: World, path: str) -> None:
    assert world.client.get(path).status_code == 404


def test_the_docs_page_needs_nobody_elses_servers(world: World) -> None:
    page = world.client.get("/docs")

    assert "https://" not in page.text
    assert world.client.get("/docs/assets/swagger-ui-bundle.js").status_code == 200
    assert world.client.get("/docs/start.js").status_code == 200


def test_no_other_origin_may_read_by_default(world: World) -> None:
    answer = world.client.options(
        "/v1/cart", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    )

    assert "access-control-allow-origin" not in answer.headers


def test_a_named_origin_may_read_and_no_other(world: World) -> None:
    app = create_api(world.services, WebConfig(allowed_origins=("https://shop.example",)))
    client = TestClient(app, base_url="http://localhost")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    friend = client.options("/v1/search", headers={"Origin": "https://shop.example", **asked})
    stranger = client.options("/v1/search", headers={"Origin": "https://evil.example", **asked})

    assert friend.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in stranger.headers


def test_production_asks_browsers_for_https(world: World) -> None:
    client = TestClient(create_api(world.services, WebConfig(production=True)), base_url="http://localhost")

    assert "strict-transport-security" in client.get("/healthz").headers


def test_times_and_numbers_come_as_json_says(world: World) -> None:
    answer = world.client.post("/v1/sessions")

    assert json.loads(answer.text)["expires_at"].endswith("Z")
