"""What a user would build with a framework: its own hybrid retriever over the same texts and vectors.

LangChain: `EnsembleRetriever` of `BM25Retriever` and Chroma, equal weights. LlamaIndex:
`QueryFusionRetriever` by reciprocal rank of `BM25Retriever` and a `VectorStoreIndex`, one query (no model
writes more). Both look at a hundred products of each ranking, as Pairwell does. The vectors are the ones that
Pairwell stored, so that nobody waits for them to be made again; each query is encoded.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from evals.search_shop import Shop
from retrieval.documents import embedding_text
from retrieval.embedding import Embedder, Vectors

DEPTH = 100
BATCH = 5_000


def langchain_search(shop: Shop, embedder: Embedder, limit: int) -> Callable[[str], list[str]]:
    import chromadb
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.embeddings import Embeddings

    class Encoder(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return _encoded(embedder, texts)

        def embed_query(self, text: str) -> list[float]:
            return _encoded(embedder, [text])[0]

    texts, vectors, ids = _contents(shop)
    metadatas: list[Any] = [{"id": key} for key in ids]
    client = chromadb.EphemeralClient()
    collection = client.create_collection("products", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        collection.upsert(ids[part], vectors[part], metadatas[part], texts[part])
    store = Chroma(client=client, collection_name="products", embedding_function=Encoder())
    words = BM25Retriever.from_texts(texts, metadatas=metadatas, k=DEPTH)
    meaning = store.as_retriever(search_kwargs={"k": DEPTH})
    both = EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5], id_key="id")
    return lambda query: [str(each.metadata["id"]) for each in both.invoke(query)[:limit]]


def llamaindex_search(shop: Shop, embedder: Embedder, limit: int) -> Callable[[str], list[str]]:
    import Stemmer  # type: ignore[import-not-found]  # a module of C without types
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever  # type: ignore[import-untyped]  # ships no types

    class Encoder(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return _encoded(embedder, [text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return _encoded(embedder, [query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    texts, vectors, ids = _contents(shop)
    nodes = [
        TextNode(id_=key, text=text, embedding=vector.tolist())
        for key, text, vector in zip(ids, texts, vectors, strict=True)
    ]
    index = VectorStoreIndex(nodes, embed_model=Encoder(model_name="MiniLM"))
    words = BM25Retriever.from_defaults(
        nodes=nodes, similarity_top_k=DEPTH, stemmer=Stemmer.Stemmer("english"), language="english"
    )
    both = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=DEPTH), words],
        llm=MockLLM(),
        similarity_top_k=limit,
        num_queries=1,
        mode=FUSION_MODES.RECIPROCAL_RANK,
        use_async=False,
    )
    asyncio.set_event_loop(asyncio.new_event_loop())
    return lambda query: [each.node.node_id for each in both.retrieve(query)]


def _contents(shop: Shop) -> tuple[list[str], Vectors, list[str]]:
    """Texts, vectors and ids of all products, in one order."""
    vectors = shop.search.state().vectors
    row = {key: at for at, key in enumerate(vectors.ids)}
    products = [product for product in shop.products if product.id in row]
    return (
        [embedding_text(product) for product in products],
        vectors.matrix[[row[product.id] for product in products]],
        [product.id for product in products],
    )


def _encoded(embedder: Embedder, texts: Sequence[str]) -> list[list[float]]:
    return [vector.tolist() for vector in embedder.encode(list(texts))]
