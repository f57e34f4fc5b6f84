"""The servers that the contract of the chat model is held against: the embedded one, and vLLM where
`make test-vllm` names its environment."""

import os
from collections.abc import Iterator

import pytest

from evals.model_servers import ModelServer, model_server


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("embedded", marks=pytest.mark.slow),
        pytest.param("vllm", marks=pytest.mark.vllm),
    ],
)
def served(request: pytest.FixtureRequest) -> Iterator[ModelServer]:
    if request.param == "vllm" and "VLLM_PYTHON" not in os.environ:
        pytest.skip("VLLM_PYTHON names no environment of vLLM: make test-vllm")
    with model_server(request.param) as server:
        yield server
