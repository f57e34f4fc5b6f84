import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from finetune.lora import app
from finetune.lora.examples import Batches, Encoded, prefixes, read_examples
from finetune.lora.recipe import BadData, BadRecipe, read_recipe
from tests.finetune import tiny

runner = CliRunner()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("base"))


def trained(config: Path, data: Path, out: Path, *more: str) -> Any:
    return runner.invoke(app, ["--config", str(config), "--data", str(data), "--out", str(out), *more])


def curve(out: Path) -> dict[int, float]:
    points = json.loads((out / "run.json").read_text())["curve"]
    return {int(point["step"]): point["eval_loss"] for point in points}


def test_a_training_from_data_to_adapter(tmp_path: Path, base: Path) -> None:
    data = tiny.data(tmp_path / "data")
    out = tmp_path / "run"
    result = trained(tiny.recipe(tmp_path / "r.toml", base), data, out)
    assert result.exit_code == 0, result.output
    assert (out / "adapter" / "adapter_model.safetensors").is_file()
    report = json.loads((out / "run.json").read_text())
    assert report["data"]["examples"] == {"understand": 16}
    assert report["data"]["tokens"]["understand"] > 16 * 50
    assert report["passes"] == pytest.approx(6.0)
    assert len(report["data"]["digest"]) == 64
    losses = list(curve(out).values())
    assert losses[-1] < losses[0] - 0.2
    assert 0 <= report["curve"][-1]["eval_exact"] <= 1
    assert list((out / "runs").rglob("events.out.tfevents.*"))


def test_a_training_that_was_cut_short_goes_on_along_the_same_curve(tmp_path: Path, base: Path) -> None:
    data = tiny.data(tmp_path / "data")
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    config = tiny.recipe(tmp_path / "whole.toml", base)
    assert trained(config, data, whole).exit_code == 0
    first = trained(tiny.recipe(tmp_path / "cut.toml", base, most_minutes=0.0001), data, cut)
    assert first.exit_code == 0, first.output
    assert max(curve(cut), default=0) < max(curve(whole))
    again = trained(config, data, cut, "--resume")
    assert again.exit_code == 0, again.output
    assert curve(cut) == pytest.approx(curve(whole), rel=1e-3)


def test_a_second_stage_goes_on_from_the_weights_and_tells_of_the_first(tmp_path: Path, base: Path) -> None:
    data, first, second = tiny.data(tmp_path / "data"), tmp_path / "first", tmp_path / "second"
    config = tiny.recipe(tmp_path / "r.toml", base)
    assert trained(config, data, first).exit_code == 0
    start = tiny.exported(first, tmp_path / "start")
    told = tiny.data(tmp_path / "told", task="explain")
    result = trained(config, data, second, "--data", str(told), "--start", str(start))
    assert result.exit_code == 0, result.output
    report, before = (json.loads((run / "run.json").read_text()) for run in (second, first))
    assert report["curve"][0]["eval_loss"] < before["curve"][0]["eval_loss"] - 0.1
    assert [stage["data"] for stage in report["stages"]] == [before["data"]]
    assert report["stages"][0]["curve"] == before["curve"]
    assert report["total"]["minutes"] == pytest.approx(report["minutes"] + before["minutes"], abs=0.11)
    assert report["total"]["tokens_seen"] > before["total"]["tokens_seen"] > 0
    assert report["data"]["examples"] == {"understand": 16, "explain": 16}
    assert set(report["task_prompts"]) == {"understand", "explain"}
    assert report["task_prompts"]["understand"] == before["task_prompts"]["understand"]


def test_an_adapter_that_does_not_fit_the_recipe_is_no_start(tmp_path: Path, base: Path) -> None:
    data, first = tiny.data(tmp_path / "data"), tmp_path / "first"
    assert trained(tiny.recipe(tmp_path / "r.toml", base, epochs=1.0), data, first).exit_code == 0
    start = tiny.exported(first, tmp_path / "start")
    for other, says in (
        (tiny.recipe(tmp_path / "rank.toml", base, rank=8), "rank 4"),
        (tiny.recipe(tmp_path / "alpha.toml", base, alpha=4), "alpha 8"),
        (tiny.recipe(tmp_path / "base.toml", tmp_path / "elsewhere"), "belongs to"),
    ):
        result = trained(other, data, tmp_path / "second", "--start", str(start))
        assert result.exit_code == 2
        assert says in result.output


def test_an_adapter_of_another_prompt_or_with_other_weights_is_no_start(tmp_path: Path, base: Path) -> None:
    data, first = tiny.data(tmp_path / "data"), tmp_path / "first"
    config = tiny.recipe(tmp_path / "r.toml", base, epochs=1.0)
    assert trained(config, data, first).exit_code == 0
    start = tiny.exported(first, tmp_path / "start")
    manifest = json.loads((start / "manifest.json").read_text())
    for change, says in (({"prompt": "other"}, "another prompt"), ({"files": {}}, "its manifest says")):
        (start / "manifest.json").write_text(json.dumps(manifest | change))
        result = trained(config, data, tmp_path / "second", "--start", str(start))
        assert result.exit_code == 2
        assert says in result.output
    nothing = trained(config, data, tmp_path / "second", "--start", str(tmp_path / "nowhere"))
    assert nothing.exit_code == 2
    assert "is missing" in nothing.output


def test_a_folder_with_a_training_is_not_written_over(tmp_path: Path, base: Path) -> None:
    data, out = tiny.data(tmp_path / "data"), tmp_path / "run"
    out.mkdir()
    (out / "training.json").write_text("{}")
    result = trained(tiny.recipe(tmp_path / "r.toml", base), data, out)
    assert result.exit_code == 2
    assert "--resume" in result.output


def test_another_recipe_does_not_go_on_from_a_training(tmp_path: Path, base: Path) -> None:
    data, out = tiny.data(tmp_path / "data"), tmp_path / "run"
    out.mkdir()
    (out / "training.json").write_text('{"data": "other"}')
    result = trained(tiny.recipe(tmp_path / "r.toml", base), data, out, "--resume")
    assert result.exit_code == 2
    assert "another recipe or other data" in result.output


def test_a_training_killed_before_its_first_checkpoint_says_what_to_do(tmp_path: Path, base: Path) -> None:
    data, out = tiny.data(tmp_path / "data"), tmp_path / "run"
    config = tiny.recipe(tmp_path / "r.toml", base, epochs=1.0, evaluate_every=50)
    assert trained(config, data, out).exit_code == 0
    for path in out.glob("checkpoint-*"):
        path.rename(tmp_path / path.name)
    result = trained(config, data, out, "--resume")
    assert result.exit_code == 2
    assert "begin anew" in result.output


def test_an_empty_data_set_is_refused(tmp_path: Path, base: Path) -> None:
    data = tiny.data(tmp_path / "data", train=0)
    result = trained(tiny.recipe(tmp_path / "r.toml", base), data, tmp_path / "run")
    assert result.exit_code == 2
    assert "is empty: python -m finetune dataset" in result.output


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"task": "understand"}', '{"task": "t", "messages": [], "answer": "x"}']
)
def test_a_line_that_is_no_example_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(BadData, match=r"train\.jsonl:2"):
        read_examples(path)


@pytest.mark.parametrize("text", ["rank = 4", "base = 3", "colour = 'red'", "[["])
def test_a_recipe_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(BadRecipe, match=r"r\.toml"):
        read_recipe(path)


@pytest.mark.parametrize("name", ["cpu", "cpu2", "gpu"])
def test_the_recipes_that_ship_are_whole(name: str) -> None:
    assert read_recipe(Path("finetune/recipes") / f"{name}.toml").rank >= 16


def test_a_base_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    config = tiny.recipe(tmp_path / "r.toml", tmp_path / "no-such-model")
    result = trained(config, tiny.data(tmp_path / "data"), tmp_path / "run")
    assert result.exit_code == 2
    assert "no-such-model" in result.output


def test_batches_hold_every_example_once_in_an_order_of_the_epoch() -> None:
    examples = [Encoded(("a", "b")[n % 2], (1,) * (n % 7 + 1), (2,)) for n in range(53)]
    batches = Batches(examples, 4, seed=1)
    first = list(batches)
    assert sorted(index for batch in first for index in batch) == list(range(53))
    assert len(first) == len(batches)
    assert all(len({examples[index].task for index in batch}) == 1 for batch in first)
    assert first == list(Batches(examples, 4, seed=1))
    batches.set_epoch(1)
    assert first != list(batches)


def test_a_prefix_is_what_all_prompts_of_a_task_begin_with() -> None:
    examples = [Encoded("a", (1, 2, 3), (9,)), Encoded("a", (1, 2, 4, 5), (9,)), Encoded("b", (7,), (9,))]
    assert prefixes(examples) == {"a": (1, 2), "b": ()}


def test_the_shared_prefix_changes_neither_loss_nor_gradient(base: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import LlamaForCausalLM

    from finetune.lora.trainer import Collator, answer_logits

    torch.manual_seed(0)
    plain = LlamaForCausalLM.from_pretrained(base)
    model = get_peft_model(plain, LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False))
    examples = [
        Encoded("a", (1, 2, 3, 4, 5), (6, 7)),
        Encoded("a", (1, 2, 3, 9, 9, 9), (6, 7, 8)),
        Encoded("a", (1, 2, 3, 5), (6,)),
    ]
    rows = [{"task": "a", "prompt": list(each.prompt), "answer": list(each.answer)} for each in examples]
    logits, wanted = answer_logits(model, Collator(prefixes(examples), 0)(rows))
    shared = torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
    torch.autograd.backward(shared)
    gradients = {name: each.grad.clone() for name, each in model.named_parameters() if each.grad is not None}
    model.zero_grad()
    whole = torch.zeros(())
    for example in examples:
        row = model(torch.tensor([[*example.prompt, *example.answer]])).logits[0]
        answers = torch.tensor(example.answer)
        predicted = row[len(example.prompt) - 1 : -1]
        whole = whole + torch.nn.functional.cross_entropy(predicted, answers, reduction="sum")
    torch.autograd.backward(whole)
    assert float(shared) == pytest.approx(float(whole), rel=1e-5)
    assert gradients
    for name, each in model.named_parameters():
        if each.grad is not None:
            assert torch.allclose(gradients[name], each.grad, atol=1e-5), name
