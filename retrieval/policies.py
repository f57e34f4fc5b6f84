"""Finds the passages of the shop's policies that answer a question. The only file with llama_index.

LlamaIndex splits the pages by headings and sentences; Chroma holds a vector for each passage and for each of
its sentences, by the digest of its text (`retrieval.passage_vectors`). A question is near a passage by the
mean of how near the whole and its nearest sentence are: a section of several rules answers a question about
one of them (docs/decisions/0103). A page that changed is split anew and what is new in it embedded,
the others stay; with a `folder`, a file of it (Markdown, HTML, PDF) that changed is read again at the next
question.

A quote stands in the page to the letter; a passage that does not (a splitter changed its spaces) is left
out. Where nothing is near enough, nothing is returned: a policy that does not say it must not be quoted.
`NEAR_ENOUGH` was set on the demo shop's pages with MiniLM and 120 messages
(`evals/cases/chat_rules_read.jsonl`): of 70 that a page answers 13 were near, 11 of them to the right
section; of 25 that no page answers 3 were. Another embedding model needs another value.

Errors: `EmbedderUnavailable` from the embedder, `StorageUnavailable` from the records.
"""

import logging
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from retrieval.chroma_index import POLICIES, ChromaIndex
from retrieval.documents import text_digest
from retrieval.embedding import Embedder
from retrieval.locale import Locale, load_locale
from retrieval.passage_vectors import PassageVectors
from retrieval.tokens import tokenise
from retrieval.values import Passage
from shop.feeds.policy_pages import page_files, read_page
from shop.feeds.report import UnreadableFeed
from shop.policies import Policies
from shop.values import Policy
from storage import Database

logger = logging.getLogger(__name__)

#: A passage's closeness, plus this much for holding all of the question's words.
WORDS_WEIGHT = 0.1
NEAR_ENOUGH = 0.48
#: Words this near to a passage ask for it, whatever they are about. Below, a passage is as near as it is to
#: them and to the plain question of the matter together; what that question finds nothing for is found by
#: words that are nearer than usual. Set on Bitext's training split and the questions of
#: `evals/cases/chat_rules_read.jsonl`.
SURELY_NEAR, BESIDE_A_MATTER = 0.59, 0.55


#: A longer section is split between sentences.
WORDS_AT_MOST = 60

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


@dataclass(frozen=True)
class Excerpt:
    """A piece of a page: its heading, and a quote that stands in the page to the letter."""

    page: Policy
    heading: str
    quote: str
    tokens: frozenset[str]

    @cached_property
    def id(self) -> str:
        """By what it says, not by where it stands: a section before it moves nothing."""
        said = f"{self.heading}\n{self.quote}"
        return f"{self.page.id}#{text_digest(said)}"

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What is embedded of each sentence."""
        return tuple(f"{self.heading}: {each}" for each in _SENTENCE_END.split(self.quote) if each)

    @cached_property
    def sentence_ids(self) -> tuple[str, ...]:
        return tuple(f"{self.id}/{place}" for place in range(len(self.sentences)))

    @property
    def texts(self) -> dict[str, str]:
        """All that is embedded of it, by id."""
        whole = f"{self.page.title}: {self.heading}\n{self.quote}"
        return {self.id: whole, **dict(zip(self.sentence_ids, self.sentences, strict=True))}

    def closeness(self, cosines: Mapping[str, float]) -> float:
        """How near a question is whose cosines with these texts are given."""
        return (cosines[self.id] + max(cosines[each] for each in self.sentence_ids)) / 2


class PolicyIndex:
    """`PolicySearch` over the shop's policies. Safe from any thread."""

    def __init__(
        self,
        database: Database,
        index_dir: Path,
        embedder: Embedder,
        *,
        language: str = "en",
        near_enough: float = NEAR_ENOUGH,
        folder: Path | None = None,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._locale = load_locale(language)
        self._near_enough = near_enough
        self._folder = folder
        self._files: dict[str, tuple[int, int]] = {}
        self._changing = Lock()
        self._pages: dict[str, Policy] = {}
        self._excerpts: dict[str, Excerpt] = {}
        self._held: Counter[str] = Counter()
        self._vectors = PassageVectors(
            ChromaIndex(index_dir / POLICIES, embedder, collection=POLICIES), embedder
        )

    def passages(self, question: str, limit: int = 2, matter: str = "") -> tuple[Passage, ...]:
        """Best first; empty where no policy says it. `matter` as `PolicySearch` says."""
        with self._changing:
            self._follow()
            own, of_matter = self._scored(question), self._scored(matter)
            excerpts = self._excerpts
        nearest = max(own.values(), default=0.0)
        if nearest >= SURELY_NEAR:
            of_matter = {}
        least = max(self._near_enough, BESIDE_A_MATTER) if of_matter else self._near_enough
        near = {key for key, score in own.items() if score >= least}
        near |= {key for key, score in of_matter.items() if score >= self._near_enough}
        if not near:
            return ()
        ranked = sorted(own, key=lambda key: (-own[key] - of_matter.get(key, 0.0), key))
        kept = [ranked[0], *(key for key in ranked[1:] if key in near)]
        return tuple(_passage(excerpts[key], max(own[key], of_matter.get(key, 0.0))) for key in kept[:limit])

    def refresh(self) -> None:
        """Follows the records now; each question does so by itself."""
        with self._changing:
            self._follow()

    def rebuild(self) -> int:
        """Throws the vectors away and makes them anew; returns how many. Raises `IndexUnavailable`."""
        with self._changing:
            self._vectors.reset()
            self._pages, self._excerpts = {}, {}
            self._follow()
            return len(self._excerpts)

    def close(self) -> None:
        self._vectors.close()

    def _scored(self, question: str) -> dict[str, float]:
        """How near each excerpt is to a question, by id."""
        if not self._excerpts or not question.strip():
            return {}
        cosines = self._vectors.cosines(self._embedder.encode([question])[0])
        words = [token for token in tokenise(question, self._locale) if token not in self._locale.stop]
        return {
            key: each.closeness(cosines) + WORDS_WEIGHT * self._coverage(words, each)
            for key, each in self._excerpts.items()
        }

    def _coverage(self, words: Sequence[str], excerpt: Excerpt) -> float:
        """How much of the words an excerpt holds, 0 to 1, a rare word counting more."""
        count = len(self._excerpts)
        weights = {
            word: math.log(1 + (count - self._held[word] + 0.5) / (self._held[word] + 0.5)) for word in words
        }
        total = sum(weights.values())
        return sum(weights[word] for word in weights if word in excerpt.tokens) / total if total else 0.0

    def _follow(self) -> None:
        self._read_folder()
        with self._database.read() as work:
            pages = {policy.id: policy for policy in Policies(work).all()}
        if pages == self._pages:
            return
        kept = [each for each in self._excerpts.values() if pages.get(each.page.id) == each.page]
        changed = [page for key, page in pages.items() if self._pages.get(key) != page]
        new = [excerpt for page in changed for excerpt in split(page, self._locale)]
        excerpts = {each.id: each for each in (*kept, *new)}
        self._vectors.follow({key: text for each in excerpts.values() for key, text in each.texts.items()})
        self._excerpts = excerpts
        self._held = Counter(token for each in excerpts.values() for token in each.tokens)
        self._pages = pages

    def _read_folder(self) -> None:
        """Brings the records to what the merchant's files say now; a file that cannot be read is left as it
        was, and said in the log."""
        if self._folder is None or not self._folder.is_dir():
            return
        files = {path.name: _stamp(path) for path in page_files(self._folder)}
        if files == self._files:
            return
        pages = []
        for name in files:
            if files[name] != self._files.get(name):
                try:
                    pages.append(read_page(self._folder / name))
                except UnreadableFeed as error:
                    logger.warning("a policy page is left as it was: %s", error)
        gone = {Path(name).stem for name in self._files} - {Path(name).stem for name in files}
        with self._database.begin() as work:
            Policies(work).put(pages)
            Policies(work).remove(gone)
        self._files = files


def _passage(excerpt: Excerpt, score: float) -> Passage:
    page = excerpt.page
    return Passage(page.id, page.title, excerpt.quote, round(min(score, 1.0), 4), page.url)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file does: its time and its size."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def split(page: Policy, locale: Locale) -> list[Excerpt]:
    """The page's sections, long ones split between sentences; each quote stands in the page."""
    from llama_index.core.node_parser import MarkdownNodeParser, SentenceSplitter
    from llama_index.core.schema import Document

    sections = MarkdownNodeParser().get_nodes_from_documents([Document(text=page.text, doc_id=page.id)])
    sentences = SentenceSplitter(chunk_size=WORDS_AT_MOST, chunk_overlap=0, tokenizer=str.split)
    excerpts: list[Excerpt] = []
    for section in sections:
        heading, body = _headed(section.get_content())
        for quote in sentences.split_text(body) if body else ():
            if quote not in page.text:
                logger.warning("policy %r: a passage is not in its page and is left out: %r", page.id, quote)
                continue
            tokens = frozenset(tokenise(f"{page.title} {heading} {quote}", locale))
            excerpts.append(Excerpt(page, heading or page.title, quote, tokens))
    return excerpts


def _headed(section: str) -> tuple[str, str]:
    """A section's heading without its marks, and what stands below it."""
    first, _, rest = section.strip().partition("\n")
    if first.startswith("#"):
        return first.lstrip("#").strip(), rest.strip()
    return "", section.strip()
