"""Policies: quotes to the letter, and silence where no policy says it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.chroma_index import POLICIES, ChromaIndex
from retrieval.embedding import MiniLmEmbedder
from retrieval.locale import load_locale
from retrieval.policies import WORDS_AT_MOST, PolicyIndex, split
from shop.policies import Policies
from shop.values import Policy
from storage import Database
from tests.retrieval.goods import HashingEmbedder

ENGLISH = load_locale("en")
PAGES = Path(__file__).parents[2] / "demo" / "policies"

RETURNS = Policy(
    "returns",
    "Returns",
    "# Returns\n\n## How long\nSend it back within **30 days**.  Keep the\nreceipt.\n\n"
    "## What it costs\nA return costs $4.95. Exchanges are free.\n",
    url="https://shop.example/returns",
)
PLAIN = Policy("plain", "House rules", "No headings here. Dogs are welcome in the shop.")


@pytest.fixture
def write(database: Database) -> None:
    with database.begin() as work:
        Policies(work).put([RETURNS, PLAIN])


@pytest.fixture
def index(write: None, database: Database, tmp_path: Path) -> PolicyIndex:
    return PolicyIndex(database, tmp_path / "index", HashingEmbedder(), near_enough=0.3)


def test_a_question_finds_its_passage_with_page_title_and_address(index: PolicyIndex) -> None:
    [passage, *_] = index.passages("what does a return cost?")
    assert (passage.source, passage.title, passage.url) == (
        "returns",
        "Returns",
        "https://shop.example/returns",
    )
    assert passage.quote == "A return costs $4.95. Exchanges are free."
    assert 0 < passage.score <= 1


@pytest.mark.parametrize("page", [RETURNS, PLAIN], ids=["headed", "plain"])
def test_quotes_stand_in_the_page_to_the_letter(page: Policy) -> None:
    excerpts = split(page, ENGLISH)
    assert excerpts
    for excerpt in excerpts:
        assert excerpt.quote in page.text
        assert not excerpt.quote.startswith("#")


def test_a_page_without_headings_goes_by_its_title(index: PolicyIndex) -> None:
    [excerpt] = split(PLAIN, ENGLISH)
    assert excerpt.heading == "House rules"
    assert index.passages("are dogs welcome in the shop?")[0].source == "plain"


def test_a_long_section_is_split_between_sentences() -> None:
    sentences = [
        f"Rule {number} says that guests of the shop may not do thing {number}." for number in range(30)
    ]
    excerpts = split(Policy("long", "Rules", "# Rules\n" + " ".join(sentences)), ENGLISH)
    assert len(excerpts) > 1
    for excerpt in excerpts:
        assert len(excerpt.quote.split()) <= WORDS_AT_MOST
        assert excerpt.quote.endswith(".")
    assert " ".join(excerpt.quote for excerpt in excerpts) == " ".join(sentences)


def test_limit_and_order(index: PolicyIndex) -> None:
    assert len(index.passages("return cost days receipt", limit=1)) == 1
    scores = [passage.score for passage in index.passages("return costs days back", limit=5)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", ["", "   ", "zebra giraffe"])
def test_nothing_near_is_nothing_said(index: PolicyIndex, question: str) -> None:
    assert index.passages(question) == ()


def test_a_shop_without_policies_says_nothing(database: Database, tmp_path: Path) -> None:
    assert (
        PolicyIndex(database, tmp_path / "index", HashingEmbedder()).passages("what does a return cost?")
        == ()
    )


def test_a_changed_page_is_read_anew_and_the_others_are_not(
    write: None, database: Database, tmp_path: Path
) -> None:
    embedder = HashingEmbedder()
    index = PolicyIndex(database, tmp_path / "index", embedder, near_enough=0.3)
    index.refresh()
    embedder.encoded.clear()
    changed = Policy("returns", "Returns", "# Returns\n## What it costs\nA return costs nothing.")
    with database.begin() as work:
        Policies(work).put([changed])
    index.refresh()
    assert embedder.encoded == [
        "Returns: What it costs\nA return costs nothing.",
        "What it costs: A return costs nothing.",
    ]
    [passage, *_] = index.passages("what does a return cost?")
    assert passage.quote == "A return costs nothing."
    assert not any("4.95" in each.quote for each in index.passages("what does a return cost?", limit=9))


def test_a_removed_page_is_quoted_no_more(index: PolicyIndex, database: Database) -> None:
    assert index.passages("are dogs welcome?")
    with database.begin() as work:
        Policies(work).remove(["plain"])
    assert not any("Dogs" in passage.quote for passage in index.passages("are dogs welcome?", limit=9))


class TestDemoShop:
    @pytest.fixture(scope="class")
    def demo(
        self, migrated: Path, tmp_path_factory: pytest.TempPathFactory, minilm: MiniLmEmbedder
    ) -> PolicyIndex:
        path = tmp_path_factory.mktemp("policies") / "shop.db"
        path.write_bytes(migrated.read_bytes())
        database = Database(f"sqlite:///{path}")
        pages = [Policy(file.stem, file.stem, file.read_text()) for file in sorted(PAGES.glob("*.md"))]
        with database.begin() as work:
            Policies(work).put(pages)
        return PolicyIndex(database, path.parent / "index", minilm)

    @pytest.mark.parametrize(
        ("question", "source"),
        [
            ("how long do I have to send something back?", "returns"),
            ("how much is shipping?", "shipping"),
            ("do you take paypal?", "payment"),
            ("how do I cancel my order", "orders"),
            ("how long is the warranty?", "warranty"),
            ("do you match prices of other shops?", "promotions"),
            ("do gift cards expire", "gifts"),
            ("do you sell my data", "privacy"),
        ],
    )
    def test_a_question_that_a_policy_answers(self, demo: PolicyIndex, question: str, source: str) -> None:
        assert demo.passages(question)[0].source == source

    @pytest.mark.parametrize(
        "question",
        [
            "a tent for four people",
            "what is the capital of France",
            "which stove fits this canister",
            "do you have a loyalty program",
            "I'm taking two kids camping next weekend",
            "who is the CEO",
            "tell me a joke",
        ],
    )
    def test_a_question_that_no_policy_answers(self, demo: PolicyIndex, question: str) -> None:
        assert demo.passages(question) == ()


def followed(folder: Path, database: Database) -> PolicyIndex:
    return PolicyIndex(database, folder.parent / "index", HashingEmbedder(), near_enough=0.3, folder=folder)


class TestFolder:
    """A folder of the merchant's: what changes in it is quoted at the next question."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "policies"
        folder.mkdir()
        (folder / "returns.md").write_text("# Returns\nA return costs nothing at all.\n", encoding="utf-8")
        return folder

    def test_a_changed_file_is_read_again_by_itself(self, folder: Path, database: Database) -> None:
        index = followed(folder, database)
        assert index.passages("what does a return cost?")[0].quote == "A return costs nothing at all."
        (folder / "returns.md").write_text("# Returns\nA return costs $9 from now on.\n", encoding="utf-8")
        assert index.passages("what does a return cost?")[0].quote == "A return costs $9 from now on."

    def test_a_new_page_of_another_kind_is_found_and_a_removed_one_forgotten(
        self, folder: Path, database: Database
    ) -> None:
        index = followed(folder, database)
        index.refresh()
        (folder / "dogs.html").write_text("<h1>Dogs</h1><p>Dogs are welcome here.</p>", encoding="utf-8")
        [found, *_] = index.passages("are dogs welcome here?")
        assert (found.source, found.quote) == ("dogs", "Dogs are welcome here.")
        (folder / "dogs.html").unlink()
        assert not any("Dogs" in each.quote for each in index.passages("are dogs welcome here?", limit=9))

    def test_a_file_that_cannot_be_read_leaves_the_page_as_it_was(
        self, folder: Path, database: Database
    ) -> None:
        index = followed(folder, database)
        index.refresh()
        (folder / "returns.md").write_bytes(b"# Returns\n\xff\xfe\n")
        assert index.passages("what does a return cost?")[0].quote == "A return costs nothing at all."


class TestKept:
    """What Chroma keeps of the passages, from one start to the next."""

    @pytest.fixture
    def embedder(self) -> HashingEmbedder:
        return HashingEmbedder()

    @pytest.fixture
    def first(
        self, write: None, database: Database, tmp_path: Path, embedder: HashingEmbedder
    ) -> PolicyIndex:
        index = PolicyIndex(database, tmp_path / "index", embedder, near_enough=0.3)
        index.refresh()
        embedder.encoded.clear()
        return index

    def stored(self, tmp_path: Path, embedder: HashingEmbedder) -> set[str]:
        """The pages that Chroma holds passages of."""
        kept = ChromaIndex(tmp_path / "index" / POLICIES, embedder, collection=POLICIES)
        found = {key.split("#")[0] for key in kept.load().ids}
        kept.close()
        return found

    def test_a_start_embeds_nothing_that_is_kept(
        self, first: PolicyIndex, database: Database, tmp_path: Path, embedder: HashingEmbedder
    ) -> None:
        first.close()
        again = PolicyIndex(database, tmp_path / "index", embedder, near_enough=0.3)
        again.refresh()
        assert embedder.encoded == []
        assert (
            again.passages("what does a return cost?")[0].quote == "A return costs $4.95. Exchanges are free."
        )
        assert embedder.encoded == ["what does a return cost?"]
        again.close()

    def test_what_changed_while_nothing_ran_is_embedded_alone_and_what_is_gone_is_removed(
        self, first: PolicyIndex, database: Database, tmp_path: Path, embedder: HashingEmbedder
    ) -> None:
        first.close()
        changed = replace(RETURNS, text=RETURNS.text.replace("$4.95", "$9.95"))
        with database.begin() as work:
            Policies(work).put([changed])
            Policies(work).remove(["plain"])
        again = PolicyIndex(database, tmp_path / "index", embedder, near_enough=0.3)
        again.refresh()
        assert embedder.encoded == [
            "Returns: What it costs\nA return costs $9.95. Exchanges are free.",
            "What it costs: A return costs $9.95.",
            "What it costs: Exchanges are free.",
        ]
        again.close()
        assert self.stored(tmp_path, embedder) == {"returns"}

    def test_a_section_before_the_others_moves_none_of_them(
        self, first: PolicyIndex, database: Database, embedder: HashingEmbedder
    ) -> None:
        text = RETURNS.text.replace("## How long", "## Who\nAnybody may.\n\n## How long")
        with database.begin() as work:
            Policies(work).put([replace(RETURNS, text=text)])
        first.refresh()
        assert embedder.encoded == ["Returns: Who\nAnybody may.", "Who: Anybody may."]
        first.close()

    def test_another_embedding_model_makes_the_vectors_anew(
        self, first: PolicyIndex, database: Database, tmp_path: Path
    ) -> None:
        first.close()
        other = HashingEmbedder("another")
        index = PolicyIndex(database, tmp_path / "index", other, near_enough=0.3)
        assert index.passages("what does a return cost?")[0].source == "returns"
        index.close()
        assert self.stored(tmp_path, other) == {"returns", "plain"}

    def test_a_second_process_answers_the_same_and_writes_nothing(
        self, first: PolicyIndex, database: Database, tmp_path: Path, embedder: HashingEmbedder
    ) -> None:
        with database.begin() as work:
            Policies(work).put([replace(RETURNS, text=RETURNS.text.replace("$4.95", "$9.95"))])
        second = PolicyIndex(database, tmp_path / "index", embedder, near_enough=0.3)
        assert "$9.95" in second.passages("what does a return cost?")[0].quote
        assert "$9.95" in first.passages("what does a return cost?")[0].quote
        second.close()
        first.close()

    @pytest.mark.parametrize("broken", ["garbage", "a file"])
    def test_a_broken_index_costs_no_answer_and_is_mended_by_rebuilding(
        self, first: PolicyIndex, database: Database, tmp_path: Path, embedder: HashingEmbedder, broken: str
    ) -> None:
        first.close()
        folder = tmp_path / "index" / POLICIES
        if broken == "garbage":
            for file in (each for each in folder.rglob("*") if each.is_file()):
                file.write_bytes(b"garbage" * 500)
        else:
            shutil.rmtree(folder)
            folder.write_text("not a folder")
        index = PolicyIndex(database, tmp_path / "index", embedder, near_enough=0.3)
        assert index.passages("what does a return cost?")[0].source == "returns"
        if broken == "garbage":
            assert index.rebuild() == 3
            index.close()
            assert self.stored(tmp_path, embedder) == {"returns", "plain"}
        index.close()
