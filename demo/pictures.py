"""A drawing in another colour.

Every drawing in `pictures/` is a plain SVG in the shop's blue. Four of its colours stand for the thing
itself and its card; tinting replaces these four, whatever else is drawn stays as it is.
"""

import re

BODY, DARK, LIGHT, CARD = "#4a84b0", "#356489", "#9cc3de", "#e6eef3"
#: The drawing for a product without a picture.
DEFAULT = "default"
WHITE, BLACK = (255, 255, 255), (16, 22, 30)
#: The card behind a body that is itself nearly white.
CARD_OF_PALE = "#d5dfe7"

Rgb = tuple[int, int, int]


def tinted(svg: str, swatch: tuple[str, ...]) -> str:
    """The drawing in a swatch: the body's colour, and a second one for its shaded side if it has two."""
    body = _rgb(swatch[0])
    pale = min(body) > 214
    colours = {
        BODY: swatch[0],
        DARK: swatch[1] if len(swatch) > 1 else _mixed(body, BLACK, 15 if pale else 28),
        LIGHT: _mixed(body, BLACK, 8) if pale else _mixed(body, WHITE, 50),
        CARD: CARD_OF_PALE if pale else _mixed(body, WHITE, 86),
    }
    return re.sub("|".join(colours), lambda found: colours[found[0]], svg)


def is_swatch(swatch: tuple[str, ...]) -> bool:
    """One or two colours written as #rrggbb."""
    return 1 <= len(swatch) <= 2 and all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in swatch)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(colour: Rgb, other: Rgb, percent: int) -> str:
    parts = ((mine * (100 - percent) + its * percent) // 100 for mine, its in zip(colour, other, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)
