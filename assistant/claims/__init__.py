"""What a sentence claims, and what the evidence holds: the parts of `assistant.grounding`. Pure.

    known       the evidence, looked up by what a fact is about
    statement   a sentence, cut into words, with the products that it names and whose each word is
    amounts     money and percentages
    roles       what an amount is of, and whose
    figures     all other numbers
    sayings     phrases: stock, discounts, promises, praise, times
    fits        what goes together, what does not, and what is not known to
    policies    the shop's rules
    rules       a page of them, and which of its words mean the same
    wording     names, and every word that is neither plain talk nor in a record

English only, as is all that the model writes. The word lists stand in `en.toml`.
"""
