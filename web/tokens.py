"""Opaque random tokens, and the digests under which they are kept."""

import hashlib
import secrets

SESSION_PREFIX = "pw_sess_"
KEY_PREFIX = "pw_key_"
DESK_PREFIX = "pw_desk_"

#: 256 bits: nobody guesses one, so a plain SHA-256 is enough to keep it.
TOKEN_BYTES = 32


def new_token(prefix: str) -> str:
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def digest(*parts: str) -> str:
    """SHA-256 over the parts, in hex; no two lists of parts have the same text."""
    framed = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hashlib.sha256(framed).hexdigest()
