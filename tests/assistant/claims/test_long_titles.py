"""Long titles are told cut, and hold words without a capital."""

from assistant import evidence
from assistant.grounding import violations
from tests.evidences import card, product

PANELS = (
    product("panel-1", "Varn L2208w 22-inch flat panel screen 55.9 cm matt 1680 x 1050 pixels Black", 6_600),
    product("panel-2", "Varn L2408w 24-inch flat panel screen 61 cm matt 1920 x 1200 pixels Black", 9_900),
)


def test_a_long_title_is_known_by_its_beginning_wherever_it_is_cut() -> None:
    shown = evidence.products([(each, card(each)) for each in PANELS], wish="flat panel")
    for cut in (
        "Varn L2208w 22-inch",
        "Varn L2208w 22-inch flat panel",
        "Varn L2208w 22-inch flat panel screen 55.9 cm",
    ):
        assert violations(f"I would start with the {cut} for $66.00.", shown) == (), cut
        assert violations(f"I would start with the {cut} for $99.00.", shown), cut
    assert violations("I would start with the Varn L2308w 22-inch flat panel for $66.00.", shown)
    assert violations("The Varn L2208w 24-inch flat panel costs $66.00.", shown)
