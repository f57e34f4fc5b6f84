"""Signing in at the support desk, and out again."""

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from assistant.handoffs import Audit
from assistant.tries import Tries
from shop.serialise import Json, to_json
from web.accounts import Accounts
from web.auth import address_of, credentials, unauthenticated
from web.context import Web
from web.deps import SupportCaller, WebDep
from web.errors import ApiError, try_later
from web.routers.documented import OPTIONAL_TOKEN, errors, writes
from web.routing import router as new_router
from web.schemas.support import SignedIn, SignIn
from web.tokens import DESK_PREFIX

router = new_router("/v1/support", "Support")


async def count_stranger(request: Request, web: WebDep) -> None:
    web.limits.stranger(address_of(request))


@router.post(
    "/sign-in",
    status_code=201,
    response_model=SignedIn,
    responses=writes(),
    openapi_extra=OPTIONAL_TOKEN,
    dependencies=[Depends(count_stranger)],
)
async def sign_in(body: SignIn, request: Request, web: WebDep) -> Response:
    """Gives a person of the support desk a token. Failed tries pause by name and by address."""
    address = address_of(request)
    return JSONResponse(await web.run(lambda: _opened(web, body, address)), 201)


@router.post("/sign-out", status_code=204, responses=errors(409, 413, 415))
async def sign_out(request: Request, web: WebDep, _caller: SupportCaller) -> Response:
    """Ends the caller's sign-in at once. An API key is ended by revoking it."""
    token = credentials(request).token or ""
    if not token.startswith(DESK_PREFIX):
        raise ApiError(403, "not_signed_in", "This is for people who signed in, not for API keys.")

    def ended() -> None:
        with web.database.begin() as work:
            Accounts(work, web.now()).sign_out(token)

    await web.run(ended)
    return Response(status_code=204)


def _opened(web: Web, given: SignIn, address: str) -> Json:
    now = web.now()
    keys = (f"login:{given.login.strip().lower()}", f"sign-in from:{address}")
    with web.database.begin() as work:
        wait = Tries(work, now).pause(*keys)
        if wait:
            raise try_later(
                429, "too_many_tries", "Too many tries. Wait, then try again.", wait.total_seconds()
            )
        # The hash is checked while the write lock is held, so that tries are counted one by one.
        accounts = Accounts(work, now)
        account = accounts.check(given.login, given.password)
        if account is not None:
            Tries(work, now).succeeded(keys[0])
            token, ends_at = accounts.sign_in(account)
            Audit(work, now).record(account.id, "desk.sign_in", account.id, {})
            return {
                "token": token,
                "name": account.name,
                "role": account.role,
                "expires_at": to_json(ends_at),
            }
        Tries(work, now).failed(*keys)
    raise unauthenticated("Name and password do not match.")
