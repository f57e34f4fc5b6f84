"""Attacks on the assistant, and what came of them: effects outside the policy, and other people's data.

cases     the attacks, and what stands in for the shop's own words in them
world     a small shop in this process, whose scripted model obeys every attack
attack    one attack over the HTTP API, and what it brought about
measure   all of them, as a table by kind
"""
