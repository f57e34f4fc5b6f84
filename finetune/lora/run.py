"""One training, from a recipe and a folder of examples to an adapter."""

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset  # type: ignore[import-untyped]  # it ships none
from peft import LoraConfig
from transformers import EarlyStoppingCallback, PreTrainedTokenizerBase, set_seed
from transformers.trainer_utils import get_last_checkpoint
from trl.trainer.sft_config import SFTConfig

from finetune.lora.base import base_name, dtype_of, load_base, load_tokenizer
from finetune.lora.examples import (
    Encoded,
    Example,
    digest,
    encode,
    of_task,
    prefixes,
    prompt_digests,
    read_examples,
)
from finetune.lora.recipe import CannotResume, Recipe, read_recipe
from finetune.lora.report import Ran, write_run
from finetune.lora.start import Start, on, read_start
from finetune.lora.trainer import AnswerTrainer, Collator
from finetune.lora.watch import Watch

LOG_EVERY = 20
IDENTITY = "training.json"
#: The task whose answers are calls.
CALLS = "understand"


def train(
    config: Path, data: Sequence[Path], out: Path, *, resume: bool = False, start: Path | None = None
) -> str:
    """Trains and gives one line about it. Raises `TrainingError`."""
    recipe = read_recipe(config)
    files = [folder / "train.jsonl" for folder in data]
    examples = [example for path in files for example in read_examples(path)]
    held_out_files = _held_out_files(data)
    learnt_from = digest(*files, *held_out_files)
    begun = read_start(start, recipe) if start else None
    checkpoint = _begin(out, _identity(recipe, learnt_from, begun), resume)
    tokenizer = load_tokenizer(recipe.base)
    encoded = encode(examples, tokenizer, recipe.most_tokens)
    valid = _held_out(held_out_files, recipe)
    held_out = encode(valid, tokenizer, recipe.most_tokens)
    set_seed(recipe.seed)
    watch = _watch(recipe, tokenizer, valid, held_out, out)
    base = load_base(recipe.base, dtype_of(recipe), recipe.attention)
    trainer = AnswerTrainer(
        encoded=encoded,
        held_out=held_out,
        model=on(begun, base) if begun else base,
        args=_arguments(recipe, out),
        data_collator=Collator(prefixes([*encoded, *held_out]), tokenizer.pad_token_id or 0),
        train_dataset=_rows(encoded),
        eval_dataset=_rows(held_out),
        processing_class=tokenizer,
        peft_config=None if begun else _fresh(recipe),
        callbacks=[watch, EarlyStoppingCallback(recipe.patience)],
    )
    trainer.train(resume_from_checkpoint=checkpoint)
    trainer.save_model(str(out / "adapter"))
    ran = _ran(recipe, learnt_from, watch, trainer, prompt_digests(examples), begun)
    report = write_run(out / "run.json", ran, encoded)
    return f"{out / 'adapter'}: {report['minutes']} minutes, {report['tokens_per_second']} tokens/s"


def _ran(
    recipe: Recipe,
    learnt_from: str,
    watch: Watch,
    trainer: AnswerTrainer,
    prompts: Mapping[str, str],
    begun: Start | None,
) -> Ran:
    return Ran(
        recipe=recipe,
        base=base_name(recipe),
        digest=learnt_from,
        minutes=watch.minutes,
        passes=float(trainer.state.epoch or 0.0),
        threads=torch.get_num_threads(),
        log=trainer.state.log_history,
        prompts=prompts,
        start=begun,
    )


def _held_out_files(data: Sequence[Path]) -> list[Path]:
    """The first folder's examples to validate on, and those of others that have other tasks."""
    files, tasks = [data[0] / "valid.jsonl"], _tasks(data[0] / "valid.jsonl")
    for folder in data[1:]:
        path = folder / "valid.jsonl"
        if path.is_file() and (new := _tasks(path)).isdisjoint(tasks):
            files.append(path)
            tasks |= new
    return files


def _tasks(path: Path) -> set[str]:
    return {example.task for example in read_examples(path)}


def _held_out(files: Sequence[Path], recipe: Recipe) -> list[Example]:
    valid = [example for path in files for example in read_examples(path)]
    random.Random(recipe.seed).shuffle(valid)  # noqa: S311 -- which examples are looked at, no secret
    return valid[: recipe.evaluate_on]


def _watch(
    recipe: Recipe,
    tokenizer: PreTrainedTokenizerBase,
    valid: Sequence[Example],
    held_out: Sequence[Encoded],
    out: Path,
) -> Watch:
    """Whole calls are held against the right ones; what other tasks write has no one right answer."""
    calls = of_task(valid, CALLS)[: recipe.exact_on]
    return Watch(
        tokenizer,
        [(held_out[index], valid[index].answer) for index in calls],
        bf16=recipe.precision == "bf16",
        checkpoint_minutes=recipe.checkpoint_minutes,
        most_minutes=recipe.most_minutes,
        clock=out / "seconds.txt",
    )


def _fresh(recipe: Recipe) -> LoraConfig:
    return LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def _identity(recipe: Recipe, learnt_from: str, start: Start | None) -> dict[str, Any]:
    """What a training must share with the one that it resumes."""
    return {
        "data": learnt_from,
        "recipe": recipe.model_dump(exclude={"most_minutes", "checkpoint_minutes"}),
        "start": start.digest if start else None,
    }


def _begin(out: Path, identity: dict[str, Any], resume: bool) -> str | None:
    """The checkpoint to go on from; a folder of another training is refused."""
    known = out / IDENTITY
    if not resume:
        if known.is_file():
            raise CannotResume(f"{out} holds a training: go on with --resume, or name another --out")
        out.mkdir(parents=True, exist_ok=True)
        known.write_text(json.dumps(identity), encoding="utf-8")
        return None
    if not known.is_file():
        raise CannotResume(f"{out} holds no training to go on with")
    if json.loads(known.read_text(encoding="utf-8")) != identity:
        raise CannotResume(f"{out} was trained with another recipe or other data; name another --out")
    last: str | None = get_last_checkpoint(str(out))  # type: ignore[no-untyped-call]  # it has no types
    if last is None:
        raise CannotResume(f"{out} has no checkpoint yet: remove the folder and begin anew")
    return last


def _arguments(recipe: Recipe, out: Path) -> SFTConfig:
    return SFTConfig(
        output_dir=str(out),
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulate,
        gradient_checkpointing=recipe.gradient_checkpointing,
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=recipe.warmup,
        weight_decay=0.0,
        max_grad_norm=1.0,
        bf16=recipe.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        optim="adamw_torch",
        eval_strategy="steps",
        eval_steps=recipe.evaluate_every,
        save_strategy="steps",
        save_steps=recipe.evaluate_every,
        save_total_limit=3,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        restore_callback_states_from_checkpoint=False,
        logging_steps=LOG_EVERY,
        report_to=["tensorboard"],
        disable_tqdm=True,
        remove_unused_columns=False,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        seed=recipe.seed,
        data_seed=recipe.seed,
    )


def _rows(encoded: Sequence[Encoded]) -> Dataset:
    return Dataset.from_list(
        [{"task": each.task, "prompt": list(each.prompt), "answer": list(each.answer)} for each in encoded]
    )
