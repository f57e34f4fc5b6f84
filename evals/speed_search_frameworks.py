"""What a user would build with a framework: its own hybrid retriever over the same texts and vectors.

LangChain: `EnsembleRetriever` of `BM25Retriever` and Chroma, equal weights. LlamaIndex:
`QueryFusionRetriever` by reciprocal rank of `BM25Retriever` and a `VectorStoreIndex`, one query (no model
writes more). Both look at a hundred products of each ranking, as Pairwell does. The vectors are the ones that
Pairwell stored, so that nobody waits for them to be made again; each query is encoded.

With a cross-encoder they have what they offer for it: `CrossEncoderReranker` over `HuggingFaceCrossEncoder`
behind a `ContextualCompressionRetriever`, and `SentenceTransformerRerank`, each over the best twenty.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.search_shop import Shop
from retrieval.cross_encoder import LOOKED_AT
from retrieval.documents import embedding_text
from retrieval.embedding import Embedder, Vectors, wheel_folder
from retrieval.encoder import Encoder

DEPTH = 100
#: Of the best, what a cross-encoder reads: as many as Pairwell's does.
READ = LOOKED_AT
BATCH = 5_000

#: A query -> ids of the first ones.
Ask = Callable[[str], list[str]]


class Forgetful:
    """MiniLM on Pairwell's runtime, without its memory of queries: each one is encoded, whoever asks."""

    name = "all-MiniLM-L6-v2"

    def __init__(self, kept: Path, digest: str) -> None:
        self.digest = digest
        self._encoder = Encoder.load(wheel_folder(), kept / digest)
        self.dimension = self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode(texts)


class TorchEmbedder:
    """MiniLM as the frameworks' own classes for it run it: sentence-transformers, one text at a time."""

    name, dimension = "all-MiniLM-L6-v2", 384

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self.digest = str(wheel_folder())
        self._model = SentenceTransformer(self.digest, device="cpu")

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def langchain_systems(
    shop: Shop, embedder: Embedder, limit: int, cross_encoder: str | None
) -> dict[str, Ask]:
    """`plain`, `torch` (queries encoded by sentence-transformers) and, with a cross-encoder, `cross`."""
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import ContextualCompressionRetriever, EnsembleRetriever
    from langchain_classic.retrievers.document_compressors import CrossEncoderReranker
    from langchain_community.cross_encoders import HuggingFaceCrossEncoder
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.runnables import RunnableLambda

    texts, vectors, ids = _contents(shop)
    metadatas: list[Any] = [{"id": key} for key in ids]
    client = _collection(texts, vectors, metadatas, ids)
    words = BM25Retriever.from_texts(texts, metadatas=metadatas, k=DEPTH)

    def both(by: Embedder) -> Any:
        store = Chroma(client=client, collection_name="products", embedding_function=_for_langchain(by))
        meaning = store.as_retriever(search_kwargs={"k": DEPTH})
        return EnsembleRetriever(retrievers=[words, meaning], weights=[0.5, 0.5], id_key="id")

    plain, torch = both(embedder), both(TorchEmbedder())
    systems: dict[str, Ask] = {
        "plain": lambda query: _ids(plain.invoke(query)[:limit]),
        "torch": lambda query: _ids(torch.invoke(query)[:limit]),
    }
    if cross_encoder is not None:
        model = HuggingFaceCrossEncoder(model_name=cross_encoder, model_kwargs={"device": "cpu"})
        read = ContextualCompressionRetriever(
            base_compressor=CrossEncoderReranker(model=model, top_n=limit),
            base_retriever=RunnableLambda(lambda query: plain.invoke(query)[:READ]),
        )
        systems["cross"] = lambda query: _ids(read.invoke(query))
    return systems


def llamaindex_systems(
    shop: Shop, embedder: Embedder, limit: int, cross_encoder: str | None
) -> dict[str, Ask]:
    """`plain` and, with a cross-encoder, `cross`."""
    import Stemmer  # type: ignore[import-not-found]  # a module of C without types
    from llama_index.core import VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.postprocessor import SentenceTransformerRerank
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever  # type: ignore[import-untyped]  # ships no types

    nodes = [
        TextNode(id_=key, text=text, embedding=vector.tolist())
        for text, vector, key in zip(*_contents(shop), strict=True)
    ]
    index = VectorStoreIndex(nodes, embed_model=_for_llamaindex(embedder))
    stem = Stemmer.Stemmer("english")
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEPTH, stemmer=stem, language="english")

    def both(found: int) -> Any:
        return QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=DEPTH), words],
            llm=MockLLM(),
            similarity_top_k=found,
            num_queries=1,
            mode=FUSION_MODES.RECIPROCAL_RANK,
            use_async=False,
        )

    asyncio.set_event_loop(asyncio.new_event_loop())
    plain, more = both(limit), both(READ)
    systems: dict[str, Ask] = {"plain": lambda query: _nodes(plain.retrieve(query))}
    if cross_encoder is not None:
        reader = SentenceTransformerRerank(model=cross_encoder, top_n=limit, device="cpu")
        systems["cross"] = lambda query: _nodes(
            reader.postprocess_nodes(more.retrieve(query), query_str=query)
        )
    return systems


def _for_langchain(embedder: Embedder) -> Any:
    """Our encoder as LangChain calls one."""
    from langchain_core.embeddings import Embeddings

    class Encoded(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return _encoded(embedder, texts)

        def embed_query(self, text: str) -> list[float]:
            return _encoded(embedder, [text])[0]

    return Encoded()


def _for_llamaindex(embedder: Embedder) -> Any:
    """Our encoder as LlamaIndex calls one."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Encoded(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return _encoded(embedder, [text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return _encoded(embedder, [query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Encoded(model_name="MiniLM")


def _collection(texts: list[str], vectors: Vectors, metadatas: list[Any], ids: list[str]) -> Any:
    import chromadb

    client = chromadb.EphemeralClient()
    collection = client.get_or_create_collection("products", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        collection.upsert(ids[part], vectors[part], metadatas[part], texts[part])
    return client


def _ids(documents: Sequence[Any]) -> list[str]:
    return [str(each.metadata["id"]) for each in documents]


def _nodes(found: Sequence[Any]) -> list[str]:
    return [each.node.node_id for each in found]


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
