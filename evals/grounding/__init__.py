"""True sentences about what records say, each also with one fact falsified, and who tells them apart.

    wordings    how a sentence may be said: `evals/cases/grounding_wordings.txt`
    shops       three catalogues, as their importers read them
    scenes      a draw from a shop: evidence, what is true of it, and what would be false
    facts       what is true and what is false of one product, read from its record
    compatible  whether two products fit, read from their records
    cases       sentences: which wording over which shop
    baselines   checks that are trivial
    measure     the command

Nothing here uses `assistant.grounding` or `assistant.claims` to say what is true: that comes from the records
by code of its own. Evidence is made by the builders that a turn uses, since it is what the check is given.
"""
