"""`python -m evals chat`: whole conversations over HTTP, held against the records of the shop that serves.

cases       case files, and what is wrong with a line
predicates  a condition on a shown product, read from its record; pure
checks      what a case expects of a turn; pure
claims      what a reply's sentences claim, and which of it no record holds; pure
sentences   sentences, amounts and the names in them; pure
client      one conversation at a time over the public API
scoring     checks, claims and times as figures
command     all of it together
"""
