"""Every prompt and every template sentence as a file: `prompts/<language>/<name>.txt`.

The files are Jinja2, rendered in a sandbox and strictly in both directions: the first line declares the
variables (`{# variables: title, price #}`), and a variable that is missing, or one that the file does not
declare, is an error. A language that lacks a file gets the English one.

Errors
    UnknownPrompt    no such file, not even in English
    PromptVariables  the variables given are not those that the file declares
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import StrictUndefined, Template, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

FALLBACK = "en"
HERE = Path(__file__).parent
CHAT_TEMPLATE = HERE / "chatml.jinja"
_DECLARATION = re.compile(r"\A\{# variables:([^#]*)#\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class UnknownPrompt(LookupError):
    """There is no prompt of that name."""


class PromptVariables(ValueError):
    """A prompt was given other variables than it declares."""


def render(name: str, /, language: str = FALLBACK, **variables: object) -> str:
    """The prompt's text in `language`, without surrounding white space."""
    path = _path(name, language)
    template, declared = _load(path)
    given = frozenset(variables)
    if given != declared:
        missing, unknown = sorted(declared - given), sorted(given - declared)
        raise PromptVariables(f"prompt {path.parent.name}/{name}: missing {missing}, unknown {unknown}")
    return template.render(**variables).strip()


def variables(name: str, language: str = FALLBACK) -> frozenset[str]:
    """The variables that a prompt declares."""
    return _load(_path(name, language))[1]


def names(language: str = FALLBACK) -> tuple[str, ...]:
    """Names of the prompts written in exactly this language, in order."""
    return tuple(sorted(path.stem for path in (HERE / language).glob("*.txt")))


def languages() -> tuple[str, ...]:
    """Languages that have at least one prompt."""
    return tuple(sorted(path.name for path in HERE.iterdir() if any(path.glob("*.txt"))))


def speaks(name: str, language: str) -> bool:
    """Whether the prompt is written in this language, so that nothing falls back to English."""
    return (HERE / language / f"{name}.txt").is_file()


def chat_template() -> str:
    """The ChatML and Hermes template (Jinja2), the same for every server and for training."""
    return CHAT_TEMPLATE.read_text(encoding="utf-8")


def digest() -> str:
    """SHA-256 over every prompt file: what a training run and a result were made with."""
    total = hashlib.sha256()
    for path in (*sorted(HERE.glob("*/*.txt")), CHAT_TEMPLATE):
        text = path.read_bytes()
        total.update(f"{path.parent.name}/{path.name} {len(text)}\n".encode())
        total.update(text)
    return total.hexdigest()


def _path(name: str, language: str) -> Path:
    base = language.split("-")[0].lower()
    if _NAME.fullmatch(name):
        for candidate in (base, FALLBACK):
            path = HERE / candidate / f"{name}.txt"
            if _LANGUAGE.fullmatch(candidate) and path.is_file():
                return path
    raise UnknownPrompt(f"no prompt {name!r} in {language!r} or {FALLBACK!r}")


@cache
def _load(path: Path) -> tuple[Template, frozenset[str]]:
    text = path.read_text(encoding="utf-8")
    declaration = _DECLARATION.match(text)
    if declaration is None:
        raise PromptVariables(f"{path} does not begin with {{# variables: ... #}}")
    declared = frozenset(word.strip() for word in declaration[1].split(",") if word.strip())
    return _environment().from_string(text), declared


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=select_autoescape(default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
