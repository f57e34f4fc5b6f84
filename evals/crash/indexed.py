"""Whether the index is what the records say: read from Chroma itself, not through the program."""

import time
from pathlib import Path

import httpx

from evals.crash.clients import Toll
from evals.crash.serving import Place, Serving
from retrieval.documents import embedding_text, text_digest
from shop.catalogue import Catalogue
from storage import Database

INDEX_TIMEOUT_S = 300.0


def check_index(serving: Serving, place: Place, database: Database, toll: Toll) -> None:
    """After its own catch-up the index has every product of the records once, made of what it says now, and
    nothing else. Ends the server."""
    deadline, said = time.monotonic() + INDEX_TIMEOUT_S, ""
    with database.read() as work:
        wanted = {product.id: text_digest(embedding_text(product)) for product in Catalogue(work).all()}
    while f"{len(wanted)} of {len(wanted)} products indexed" not in said:
        if time.monotonic() > deadline:
            toll.lost.append(f"the index does not catch up: {said[:300]}")
            return
        time.sleep(0.1)
        said = httpx.get(f"{serving.url}/readyz", timeout=30).text
    serving.end()
    stored = stored_digests(place.folder / "index" / "products")
    toll.lost += [f"not in the index as it is: {key}" for key in wanted if stored.get(key) != wanted[key]]
    toll.doubled += [f"in the index and not in the records: {key}" for key in stored if key not in wanted]


def stored_digests(folder: Path) -> dict[str, str]:
    """Product id -> digest of the text that its vector was made of."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    found = client.get_collection("products").get(include=["metadatas", "embeddings"])
    ids, metadatas = found["ids"], found["metadatas"] or []
    if len(found["embeddings"] if found["embeddings"] is not None else ()) != len(ids):
        raise RuntimeError("an index with other vectors than ids")
    return {key: str(each["digest"]) for key, each in zip(ids, metadatas, strict=True)}
