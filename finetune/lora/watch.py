"""What is watched while it trains: whole calls on held-out examples, and the clock."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from peft.helpers import disable_input_dtype_casting
from transformers import (
    PreTrainedTokenizerBase,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from assistant.llm import ModelNonsense
from assistant.understanding.call import parse_call
from finetune.lora.examples import Encoded

#: Rows answered at once, and the most tokens of an answer.
ROWS = 40
MOST_ANSWER = 160


def answers(
    model: PeftModel, tokenizer: PreTrainedTokenizerBase, examples: Sequence[Encoded], bf16: bool
) -> list[str]:
    """The model's greedy answers, in order."""
    order = sorted(range(len(examples)), key=lambda index: len(examples[index].prompt))
    found = [""] * len(examples)
    was_training = model.training
    generator: Any = model
    model.eval()
    device = next(model.parameters()).device
    for start in range(0, len(order), ROWS):
        rows = order[start : start + ROWS]
        batch = tokenizer.pad(
            {"input_ids": [list(examples[row].prompt) for row in rows]},
            padding_side="left",
            return_tensors="pt",
        ).to(device)
        with (
            torch.no_grad(),
            torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16),
            disable_input_dtype_casting(model, active=bf16),
        ):
            written = generator.generate(**batch, max_new_tokens=MOST_ANSWER, do_sample=False)
        width = batch["input_ids"].shape[1]
        for row, text in zip(
            rows, tokenizer.batch_decode(written[:, width:], skip_special_tokens=True), strict=True
        ):
            found[row] = text.strip()
    model.train(was_training)
    return found


def same_call(written: str, right: str) -> tuple[bool, bool]:
    """Whether the whole call is right, and whether its name is; neither order nor white space counts."""
    try:
        ours, theirs = parse_call(written), parse_call(right)
    except ModelNonsense:
        return written.strip() == right.strip(), False
    return ours == theirs, ours.name == theirs.name


class Watch(TrainerCallback):
    """Answers some held-out examples at each evaluation, saves by the clock, ends what takes too long."""

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        held_out: Sequence[tuple[Encoded, str]],
        *,
        bf16: bool,
        checkpoint_minutes: float,
        most_minutes: float,
        clock: Path,
    ) -> None:
        """`clock` keeps the seconds that were spent, so that a resumed run knows them."""
        self._tokenizer = tokenizer
        self._held_out = held_out
        self._bf16 = bf16
        self._checkpoint_s = 60 * checkpoint_minutes
        self._most_s = 60 * most_minutes
        self._clock = clock
        spent_s = float(clock.read_text(encoding="utf-8")) if clock.is_file() else 0.0
        self._saved = time.monotonic()
        self._started = self._saved - spent_s

    @property
    def minutes(self) -> float:
        """Spent so far, also before it was resumed."""
        return (time.monotonic() - self._started) / 60

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        now = time.monotonic()
        if now - self._saved >= self._checkpoint_s:
            control.should_save = True
        if now - self._started >= self._most_s and not control.should_training_stop:
            control.should_save = control.should_training_stop = True

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **given: Any
    ) -> None:
        self._saved = time.monotonic()
        self._clock.write_text(f"{self._saved - self._started:.1f}", encoding="utf-8")

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **given: Any,
    ) -> None:
        model: PeftModel = given["model"]
        metrics: dict[str, float] = given["metrics"]
        point = {"step": float(state.global_step), "loss": metrics["eval_loss"]}
        if self._held_out:
            written = answers(model, self._tokenizer, [each for each, _ in self._held_out], self._bf16)
            judged = [
                same_call(ours, right) for ours, (_, right) in zip(written, self._held_out, strict=True)
            ]
            point["exact"] = sum(whole for whole, _ in judged) / len(judged)
            point["name"] = sum(name for _, name in judged) / len(judged)
            metrics |= {"eval_exact": point["exact"], "eval_name": point["name"]}
            # What the trainer logged of this evaluation went before.
            state.log_history[-1] |= {"eval_exact": point["exact"], "eval_name": point["name"]}
        print(point, flush=True)  # noqa: T201 -- the one line that whoever watches the training reads
