"""The support desk's page: the queue, the open conversation, and bundles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from web.pages.buttons import UnknownButton, read_press
from web.pages.desk import Agent, Desk
from web.pages.parts import PRIVATE, blocks, part, refused
from web.pages.rendering import Renderer

#: How often the queue and the open conversation are read again.
LOOK_EVERY_S = 1.0

Arrival = Callable[[gr.Request], Agent]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """`arrive` finds whose request it is, and refuses whoever has not signed in."""

    renderer: Renderer
    title: str
    currency: str
    arrive: Arrival

    def build(self) -> gr.Blocks:
        page = blocks(self.title)
        blank = self._shown(Desk(""))
        with page:
            part("pw-head", [self.renderer.desk_head()])
            with gr.Row(elem_id="pw-desk", equal_height=False):
                with gr.Column(elem_id="pw-queue-side", scale=0, min_width=0):
                    queue = part("pw-queue", blank[0])
                with gr.Column(elem_id="pw-desk-talk", scale=1, min_width=0):
                    talk = part("pw-talk-head", blank[1])
                    thread = part("pw-desk-thread", blank[2], ' role="log" aria-label="Messages"')
                    reply = part("pw-desk-reply", blank[3])
                with gr.Column(elem_id="pw-desk-side", scale=0, min_width=0):
                    bundles = part("pw-desk-bundles", blank[4])
            parts = [queue, talk, thread, reply, bundles]
            for each in parts:
                each.act(self._act, None, parts, **PRIVATE)
            gr.Timer(LOOK_EVERY_S).tick(self._look, None, parts, **PRIVATE)
            page.load(self._look, None, parts, **PRIVATE)
        return page

    async def _act(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        agent = self.arrive(request)
        try:
            await agent.press(read_press(event._data))
        except UnknownButton as unknown:
            raise refused(unknown) from unknown
        return self._shown(agent.desk)

    async def _look(self, request: gr.Request) -> tuple[Any, ...]:
        agent = self.arrive(request)
        await agent.refresh()
        return self._shown(agent.desk)

    def _shown(self, desk: Desk) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
        bundles = [
            self.renderer.bundle(bundle, open_=index == 0, at_desk=True)
            for index, bundle in enumerate(desk.bundles)
        ]
        return (
            [self.renderer.queue(desk.queue, desk.open_id)],
            [self.renderer.desk_talk(desk.status)],
            [self.renderer.turn(turn, last=False, editable=False) for turn in desk.turns],
            [self.renderer.desk_reply(desk.status, desk.draft, desk.notice, desk.suggestions, desk.attached)],
            [
                self.renderer.desk_case(desk.case),
                self.renderer.composing(self.currency, desk.problem),
                *bundles,
            ],
        )
