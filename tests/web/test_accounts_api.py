"""Signing in at the support desk: hashed passwords, roles, pauses, and an end."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import Conflict
from tests.web.world import World
from web.accounts import IDLE, Accounts, BadAccount, UnknownAccount
from web.tables import support_accounts, support_sessions

PASSWORD = "long enough for anybody"


@pytest.fixture
def kim(world: World) -> World:
    with world.database.begin() as work:
        Accounts(work, world.clock()).create("Kim ", "Kim", "agent", PASSWORD)
    return world


def sign_in(world: World, login: str = "kim", password: str = PASSWORD) -> Any:
    return world.client.post("/v1/support/sign-in", json={"login": login, "password": password})


def token(answer: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def queue(world: World, who: dict[str, str]) -> int:
    return int(world.client.get("/v1/support/queue", headers=who).status_code)


def test_an_account_signs_in_and_sees_the_queue_until_it_signs_out(kim: World) -> None:
    opened = sign_in(kim, "KIM")
    assert (opened.status_code, opened.json()["role"], opened.json()["name"]) == (201, "agent", "Kim")
    who = token(opened)
    assert queue(kim, who) == 200
    assert kim.client.post("/v1/support/sign-out", headers=who).status_code == 204
    assert queue(kim, who) == 401


def test_neither_password_nor_token_is_stored(kim: World) -> None:
    opened = sign_in(kim).json()["token"]
    with kim.database.read() as work:
        account = work.connection.execute(sa.select(support_accounts)).one()
        session = work.connection.execute(sa.select(support_sessions)).one()
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(account)
    assert opened not in str(session)


@pytest.mark.parametrize(("login", "password"), [("kim", "wrong password"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(kim: World, login: str, password: str) -> None:
    answer = sign_in(kim, login, password)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"] == "Name and password do not match."


def test_failed_tries_pause_the_name_even_for_the_right_password(kim: World) -> None:
    for _ in range(3):
        assert sign_in(kim, password="wrong password").status_code == 401
    paused = sign_in(kim)
    assert (paused.status_code, paused.headers["Retry-After"]) == (429, "15")
    kim.clock.pass_by(timedelta(seconds=15))
    assert sign_in(kim).status_code == 201


def test_a_sign_in_ends_by_itself_and_with_its_account(kim: World) -> None:
    idle, ended = token(sign_in(kim)), token(sign_in(kim))
    kim.clock.pass_by(IDLE - timedelta(minutes=1))
    assert queue(kim, ended) == 200
    kim.clock.pass_by(timedelta(minutes=2))
    assert (queue(kim, idle), queue(kim, ended)) == (401, 200)
    with kim.database.begin() as work:
        Accounts(work, kim.clock()).disable("kim")
    assert queue(kim, ended) == 401
    assert sign_in(kim).status_code == 401


def test_a_new_password_signs_everybody_out(kim: World) -> None:
    who = token(sign_in(kim))
    with kim.database.begin() as work:
        Accounts(work, kim.clock()).set_password("kim", "another long password")
    assert queue(kim, who) == 401
    assert sign_in(kim).status_code == 401
    assert sign_in(kim, password="another long password").status_code == 201


def test_an_agent_may_serve_and_nothing_else(kim: World) -> None:
    who = token(sign_in(kim))
    assert kim.client.post("/v1/conversations", headers=who).status_code == 403


def test_an_api_key_has_nothing_to_sign_out(kim: World) -> None:
    assert kim.client.post("/v1/support/sign-out", headers=kim.key("support")).status_code == 403


@pytest.mark.parametrize(
    ("login", "role", "password"),
    [
        ("", "agent", PASSWORD),
        ("x" * 81, "agent", PASSWORD),
        ("lee", "owner", PASSWORD),
        ("lee", "agent", "short"),
    ],
)
def test_a_bad_account_is_refused(kim: World, login: str, role: str, password: str) -> None:
    with pytest.raises(BadAccount), kim.database.begin() as work:
        Accounts(work, kim.clock()).create(login, "", role, password)


def test_two_of_one_name_are_refused_and_nobody_is_unknown(kim: World) -> None:
    with pytest.raises(Conflict), kim.database.begin() as work:
        Accounts(work, kim.clock()).create("kim", "", "admin", PASSWORD)
    with pytest.raises(UnknownAccount), kim.database.begin() as work:
        Accounts(work, kim.clock()).disable("nobody")
