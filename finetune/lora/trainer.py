"""trl's SFTTrainer with two savings, both exact: the vocabulary's logits are computed only where an answer's
token is predicted, and the prefix that all prompts of a batch share is computed once, with its gradient, not
per row.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from peft import PeftModel
from peft.helpers import disable_input_dtype_casting
from torch.utils.data import DataLoader
from transformers import DynamicCache
from trl.trainer.sft_trainer import SFTTrainer

from finetune.lora.examples import IGNORED, Batches, Encoded

Batch = dict[str, torch.Tensor]


class Collator:
    """Examples of one task -> `prefix_ids` (1, P) and, behind it, rows (B, L) padded at the right."""

    def __init__(self, prefixes: Mapping[str, tuple[int, ...]], pad: int) -> None:
        self._prefixes = prefixes
        self._pad = pad

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> Batch:
        prefix = self._prefixes[examples[0]["task"]]
        prompts = [each["prompt"][len(prefix) :] for each in examples]
        answers = [each["answer"] for each in examples]
        width = max(len(p) + len(a) for p, a in zip(prompts, answers, strict=True))
        ids, labels, mask = [], [], []
        for prompt, answer in zip(prompts, answers, strict=True):
            empty = width - len(prompt) - len(answer)
            ids.append([*prompt, *answer, *[self._pad] * empty])
            labels.append([*[IGNORED] * len(prompt), *answer, *[IGNORED] * empty])
            mask.append([1] * (width - empty) + [0] * empty)
        return {
            "prefix_ids": torch.tensor([prefix]),
            "input_ids": torch.tensor(ids),
            "labels": torch.tensor(labels),
            "attention_mask": torch.tensor(mask),
        }


class AnswerTrainer(SFTTrainer):
    """Learns answers, batch by batch in the order of `Batches`."""

    def __init__(self, *, encoded: Sequence[Encoded], held_out: Sequence[Encoded], **given: Any) -> None:
        self._encoded, self._held_out = encoded, held_out
        super().__init__(**given)

    def get_train_dataloader(self) -> DataLoader[Batch]:
        return self._loader(self._encoded, self.train_dataset, self.args.per_device_train_batch_size)

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Batch]:  # noqa: ARG002 -- one set
        """Batches of one task, as in training: rows of a batch share a prefix."""
        return self._loader(self._held_out, self.eval_dataset, self.args.per_device_eval_batch_size)

    def _loader(self, encoded: Sequence[Encoded], rows: Any, size: int) -> DataLoader[Batch]:
        batches = Batches(encoded, size, self.args.seed)
        return DataLoader(rows, batch_sampler=_Forwarding(batches), collate_fn=self.data_collator)

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: Batch,
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """The mean cross entropy of the answers' tokens."""
        bf16 = bool(self.args.bf16)
        whole: PeftModel = self.accelerator.unwrap_model(model)
        with (
            torch.autocast(inputs["input_ids"].device.type, dtype=torch.bfloat16, enabled=bf16),
            disable_input_dtype_casting(whole, active=bf16),
        ):
            logits, wanted = answer_logits(whole, inputs)
        total = torch.nn.functional.cross_entropy(logits.float(), wanted, reduction="sum")
        count = wanted.numel() if num_items_in_batch is None else num_items_in_batch
        mode = "train" if model.training else "eval"
        right = (logits.detach().argmax(-1) == wanted).float().mean().item()
        self._metrics[mode]["mean_token_accuracy"].append(right)
        loss = total / count
        return (loss, None) if return_outputs else loss


def answer_logits(model: PeftModel, inputs: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (N, vocabulary) of the answers' N tokens, and those tokens (N,)."""
    whole: Any = model.get_base_model()
    rows, prefix = inputs["input_ids"], inputs["prefix_ids"]
    count, length = rows.shape[0], prefix.shape[1]
    cache: Any = DynamicCache()
    if length:
        whole.model(input_ids=prefix, past_key_values=cache, use_cache=True)
        for layer in cache.layers:
            layer.keys = layer.keys.expand(count, -1, -1, -1)
            layer.values = layer.values.expand(count, -1, -1, -1)
    places = torch.arange(length, length + rows.shape[1], device=rows.device).expand(count, -1)
    mask = torch.cat([inputs["attention_mask"].new_ones(count, length), inputs["attention_mask"]], dim=1)
    hidden = whole.model(
        input_ids=rows, attention_mask=mask, position_ids=places, past_key_values=cache, use_cache=True
    ).last_hidden_state
    wanted = inputs["labels"][:, 1:]
    answered = wanted != IGNORED
    return whole.get_output_embeddings()(hidden[:, :-1][answered]), wanted[answered]


class _Forwarding(torch.utils.data.Sampler[list[int]]):
    """`Batches` as torch's batch sampler; the trainer's `set_epoch` reaches it."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self.set_epoch: Callable[[int], None] = batches.set_epoch

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Any:
        return iter(self._batches)
