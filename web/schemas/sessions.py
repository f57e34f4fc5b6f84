"""Sessions of shoppers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from web.schemas.base import WRITTEN, RequestModel, ResponseModel


class NewSession(RequestModel):
    customer_token: Annotated[
        str | None,
        StringConstraints(min_length=1, max_length=4096, pattern=WRITTEN),
        Field(description="A JWT that the shop signed (HS256): sub, aud, iat, exp, jti."),
    ] = None


class SessionOpened(ResponseModel):
    token: str = Field(
        examples=["pw_sess_3T9..."], description="Shown only now. Send it as Authorization: Bearer."
    )
    customer: str | None = Field(
        None, description="The customer's id, where one is bound.", examples=["cust_7"]
    )
    expires_at: datetime = Field(
        description="Its end in any case; 24 hours without a request end it earlier."
    )
