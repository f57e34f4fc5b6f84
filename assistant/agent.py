"""One conversation turn as a graph: understand -> act -> explain, streamed as events.

The only file that imports LangGraph. The graph keeps no state of its own between turns: the conversation
store is the only truth, and a turn reads from it what it needs. Sentences are checked as they are made
(`assistant.explain`), so what leaves the graph is what may be shown.

Errors: `StorageUnavailable` propagates (an operator must act); whatever the model does wrong ends in rules
and templates, and is said in `degraded` and `sources`.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

import prompts
from assistant.acting import act, question_after
from assistant.bundles import BundleError
from assistant.conversations import Conversations, UnknownConversation
from assistant.explain import explain
from assistant.intent import Intent
from assistant.language import detect
from assistant.lexicon import lexicon
from assistant.llm import ChatModel, ModelError
from assistant.memory import last_reply, shown_so_far
from assistant.reading import read, small_talk
from assistant.reading.catalogue import catalogue_index
from assistant.rounds import Rounds, further
from assistant.settling import settle
from assistant.tally import Tally
from assistant.telling import UNTRAINED, Voice
from assistant.templates import Sentence, template_sentences
from assistant.timing import TimedModel
from assistant.tools.context import Found, ToolContext, ToolServices, Turn
from assistant.understanding import TIMEOUT_S, understand
from assistant.understanding.expand import Surroundings
from assistant.understanding.opinion import Opinion
from assistant.values import (
    Event,
    Evidence,
    Question,
    Reply,
    Shown,
    Sources,
    TextSources,
    Timings,
    ToolCall,
)
from assistant.wire import intent_json, intent_view, reply_json
from shop.errors import OutOfStock, UnknownLine, UnknownVariant
from shop.ids import new_id
from shop.occasions import Occasions
from shop.serialise import to_json
from shop.values import Occasion

logger = logging.getLogger(__name__)

RULES: Literal["rules"] = "rules"

Emit = Callable[[Event], None]


class State(TypedDict, total=False):
    """What travels through the graph of one turn."""

    turn: "RunningTurn"
    intent: Intent
    intent_source: Literal["model", "rules"]
    done: Found | Evidence
    calls: tuple[ToolCall, ...]
    opening: Evidence | None
    question: Question | None
    sentences: list[Sentence]


@dataclass(slots=True)
class RunningTurn:
    """One turn at work: its context, its clock and the reply's id; the model that reads, and the one that
    tells (the same where there is one)."""

    context: ToolContext
    occasions: Sequence[Occasion]
    reply_id: str
    model: TimedModel | None
    teller: TimedModel | None
    started: float = field(default_factory=time.perf_counter)
    marks: dict[str, int] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Notes the milliseconds since the turn began, the first time it is called for `name`."""
        self.marks.setdefault(name, round((time.perf_counter() - self.started) * 1000))

    def timings(self) -> Timings:
        self.mark("total")
        asked = [self.model] if self.teller is self.model else [self.model, self.teller]
        waited_s = sum(each.waited_s for each in asked if each is not None)
        return replace(Timings(model=round(waited_s * 1000)), **self.marks)


class Assistant:
    """Answers turns. `model` None serves without a chat model: rules and templates.

    `model_understands` says whether the model may name the intent: one that is tuned for it, or a large
    one. An untuned small model explains only; `voice` says in which tone, and what the model was trained to
    tell. While it is not `ready` turns are served as without one: nobody waits for a server that is starting.
    """

    def __init__(
        self,
        services: ToolServices,
        model: ChatModel | None,
        *,
        model_understands: bool,
        voice: Voice = UNTRAINED,
        ready: Callable[[], bool] = lambda: True,
        max_rounds: int = 0,
        understand_timeout_s: float = TIMEOUT_S,
        opinion: Opinion | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._services = services
        self._model = model
        self._model_understands = model_understands
        self._voice = voice
        self._ready = ready
        self._max_rounds = max_rounds
        self._understand_timeout_s = understand_timeout_s
        self._opinion = opinion
        self._tally = tally or Tally()
        self._graph = self._compile()

    def respond(self, turn: Turn) -> Iterator[Event]:
        """The events of one turn whose message is already stored, `message.completed` last.

        The reply, the turn's changes and its audit rows are in one transaction, done before that event.
        """
        running = self._start(turn)
        yield Event("message.created", {"id": running.reply_id, "in_reply_to": turn.message_id})
        state: State = {"turn": running}
        for mode, part in self._graph.stream(state, stream_mode=["custom", "values"]):
            if mode == "custom":
                yield part
            else:
                state = part
        reply = _reply(state)
        if not turn.draft:
            try:
                self._store(running.context, turn, reply)
            except OVERTAKEN as error:
                logger.info("the records changed while a turn was answered: %s", error)
                reply, said = _taken_back(reply, running.context.language)
                yield Event("text.delta", {"text": f" {said}"})
                running.context.writes.clear()
                self._store(running.context, turn, reply)
        yield Event("message.completed", reply_json(reply))

    def _start(self, turn: Turn) -> RunningTurn:
        with self._services.database.read() as work:
            said = Conversations(work, self._services.clock()).messages(turn.conversation_id)
            shown = shown_so_far(work, self._services.bundles, turn.owner, said)
            occasions = Occasions(work).all()
        last = last_reply(said)
        context = ToolContext(self._services, turn, shown, language=_language(turn.text, shown), last=last)
        model = TimedModel(self._model) if self._model is not None and self._ready() else None
        told_by = self._voice.model
        teller = TimedModel(told_by) if model is not None and told_by is not None else model
        return RunningTurn(context, occasions, new_id("msg"), model, teller)

    def _store(self, context: ToolContext, turn: Turn, reply: Reply) -> None:
        # Erased while it was being answered: there is nobody left to answer.
        with suppress(UnknownConversation), self._services.database.begin() as work:
            talks = Conversations(work, self._services.clock())
            talks.get(turn.owner, turn.conversation_id)
            for write in context.writes:
                write(work)
            talks.finish_turn(turn.message_id, reply)

    def _compile(self) -> Any:
        graph = StateGraph(State)
        graph.add_node("understand", self._understand)
        graph.add_node("act", self._act)
        graph.add_node("explain", self._explain)
        graph.add_edge(START, "understand")
        graph.add_edge("understand", "act")
        graph.add_edge("act", "explain")
        graph.add_edge("explain", END)
        return graph.compile()

    def _understand(self, state: State) -> State:
        running = state["turn"]
        settled = settle(running.context)
        intent, source = (settled.intent, RULES) if settled else self._intent(running)
        running.mark("understand")
        get_stream_writer()(Event("intent", {"intent": intent_json(intent_view(intent))}))
        understood: State = {"intent": intent, "intent_source": source}
        return {**understood, "done": settled.found} if settled else understood

    def _intent(self, running: RunningTurn) -> tuple[Intent, Literal["model", "rules"]]:
        context = running.context
        talk = small_talk(context.turn.text)
        if talk is not None:
            return talk, RULES
        vocabulary = self._services.finder.vocabulary()
        text, shown, currency = context.turn.text, context.shown, vocabulary.currency
        if running.model is not None and self._model_understands:
            try:
                understood = understand(
                    running.model,
                    text,
                    shown=shown,
                    vocabulary=vocabulary,
                    occasions=running.occasions,
                    currency=currency,
                    timeout_s=self._understand_timeout_s,
                    opinion=self._opinion,
                )
            except ModelError as error:
                logger.warning("the model did not read the message: %s", error)
            else:
                if understood.unsaid:
                    logger.info("the model named what nobody said: %s", dict(Counter(understood.unsaid)))
                return understood, "model"
        reading = read(
            text, shown=shown, vocabulary=vocabulary, occasions=running.occasions, currency=currency
        )
        return reading, "rules"

    def _act(self, state: State) -> State:
        running = state["turn"]
        # What answers a question of the assistant's own is done already, by rules alone.
        done = state["done"] if "done" in state else act(running.context, state["intent"])
        calls: tuple[ToolCall, ...] = (done.call,) if isinstance(done, Found) else ()
        opening: Evidence | None = None
        if isinstance(done, Found) and "done" not in state:
            more = self._more(running, done)
            calls += tuple(each.call for each in more.calls)
            done, opening = more.found or done, more.opening
        emit: Emit = get_stream_writer()
        for each in calls:
            emit(Event("tool", to_json(each)))
        if isinstance(done, Found):
            for event in _shown_events(done):
                emit(event)
            running.mark("first_item")
        running.mark("act")
        question = question_after(running.context, state["intent"], done)
        return {"done": done, "calls": calls, "opening": opening, "question": question}

    def _more(self, running: RunningTurn, first: Found) -> Rounds:
        """What the model calls after the first tool, where it may."""
        context = running.context
        if running.teller is None or not self._model_understands or not self._max_rounds:
            return Rounds()
        vocabulary = self._services.finder.vocabulary()
        index = catalogue_index(vocabulary, lexicon(context.language))
        around = Surroundings(context.shown, index, running.occasions, vocabulary.currency, context.language)
        return further(running.teller, context, first, around, most=self._max_rounds)

    def _explain(self, state: State) -> State:
        running = state["turn"]
        done = state["done"]
        emit: Emit = get_stream_writer()
        sentences: list[Sentence] = []
        evidence = done.evidence if isinstance(done, Found) else done
        language, voice = running.context.language, self._voice
        # What was asked for was not there: that is said before what was found in its place.
        opening = template_sentences(state["opening"], language)[:1] if state["opening"] else []
        told = explain(
            running.teller,
            evidence,
            language=language,
            voice=voice,
            refused=lambda: self._tally.add("refused"),
        )
        for sentence in chain(opening, told):
            running.mark("first_sentence")
            self._tally.add(sentence.source)
            emit(Event("text.delta", {"text": sentence.text if not sentences else f" {sentence.text}"}))
            sentences.append(sentence)
        return {"sentences": sentences}


def _language(text: str, shown: Shown) -> str:
    """The message's language; a message of a word or two stays in the conversation's."""
    if shown.intent is not None and len(text) < SHORT_TEXT and text.isascii():
        return shown.intent.language
    return detect(text)


#: What the records may refuse at the end of a turn that they allowed in its middle: the last one was sold,
#: a product was taken off the shelves, a bundle was edited elsewhere.
OVERTAKEN = (OutOfStock, UnknownVariant, UnknownLine, BundleError)


def _taken_back(reply: Reply, language: str) -> tuple[Reply, str]:
    """The same reply without what it changed, and the sentence that says so."""
    said = prompts.render("say_overtaken", language)
    text = replace(reply.sources.text, template=reply.sources.text.template + 1)
    taken = replace(
        reply,
        content=f"{reply.content} {said}",
        cart=None,
        ranking_id=None,
        tool_calls=tuple(replace(each, ok=False) for each in reply.tool_calls or ()) or None,
        sources=replace(reply.sources, text=text),
    )
    return taken, said


#: Characters below which a message says too little of its language.
SHORT_TEXT = 16


def _shown_events(found: Found) -> Iterator[Event]:
    """What a tool made, as the events that show it."""
    if found.products:
        yield Event("products", {"products": [to_json(card) for card in found.products]})
    if found.bundles:
        yield Event("bundles", {"bundles": [to_json(view) for view in found.bundles]})
    if found.citations:
        yield Event("citations", {"citations": [to_json(each) for each in found.citations]})
    if found.cart:
        yield Event("cart", {"cart": to_json(found.cart)})
    if found.confirmation:
        yield Event("confirmation", {"confirmation": to_json(found.confirmation)})
    if found.handoff:
        yield Event("handoff", {"handoff": to_json(found.handoff)})


def _reply(state: State) -> Reply:
    running, intent, done = state["turn"], state["intent"], state["done"]
    found = done if isinstance(done, Found) else None
    sentences = state["sentences"]
    counts = TextSources(
        **{kind: sum(each.source == kind for each in sentences) for kind in ("model", "repaired", "template")}
    )
    return Reply(
        id=running.reply_id,
        conversation_id=running.context.turn.conversation_id,
        content=" ".join(sentence.text for sentence in sentences),
        intent=intent_view(intent),
        question=state["question"],
        products=found.products if found else None,
        bundles=found.bundles if found else None,
        comparison=found.comparison if found else None,
        citations=found.citations if found else None,
        cart=found.cart if found else None,
        order=found.order if found else None,
        confirmation=found.confirmation if found else None,
        handoff=found.handoff if found else None,
        tool_calls=state["calls"] or None,
        ranking_id=found.ranking_id if found else None,
        sources=Sources(state["intent_source"], counts),
        degraded=state["intent_source"] == "rules" or counts.model + counts.repaired == 0,
        timings_ms=running.timings(),
    )
