"""What is done beside the requests: freeing what a dead process held, and removing what is over."""

import asyncio
import logging

from assistant.confirmations import Confirmations
from assistant.conversations import Conversations
from assistant.guests import purge_grants
from assistant.outbox import Outbox
from assistant.stock_alerts import StockAlerts
from assistant.tries import Tries
from storage import StorageUnavailable
from web.accounts import Accounts
from web.context import Web
from web.customers import purge_used
from web.idempotency import Answers
from web.ratelimit import DatabaseRateLimiter
from web.sessions import Sessions

logger = logging.getLogger(__name__)

SWEEP_EVERY_S = 600.0


def release(web: Web) -> None:
    """Frees conversations and keys that the last process left running: for the only server of a database."""
    with web.database.begin() as work:
        Conversations(work, web.now()).release_all()
        Answers(work, web.now()).release_all()


async def sweep(web: Web) -> None:
    """Removes ended sessions, used tokens and old answers, again and again."""
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        try:
            await web.run(lambda: purge(web))
        except StorageUnavailable:
            logger.warning("the store cannot be reached; what is over is removed later")


def purge(web: Web) -> None:
    with web.database.begin() as work:
        Sessions(work, web.now(), web.config.limits).purge()
        Answers(work, web.now()).purge()
        purge_used(work, web.now())
        Accounts(work, web.now()).purge()
        Tries(work, web.now()).purge()
        Confirmations(work, web.now()).purge()
        Outbox(work, web.now()).purge()
        purge_grants(work, web.now())
        StockAlerts(work, web.now()).send()
    DatabaseRateLimiter(web.database, web.services.clock).purge()
