"""Settings: what is refused at start, by name and without telling the value."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings

ONE, OTHER = "k7Jq2Vw9Xn4Rt6Yb8Lm3Pz5Dc1Fg0Hs7", "m3Zx8Qv1Ns6Ty4Rb9Kd2Wj7Lp5Hc0Gf8"


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` file of the developer."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return monkeypatch


def settings(environment: pytest.MonkeyPatch, given: Mapping[str, str]) -> Settings:
    for name, value in given.items():
        environment.setenv(f"PAIRWELL_{name}", value)
    return Settings()


def refusal(environment: pytest.MonkeyPatch, **given: str) -> str:
    with pytest.raises(ValidationError) as refused:
        settings(environment, given)
    return str(refused.value)


def test_nothing_set_serves_this_machine_with_the_embedded_model() -> None:
    plain = Settings()
    assert plain.env == "development"
    assert plain.database == "sqlite:///var/pairwell.db"
    assert plain.llm.base_url is None
    assert plain.llm.embedded
    assert plain.customer_secrets == ()
    assert set(plain.http.allowed_hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert plain.http.allowed_origins == ()


def test_folders_follow_the_data_folder_unless_set(environment: pytest.MonkeyPatch) -> None:
    moved = settings(environment, {"DATA_DIR": "/srv/shop", "MEDIA_DIR": "/srv/pictures"})
    assert moved.database == "sqlite:////srv/shop/pairwell.db"
    assert moved.index_dir == Path("/srv/shop/index")
    assert moved.media == Path("/srv/pictures")


def test_names_are_nested_by_two_underscores(environment: pytest.MonkeyPatch) -> None:
    given = {"LLM__BASE_URL": "http://gpu:8000/v1", "HTTP__TURNS_AT_ONCE": "2"}
    read = settings(environment, given)
    assert read.llm.base_url == "http://gpu:8000/v1"
    assert read.http.turns_at_once == 2


@pytest.mark.parametrize("name", ["LLM_BASE_URL", "DATADIR", "LLM__BASEURL"])
def test_a_name_that_is_no_setting_is_refused(environment: pytest.MonkeyPatch, name: str) -> None:
    told = refusal(environment, **{name: "http://gpu:8000/v1"})
    assert name.split("__")[-1].lower() in told.lower()


def test_the_environment_goes_before_the_file(environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PAIRWELL_DATA_DIR=from-file\nPAIRWELL_LLM__MODEL=small\n")
    read = settings(environment, {"DATA_DIR": "from-environment"})
    assert read.data_dir == Path("from-environment")
    assert read.llm.model == "small"


def test_two_secrets_serve_a_change_and_a_third_is_refused(environment: pytest.MonkeyPatch) -> None:
    assert len(settings(environment, {"CUSTOMER_SECRETS": f'["{ONE}", "{OTHER}"]'}).customer_secrets) == 2
    told = refusal(environment, CUSTOMER_SECRETS=f'["{ONE}", "{OTHER}", "{ONE[::-1]}"]')
    assert "PAIRWELL_CUSTOMER_SECRETS: two at most" in told


def test_a_short_secret_is_refused_and_not_told(environment: pytest.MonkeyPatch) -> None:
    told = refusal(environment, CUSTOMER_SECRETS='["too-short-to-hold"]')
    assert "PAIRWELL_CUSTOMER_SECRETS: 32 bytes or more each" in told
    assert "too-short-to-hold" not in told


@pytest.mark.parametrize("placeholder", [f"changeme-{ONE}", f"{ONE}-EXAMPLE", "secret" * 8])
def test_a_placeholder_is_refused_in_production_only(
    environment: pytest.MonkeyPatch, placeholder: str
) -> None:
    given = {"CUSTOMER_SECRETS": f'["{placeholder}"]'}
    assert settings(environment, given).customer_secrets
    assert "placeholder" in refusal(environment, ENV="production", **given)


@pytest.mark.parametrize(
    "given",
    [
        {"SMTP__HOST": "mail.shop.example", "SMTP__SENDER": "a@shop.example", "SMTP__PASSWORD": "changeme"},
        {"WEBHOOKS__URLS": '["https://hooks.shop.example/"]', "WEBHOOKS__SECRET": f"placeholder-{ONE}"},
        {"LLM__BASE_URL": "http://gpu:8000/v1", "LLM__API_KEY": "your-secret-here"},
        {"DATABASE_URL": "postgresql://shop:change-me@db/pairwell"},
    ],
    ids=lambda given: list(given)[-1],
)
def test_every_secret_is_refused_in_production_where_it_is_a_placeholder(
    environment: pytest.MonkeyPatch, given: Mapping[str, str]
) -> None:
    settings(environment, given)
    told = refusal(environment, ENV="production", **given)
    name, value = list(given.items())[-1]
    assert f"PAIRWELL_{name}" in told
    assert "this is a placeholder" in told
    assert value not in told


def test_a_server_for_mails_needs_an_address_that_they_come_from(environment: pytest.MonkeyPatch) -> None:
    assert "PAIRWELL_SMTP__SENDER" in refusal(environment, SMTP__HOST="mail.shop.example")


def test_webhooks_need_a_secret_to_sign_with_and_an_address_of_the_web(
    environment: pytest.MonkeyPatch,
) -> None:
    urls = '["https://hooks.shop.example/"]'
    assert "PAIRWELL_WEBHOOKS__SECRET" in refusal(environment, WEBHOOKS__URLS=urls)
    told = refusal(environment, WEBHOOKS__URLS='["file:///etc/passwd"]', WEBHOOKS__SECRET=ONE)
    assert "PAIRWELL_WEBHOOKS__URLS" in told


def test_secrets_are_not_printed(environment: pytest.MonkeyPatch) -> None:
    read = settings(environment, {"CUSTOMER_SECRETS": f'["{ONE}"]', "LLM__API_KEY": OTHER})
    assert ONE not in repr(read)
    assert OTHER not in repr(read)


@pytest.mark.parametrize(
    "given",
    [
        {"ENV": "staging"},
        {"LLM__THREADS": "0"},
        {"LLM__UNDERSTAND": "perhaps"},
        {"HTTP__TURNS_AT_ONCE": "0"},
        {"HTTP__TURNS_WAITING": "-1"},
    ],
    ids=str,
)
def test_a_value_out_of_range_is_refused(environment: pytest.MonkeyPatch, given: Mapping[str, str]) -> None:
    assert next(iter(given)).split("__")[-1].lower() in refusal(environment, **given)


def test_a_model_server_may_call_tools_again_and_the_embedded_model_may_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings(_env_file=None).max_rounds == 0
    monkeypatch.setenv("PAIRWELL_LLM__BASE_URL", "http://gpu:8000/v1")
    assert Settings(_env_file=None).max_rounds == 2
    monkeypatch.setenv("PAIRWELL_AGENT__MAX_ROUNDS", "0")
    assert Settings(_env_file=None).max_rounds == 0
