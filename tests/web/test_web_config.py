"""What the web layer refuses to be started with."""

import pytest

from tests.web.world import SECRET
from web.config import Limits, Rate, WebConfig


def test_a_customer_secret_below_32_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        WebConfig(customer_secrets=("x" * 31,))


def test_a_third_customer_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="two customer secrets"):
        WebConfig(customer_secrets=(SECRET, SECRET + "2", SECRET + "3"))


def test_a_demo_key_is_refused_in_production() -> None:
    with pytest.raises(ValueError, match="refused in production"):
        WebConfig(production=True, demo_key="pw_key_demo")


@pytest.mark.parametrize("hosts", [(), ("*",), ("shop.example", "*")])
def test_hosts_must_be_named(hosts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="name the hosts"):
        WebConfig(allowed_hosts=hosts)


def test_origins_must_be_named() -> None:
    with pytest.raises(ValueError, match="name the origins"):
        WebConfig(allowed_origins=("*",))


def test_secrets_are_not_shown_where_the_config_is_printed() -> None:
    shown = repr(WebConfig(customer_secrets=(SECRET,), demo_key="pw_key_demo"))

    assert SECRET not in shown
    assert "pw_key_demo" not in shown


@pytest.mark.parametrize("make", [lambda: Rate(0, 1), lambda: Rate(1, 0), lambda: Limits(turns_at_once=0)])
def test_a_limit_that_lets_nobody_in_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=r"rate needs|at least one"):
        make()
