"""Mails by SMTP: against a server that speaks it, and what fails is said and tried again."""

import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

import pytest

from assistant.outbox import FIRST_WAIT, Outbox
from tests.web.world import World
from web.delivery import Deliverer, Smtp, Undelivered


@dataclass
class MailServer:
    """Takes mails on loopback; `refuses` is answered to every recipient in place of an OK."""

    port: int = 0
    refuses: str = ""
    recipients: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)

    def answer(self, line: str) -> str:
        if line.upper().startswith("RCPT"):
            if self.refuses:
                return self.refuses
            self.recipients.append(line.split(":", 1)[1].strip(" <>"))
        return "354 go on" if line.upper() == "DATA" else "221 bye" if line.upper() == "QUIT" else "250 ok"


@pytest.fixture
def server() -> Iterator[MailServer]:
    mails = MailServer()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline().decode().strip():
                answer = mails.answer(line)
                self.wfile.write(f"{answer}\r\n".encode())
                if answer.startswith("221"):
                    return
                if answer.startswith("354"):
                    letter = iter(self.rfile.readline, b".\r\n")
                    mails.letters.append(b"".join(letter))
                    self.wfile.write(b"250 taken\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as listening:
        mails.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield mails
        listening.shutdown()


def smtp(server: MailServer, **more: object) -> Smtp:
    return Smtp("127.0.0.1", "shop@pairwell.example", server.port, starttls=False, **more)  # type: ignore[arg-type]


def test_a_code_from_the_outbox_arrives_once(world: World, server: MailServer) -> None:
    with world.database.begin() as work:
        Outbox(work, world.clock()).mail("ada@moss.example", "Your code", "Your code is 123456 – café.")
    at = Deliverer(world.database, world.clock, post=smtp(server))

    assert (at.round(), at.round()) == (1, 0)

    [letter] = [message_from_bytes(each, policy=default) for each in server.letters]
    assert server.recipients == ["ada@moss.example"]
    assert (letter["From"], letter["Subject"]) == ("shop@pairwell.example", "Your code")
    assert letter.get_content().strip() == "Your code is 123456 – café."


def test_a_recipient_that_the_server_refuses_waits_and_is_tried_again(
    world: World, server: MailServer
) -> None:
    with world.database.begin() as work:
        Outbox(work, world.clock()).mail("ada@moss.example", "Your code", "123456")
    at = Deliverer(world.database, world.clock, post=smtp(server))
    server.refuses = "450 try later"

    assert at.round() == 0
    with world.database.read() as work:
        [waiting] = Outbox(work, world.clock()).newest("mail")
    assert "450" in str(waiting.problem)
    server.refuses = ""
    world.clock.pass_by(FIRST_WAIT)
    assert at.round() == 1


def test_a_server_that_is_not_there_is_said_without_the_password(server: MailServer) -> None:
    gone = Smtp("127.0.0.1", "shop@pairwell.example", 1, "shop", "hunter2-of-the-shop")

    with pytest.raises(Undelivered, match=re.escape("127.0.0.1")) as told:
        gone.send("ada@moss.example", "Your code", "123456")
    assert "hunter2" not in f"{told.value} {gone!r}"


def test_a_server_that_cannot_keep_the_way_secret_gets_no_mail(server: MailServer) -> None:
    """`starttls` is asked for, and this server does not know it."""
    strict = Smtp("127.0.0.1", "shop@pairwell.example", server.port)

    with pytest.raises(Undelivered):
        strict.send("ada@moss.example", "Your code", "123456")
    assert server.letters == []


@pytest.mark.parametrize("subject", ["Code\r\nBcc: eve@thorn.example", "Code\nBcc: eve@thorn.example"])
def test_a_line_break_in_a_subject_makes_no_header(server: MailServer, subject: str) -> None:
    smtp(server).send("ada@moss.example", subject, "123456")

    [letter] = [message_from_bytes(each, policy=default) for each in server.letters]
    assert (letter["Subject"], letter["Bcc"]) == ("Code Bcc: eve@thorn.example", None)
    assert server.recipients == ["ada@moss.example"]


def test_an_address_that_is_none_is_said_and_costs_the_others_nothing(
    world: World, server: MailServer
) -> None:
    with world.database.begin() as work:
        Outbox(work, world.clock()).mail("ada@moss.example\r\nBcc: eve@thorn.example", "Code", "1")
        Outbox(work, world.clock()).mail("ada@moss.example", "Code", "2")

    assert Deliverer(world.database, world.clock, post=smtp(server)).round() == 1

    assert server.recipients == ["ada@moss.example"]
