"""How a fact of a product is said: "weighs 2.1 kg", "with a width of 3 m", "comes with lining fleece"."""

from random import Random

#: Names of what has a size, said with "of": "a width of 3 m".
MEASURED = frozenset(
    [
        "weight",
        "capacity",
        "length",
        "width",
        "height",
        "depth",
        "diameter",
        "thickness",
        "power",
        "volume",
        "speed",
        "range",
        "load",
        "size",
        "area",
        "voltage",
        "wattage",
        "span",
        "reach",
        "torque",
        "resolution",
        "brightness",
        "latency",
    ]
)
_ADJECTIVES = {"length": "long", "width": "wide", "height": "high", "depth": "deep", "thickness": "thick"}
_SEX = {"men", "women", "men's", "women's", "kids", "boys", "girls", "unisex"}


def article(name: str) -> str:
    return "an" if name[:1].lower() in "aeiou" else "a"


def _is_measured(name: str, value: str) -> bool:
    return name.split()[-1] in MEASURED and value[0].isdigit()


def has(name: str, value: str, chance: Random) -> str:
    """As a predicate: "weighs 2.1 kg"."""
    ways = [f"comes with {name} {value}", f"is listed with {name} {value}", f"has {name} {value}"]
    if name.endswith((" for", " of", " with", " to")):
        ways = [f"is listed as {name} {value}"]
    elif name == "weight" and value[0].isdigit():
        ways = [f"weighs {value}", f"weighs {value}", f"has a weight of {value}"]
    elif name in _ADJECTIVES and value[0].isdigit():
        ways = [f"is {value} {_ADJECTIVES[name]}", f"has {article(name)} {name} of {value}"]
    elif _is_measured(name, value):
        ways = [f"has {article(name)} {name} of {value}", f"offers {article(name)} {name} of {value}"]
    elif name in ("material", "materials", "fabric") and not value[0].isdigit():
        ways = [f"is made of {value}"]
    elif name in ("colour", "color"):
        ways = [f"comes in {value}", f"is shown in {value}"]
    elif name == "size":
        ways = [f"comes in size {value}", f"is listed in size {value}"]
    elif name == "gender" and value in _SEX:
        ways = [f"is listed for {value}", f"is for {value}"]
    return chance.choice(ways)


def beside(name: str, value: str) -> str:
    """Behind a name: "with a weight of 2.1 kg"."""
    if name in ("colour", "color"):
        return f"in {value}"
    if name in ("material", "materials", "fabric") and not value[0].isdigit():
        return f"made of {value}"
    if name == "size":
        return f"in size {value}"
    if name == "gender" and value in _SEX:
        return f"for {value}"
    if _is_measured(name, value):
        return f"with {article(name)} {name} of {value}"
    return f"with {name} {value}"
