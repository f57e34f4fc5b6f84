import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import detect


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "tent",
        "red tent under 80",
        "the second one in blue",
        "swap the stove",
        "undo",
        "USB-C 65W",
        "du vin rouge glass set",
        "mauve leather daypack",
        "do u ship to Valencia",
        "portable espresso machine",
        "Samsung SSD 1tb",
        "wow",
        "cheaper",
        "make it $200",
        "bento box",
        "kimono robe",
    ],
)
def test_a_short_english_shopping_message_is_english(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我想买一个帐篷", "zh"),
        ("我要买 Kindle Paperwhite 电子书阅读器", "zh"),
        ("300元以内", "zh"),
        ("テントを探しています", "ja"),
        ("텐트를 찾고 있어요", "ko"),
        ("Мне нужна палатка", "ru"),
        ("necesito una tienda de campaña para dos niños", "es"),
        ("ich suche ein Zelt für zwei Personen", "de"),
        ("je cherche une tente bleue", "fr"),
        ("una tenda per due", "it"),
        ("onde está meu pedido", "pt"),
        ("szukam namiotu", "pl"),
        ("hola", "es"),
        ("bonjour", "fr"),
    ],
)
def test_another_language_is_told(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "   ", "12345", "🎉🎉", "!?", "\x00\x01"])
def test_where_nothing_can_be_told_it_is_english(text: str) -> None:
    assert detect(text) == "en"


@given(st.text(max_size=300))
def test_any_text_has_a_language_code(text: str) -> None:
    code = detect(text)
    assert len(code) == 2
    assert code.islower()
