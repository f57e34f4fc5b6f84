import json
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateSyntaxError, meta

import prompts
from assistant import evidence
from assistant.bundling.values import Infeasible
from assistant.values import Citation, Evidence, Handoff
from tests import evidences
from tests.shown import usd

LANGUAGES = ("en", "zh")
SITUATIONS = tuple(name for name in prompts.names("en") if name.startswith("say_"))


def test_a_missing_variable_is_an_error() -> None:
    with pytest.raises(prompts.PromptVariables, match="missing"):
        prompts.render("say_cart_added", titles=["Lamp"], count=1)


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(prompts.PromptVariables, match="colour"):
        prompts.render("say_thanks", colour="blue")


@pytest.mark.parametrize("name", ["no_such_prompt", "../en/say_thanks", "say_thanks.txt", ""])
def test_an_unknown_prompt_is_an_error(name: str) -> None:
    with pytest.raises(prompts.UnknownPrompt):
        prompts.render(name)


@pytest.mark.parametrize("language", ["xx", "en-GB", "../..", ""])
def test_a_language_without_the_file_gets_english(language: str) -> None:
    assert prompts.render("say_thanks", language) == prompts.render("say_thanks", "en")


def test_a_region_gets_its_language() -> None:
    assert prompts.render("say_thanks", "zh-CN") == prompts.render("say_thanks", "zh")


def test_what_a_value_says_is_never_run_as_a_template() -> None:
    text = prompts.render("say_unknown_reference", text="{{ 7 * 7 }} {% raw %}")
    assert "{{ 7 * 7 }} {% raw %}" in text


@pytest.mark.parametrize(
    "path", sorted(prompts.HERE.glob("*/*.txt")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_file_uses_only_what_it_declares(path: Path) -> None:
    try:
        used = meta.find_undeclared_variables(
            Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        )
    except TemplateSyntaxError as error:
        pytest.fail(f"{path}: {error}")
    assert used <= prompts.variables(path.stem, path.parent.name)


@pytest.mark.parametrize("name", SITUATIONS)
def test_both_languages_have_every_situation_with_the_same_variables(name: str) -> None:
    assert prompts.speaks(name, "zh")
    assert prompts.variables(name, "zh") == prompts.variables(name, "en")


def test_other_languages_are_answered_in_themselves() -> None:
    answers = {language: prompts.render("say_other_language", language) for language in prompts.languages()}
    assert len(answers) >= 10
    assert len(set(answers.values())) == len(answers)


EVERY_SITUATION: list[Evidence] = [
    evidence.greeting("The Shop"),
    evidence.greeting(),
    evidence.plain("thanks"),
    evidence.plain("out_of_scope"),
    evidence.plain("other"),
    evidence.plain("cart_empty"),
    evidence.ask_need(("Lamps", "Desks")),
    evidence.ask_need(),
    evidence.other_language(),
    evidence.unknown_reference("the ninth one"),
    evidence.policy_unknown("delivery_period"),
    evidence.handoff(Handoff("pending", "asked", 3)),
    evidence.handoff(Handoff("pending", "asked"), waiting=True),
    evidence.nothing_found("blue lamp", ("under $20",)),
    evidence.nothing_found("", ()),
    evidence.edit_impossible("there is no such part.", "sleeping_bag"),
    evidence.infeasible(Infeasible("the budget is too small", cheapest_total=usd(9000)), usd(5000)),
    evidence.infeasible(Infeasible("nothing fits", slot="stove")),
    evidence.infeasible(Infeasible("nothing fits")),
    evidence.policy([Citation("returns", "Returns", "Send it back within 30 days.")]),
    evidences.products_evidence(),
    evidences.bundle_evidence(),
    evidences.comparison_evidence(),
    evidences.answer_evidence(),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", EVERY_SITUATION, ids=lambda found: found.situation)
def test_the_values_of_an_evidence_are_what_its_template_takes(found: Evidence, language: str) -> None:
    lines = prompts.render(f"say_{found.situation}", language, **found.values).splitlines()
    said = [line for line in lines if line.strip()]
    assert 1 <= len(said) <= 3
    for line in said:
        assert line.strip()[-1] in '.?!。？！”"', line
        assert "None" not in line
        assert "  " not in line


def test_the_digest_follows_every_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = prompts.digest()
    for source in prompts.HERE.glob("*/*.txt"):
        target = tmp_path / source.parent.name / source.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    monkeypatch.setattr(prompts, "HERE", tmp_path)
    assert prompts.digest() == before
    (tmp_path / "en" / "say_thanks.txt").write_text("{# variables: #}\nYou are most welcome.\n")
    assert prompts.digest() != before


def test_the_chat_template_writes_chatml_and_hermes_tools() -> None:
    environment = Environment(autoescape=False)
    environment.filters["tojson"] = json.dumps  # as transformers and llama.cpp do
    template = environment.from_string(prompts.chat_template())
    plain = template.render(messages=[{"role": "user", "content": "hi"}], add_generation_prompt=True)
    assert plain == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    tool = {"type": "function", "function": {"name": "find_product"}}
    call = {"function": {"name": "find_product", "arguments": {"query": "lamp"}}}
    whole = template.render(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "a lamp"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "found 2"},
        ],
        tools=[tool],
    )
    assert whole.count("Be brief.") == 1
    assert f"<tools>\n{json.dumps(tool)}\n</tools>" in whole
    assert '<tool_call>\n{"name": "find_product", "arguments": {"query": "lamp"}}\n</tool_call>' in whole
    assert "<tool_response>\nfound 2\n</tool_response>" in whole
