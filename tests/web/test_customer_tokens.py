"""Customer tokens: what proves a customer, and everything that does not."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from tests.web.world import NOW, SECRET
from web.customers import BadCustomerToken, read_token, sign_token

OTHER = "another-secret-of-the-same-shop-for-a-change"


def claims(**changes: Any) -> dict[str, Any]:
    told = {
        "sub": "cust_7",
        "aud": "pairwell",
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        "jti": "one",
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


def signed(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), secret, algorithm=algorithm)


def seconds(minutes: float) -> int:
    return int((NOW + timedelta(minutes=minutes)).timestamp())


def test_a_token_of_the_shop_names_its_customer() -> None:
    assert read_token(sign_token("cust_7", SECRET, NOW, "one"), (SECRET,), NOW).customer_id == "cust_7"


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_two_secrets_hold_during_a_change(secret: str) -> None:
    assert read_token(signed(secret), (OTHER, SECRET), NOW).customer_id == "cust_7"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (signed("a secret of somebody who is not the shop"), "No secret"),
        (signed(algorithm="HS384"), "HS256"),
        (jwt.encode(claims(), None, algorithm="none"), "HS256"),
        ("no.jwt.atall", "HS256"),
        ("", "HS256"),
        (signed(aud="somebody-else"), "aud"),
        (signed(aud=["pairwell", "somebody-else"]), "aud"),
        (signed(sub=None), "no sub"),
        (signed(jti=None), "no jti"),
        (signed(iat=None), "no iat"),
        (signed(exp=None), "no exp"),
        (signed(aud=None), "no aud"),
        (signed(jti=" "), "jti"),
        (signed(sub="x" * 500), "sub"),
        (signed(exp=seconds(-1), iat=seconds(-6)), "expired"),
        (signed(exp=seconds(0), iat=seconds(-6)), "expired"),
        (signed(iat=seconds(2), exp=seconds(5)), "not valid yet"),
        (signed(nbf=seconds(2)), "not valid yet"),
        (signed(exp=seconds(10.1)), "10 minutes"),
        (signed(exp=10**30), "exp"),
    ],
)
def test_what_does_not_prove_a_customer_is_refused_with_a_reason(token: str, reason: str) -> None:
    with pytest.raises(BadCustomerToken, match=reason):
        read_token(token, (SECRET,), NOW)


def test_without_a_secret_no_token_is_good() -> None:
    with pytest.raises(BadCustomerToken, match="no secret"):
        read_token(signed(), (), NOW)
