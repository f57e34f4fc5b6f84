"""A cross-encoder of the usual size that has learned nothing: what one costs, where none is at hand.

The embedding model's layers with a fresh head of one number. What it says of a pair means nothing, so no
figure of quality may come from it.
"""

from pathlib import Path

from retrieval.embedding import wheel_folder
from retrieval.openvino_model import quiet_transformers

NAME = "untrained"


def untrained_cross_encoder(keep: Path, seed: int) -> Path:
    """The folder of the model, made once for each seed."""
    folder = keep / f"untrained-cross-encoder-{seed}"
    if not (folder / "config.json").is_file():
        _write(folder, seed)
    return folder


def _write(folder: Path, seed: int) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    quiet_transformers()
    torch.manual_seed(seed)
    source = str(wheel_folder())
    model = AutoModelForSequenceClassification.from_pretrained(source, num_labels=1)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    model.save_pretrained(folder)
