"""The model that ships, over evidence of a small shop: whatever it says, what is shown holds."""

from collections.abc import Iterator

import pytest

from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.explain import explain
from assistant.grounding import violations
from assistant.llm import ChatModel, OpenAiChat
from assistant.telling import TONES, Tone, Voice
from assistant.values import Evidence
from tests.evidences import answer_evidence, bundle_evidence, comparison_evidence, products_evidence

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Iterator[ChatModel]:
    server = EmbeddedServer(ServerOptions(installed_model()))
    try:
        yield OpenAiChat(server.start(), api_key=server.api_key)
    finally:
        server.stop()


@pytest.mark.parametrize(
    "held", [products_evidence(), bundle_evidence(), comparison_evidence(), answer_evidence()]
)
@pytest.mark.parametrize("tone", TONES)
def test_every_sentence_that_is_shown_holds(model: ChatModel, held: Evidence, tone: Tone) -> None:
    sentences = list(explain(model, held, voice=Voice(tone)))
    assert 1 <= len(sentences) <= 3
    about: tuple[str, ...] = held.lead[:1]
    for sentence in sentences:
        assert violations(sentence.text, held, about) == (), sentence.text
