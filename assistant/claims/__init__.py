"""What a sentence claims, and what the evidence holds: the parts of `assistant.grounding`. Pure.

    known       the evidence, looked up by what a fact is about
    statement   a sentence, cut into words, with the products that it names and whose each word is
    amounts     money and percentages
    figures     all other numbers
    sayings     phrases: stock, fit, discounts, promises, praise, times
    policies    the shop's rules
    wording     names, and every word that is neither plain talk nor in a record

English only, as is all that the model writes. The word lists stand in `en.toml`.
"""
