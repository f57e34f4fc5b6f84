"""The shopper's page: the conversation with its cards, the composer, and the cart beside it."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from web.pages import deeds
from web.pages.buttons import UnknownButton, read_press
from web.pages.parts import PRIVATE, blocks, part, refused
from web.pages.rendering import Renderer
from web.pages.shopper import LONGEST_MESSAGE, Shopper
from web.pages.talk import Turn
from web.pages.visits import Visit

#: How often a page looks whether a person has written, while it waits for one.
LOOK_EVERY_S = 1.0

#: Each answer is read out by itself, without the cards that come with it.
LOG = ' role="log" aria-live="off" aria-label="Conversation"'

Arrival = Callable[[gr.Request], Shopper]


@dataclass(frozen=True, slots=True)
class ShopPage:
    """`arrive` finds whose request it is, and refuses whoever has no visit."""

    renderer: Renderer
    examples: Sequence[str]
    title: str
    arrive: Arrival

    def build(self) -> gr.Blocks:
        page = blocks(self.title)
        blank = self._shown(Visit(""))
        with page:
            head = part("pw-head", blank[0])
            with gr.Row(elem_id="pw-main", equal_height=False):
                with gr.Column(elem_id="pw-talk", scale=1, min_width=0):
                    thread = part("pw-thread", blank[1], LOG)
                    with gr.Column(elem_id="pw-foot", min_width=0):
                        dock = part("pw-dock", blank[2])
                        with gr.Row(elem_id="pw-composer", equal_height=True):
                            words = _composer()
                            send = gr.Button("Send", elem_id="pw-send", variant="primary", min_width=0)
                with gr.Column(elem_id="pw-side", scale=0, min_width=0):
                    cart = part("pw-cart", blank[3])
            look = gr.Timer(LOOK_EVERY_S, active=False)
            parts = [head, thread, dock, cart, look]
            gr.on([send.click, words.submit], self._say, [words], [words, *parts], **PRIVATE)
            for each in (head, thread, dock, cart):
                each.act(self._act, None, parts, **PRIVATE)
            look.tick(self._look, None, parts, **PRIVATE)
            page.load(self._load, None, parts, **PRIVATE)
        return page

    async def _say(self, words: str, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        shopper = self.arrive(request)
        text: Any = "" if shopper.say(str(words)) else gr.skip()
        async for _ in shopper.visit.follow():
            # Only the first update clears the composer: the next message may be in it already.
            yield text, *self._update(shopper.visit)
            text = gr.skip()

    async def _act(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        shopper = self.arrive(request)
        try:
            await deeds.do(shopper, read_press(event._data))
        except UnknownButton as unknown:
            raise refused(unknown) from unknown
        async for _ in shopper.visit.follow():
            yield self._update(shopper.visit)

    async def _look(self, request: gr.Request) -> tuple[Any, ...]:
        shopper = self.arrive(request)
        await shopper.refresh()
        return self._update(shopper.visit)

    async def _load(self, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        shopper = self.arrive(request)
        shopper.visit.notice = ""
        await shopper.refresh()
        await shopper.load_cart()
        async for _ in shopper.visit.follow():
            yield self._update(shopper.visit)

    def _update(self, visit: Visit) -> tuple[Any, ...]:
        """What every part shows, and whether the page goes on looking for a person's words."""
        return *self._shown(visit), gr.Timer(active=visit.waits_for_person)

    def _shown(self, visit: Visit) -> tuple[list[str], list[str], list[str], list[str]]:
        items = sum(line.quantity for line in visit.cart.lines) if visit.cart else 0
        turns = [self._drawn(visit, turn) for turn in visit.turns]
        return (
            [self.renderer.head(items)],
            turns or [self.renderer.welcome(self.examples)],
            [self.renderer.dock(visit.comparing, visit.notice, with_person=visit.status == "open")],
            [self.renderer.cart(visit.cart)],
        )

    def _drawn(self, visit: Visit, turn: Turn) -> str:
        """The turn's HTML, made anew only where something in it is another."""
        last = turn is visit.turns[-1]
        around = (visit.comparing, tuple(visit.choices), last)
        drawn = visit.drawn.get(turn.key)
        if drawn is None or drawn[0] is not turn or drawn[1] != around:
            html = self.renderer.turn(turn, comparing=visit.comparing, choices=visit.choices, last=last)
            drawn = visit.drawn[turn.key] = (turn, around, html)
        return drawn[2]


#: What the composer asks for while the assistant listens.
ASK = "What are you looking for?"


def _composer() -> gr.Textbox:
    return gr.Textbox(
        label="Your message",
        show_label=False,
        container=False,
        placeholder=ASK,
        lines=1,
        max_lines=6,
        max_length=LONGEST_MESSAGE,
        autofocus=True,
        scale=1,
        elem_id="pw-words",
    )
