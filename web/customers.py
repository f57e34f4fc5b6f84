"""Customer tokens: short-lived JWTs by which the shop vouches for who is shopping.

HS256 and nothing else; `sub` is the customer, `aud` is "pairwell", `exp` at most 10 minutes after `iat`,
`jti` is good for one use. Two secrets hold during a change.

Errors: `BadCustomerToken`, with a sentence that the shop's developer can act on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from storage import UnitOfWork
from web.tables import shown_customer_tokens
from web.tokens import digest

AUDIENCE = "pairwell"
LONGEST = timedelta(minutes=10)
#: How far the shop's clock may be ahead of this one.
SKEW = timedelta(seconds=30)
LONGEST_ID = 120


class BadCustomerToken(Exception):
    """The token does not prove who the customer is."""


@dataclass(frozen=True, slots=True)
class CustomerClaim:
    customer_id: str
    token_id: str
    ends_at: datetime


def read_token(token: str, secrets: Sequence[str], now: datetime) -> CustomerClaim:
    """What a token says, once its signature and its times hold. Whether it was used before: `use_once`."""
    if not secrets:
        raise BadCustomerToken("This shop has set no secret for customer tokens.")
    claims = _verified(token, secrets)
    issued, ends = _moment(claims, "iat"), _moment(claims, "exp")
    if ends <= now:
        raise BadCustomerToken("The customer token has expired.")
    if issued > now + SKEW or ("nbf" in claims and _moment(claims, "nbf") > now + SKEW):
        raise BadCustomerToken("The customer token is not valid yet: check the clocks.")
    if ends - issued > LONGEST:
        raise BadCustomerToken("exp may be at most 10 minutes after iat.")
    return CustomerClaim(_text(claims, "sub"), _text(claims, "jti"), ends)


def use_once(work: UnitOfWork, claim: CustomerClaim) -> None:
    """Remembers the token; a second time it is refused. Two at once: one gets `Conflict`."""
    used, seen = shown_customer_tokens, digest(claim.token_id)
    if work.connection.execute(used.select().where(used.c.digest == seen)).first() is not None:
        raise BadCustomerToken("The customer token was used before; each jti is good for one use.")
    work.connection.execute(used.insert().values(digest=seen, ends_at=claim.ends_at))


def purge_used(work: UnitOfWork, now: datetime) -> int:
    """Forgets tokens that have ended: their own time refuses them now."""
    used = shown_customer_tokens
    return work.connection.execute(used.delete().where(used.c.ends_at <= now)).rowcount


def sign_token(customer_id: str, secret: str, now: datetime, token_id: str) -> str:
    """A token as a shop signs it: for the demo, and for tests."""
    claims = {"sub": customer_id, "aud": AUDIENCE, "iat": now, "exp": now + LONGEST, "jti": token_id}
    return jwt.encode(claims, secret, algorithm="HS256")


def _verified(token: str, secrets: Sequence[str]) -> Mapping[str, Any]:
    for secret in secrets:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                # Times are held to the server's own clock below.
                options={
                    "require": ["sub", "aud", "exp", "iat", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "strict_aud": True,
                },
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.MissingRequiredClaimError as error:
            raise BadCustomerToken(f"The customer token has no {error.claim}.") from error
        except jwt.InvalidAudienceError as error:
            raise BadCustomerToken(f'The customer token needs aud "{AUDIENCE}".') from error
        except jwt.InvalidTokenError as error:
            raise BadCustomerToken("The customer token is no JWT signed with HS256.") from error
        return claims
    raise BadCustomerToken("No secret of this shop has signed the customer token.")


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadCustomerToken(f"{name} is not a time in seconds.")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadCustomerToken(f"{name} is not a time in seconds.") from error


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID or "\0" in value:
        raise BadCustomerToken(f"{name} is not a text of 1 to {LONGEST_ID} characters.")
    return value
