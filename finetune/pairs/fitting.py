"""Fits the bilinear form of `retrieval.relations.pair_model`, and what its logits promise.

A logit is a * cosine + sum_k w_k (p_k' u) (p_k' v) + b, fitted to the logarithm of a pair's lift by least
squares, or to whether a pair belongs together by logistic regression. The forms of several seeds are averaged
into one matrix.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import PoissonRegressor  # type: ignore[import-untyped]  # it ships no types

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settings:
    """`decay` is that of AdamW; the form is the mean of as many as there are `seeds`."""

    rank: int
    epochs: int
    batch: int
    decay: float
    seeds: int
    loss: Loss
    rate: float = 3e-3


LIFTS = Settings(64, 4, 4096, 2.0, 2, torch.nn.functional.mse_loss)
BELONGING = Settings(32, 12, 512, 3.0, 2, torch.nn.functional.binary_cross_entropy_with_logits)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """`matrix` is symmetric, shape (dimension, dimension)."""

    matrix: Floats
    bias: float

    def logits(self, vectors: Floats, pairs: Places) -> Floats:
        """Of pairs of rows of `vectors`, shape (pairs, 2) -> (pairs,)."""
        shared: Floats = (vectors[pairs[:, 0]] @ self.matrix * vectors[pairs[:, 1]]).sum(axis=1)
        return shared + np.float32(self.bias)


def fit(vectors: Floats, pairs: Places, wanted: Floats, seed: int, settings: Settings = LIFTS) -> Form:
    """`pairs` are rows of `vectors`; `wanted` is a pair's logarithm of the lift, or 1 or 0."""
    forms = [_fit_one(vectors, pairs, wanted, seed + number, settings) for number in range(settings.seeds)]
    matrices = np.stack([form.matrix for form in forms])
    mean = np.asarray(matrices.mean(axis=0), dtype=np.float32)
    return Form(mean, float(np.mean([form.bias for form in forms])))


def _fit_one(vectors: Floats, pairs: Places, wanted: Floats, seed: int, settings: Settings) -> Form:
    torch.manual_seed(seed)
    held, places, labels = torch.tensor(vectors), torch.tensor(pairs), torch.tensor(wanted)
    project = torch.nn.Parameter(torch.randn(settings.rank, vectors.shape[1]) * 0.05)
    weight = torch.nn.Parameter(torch.randn(settings.rank))
    scale, bias = torch.nn.Parameter(torch.tensor(1.0)), torch.nn.Parameter(torch.tensor(0.0))
    decayed = {"params": [project, weight], "weight_decay": settings.decay}
    optimiser = torch.optim.AdamW([decayed, {"params": [scale, bias], "weight_decay": 0.0}], lr=settings.rate)
    for _ in range(settings.epochs):
        for rows in torch.split(torch.randperm(len(places)), settings.batch):
            one, other = held[places[rows, 0]], held[places[rows, 1]]
            shared = (one @ project.T * (other @ project.T) * weight).sum(dim=1)
            logits = scale * (one * other).sum(dim=1) + shared + bias
            loss = settings.loss(logits, labels[rows])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
            optimiser.step()
    with torch.no_grad():
        matrix = project.T @ (weight[:, None] * project) + scale * torch.eye(vectors.shape[1])
    return Form(matrix.numpy(), bias.item())


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """Counts of some pairs, and how often chance would have had them; shape (pairs,) each."""

    counts: Doubles
    chance: Doubles


def promise(logits: Floats, orders: Orders) -> tuple[float, float]:
    """Intercept and slope by Poisson regression: a pair's count is its chance times the promised lift.

    The intercept is shifted so that the pairs promise no more than chance on the whole: what any two products
    of a shop have together, because some of its orders are large, is not what joins these two.
    """
    model = PoissonRegressor(alpha=0.0, max_iter=500)
    model.fit(logits[:, None], orders.counts / orders.chance, sample_weight=orders.chance)
    overall = orders.counts.sum() / orders.chance.sum()
    return float(model.intercept_ - np.log(overall)), float(model.coef_[0])


def likelihood(promised: Doubles, weight: float, before: Orders, after: Orders) -> float:
    """How well earlier orders and the promise foretell later ones: mean Poisson log likelihood of a pair,
    up to a constant. The promise counts as `weight` orders of chance."""
    rate = after.chance * (before.counts + weight * promised) / (before.chance + weight)
    return float(np.mean(after.counts * np.log(rate) - rate))
