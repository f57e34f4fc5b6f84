"""Ids that nobody can guess: `new_id("rank")` is `rank_` and 26 characters a-z2-7 (130 random bits)."""

import base64
import secrets


def new_id(prefix: str) -> str:
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(17)).decode()[:26].lower()}"
