"""`python -m evals crash`: a real server that is killed at bad moments, and what is there afterwards.

serving   one start of the server, and how it is killed
clients   who asks meanwhile: a chat, a cart, an editor of bundles, a browser, an import; each remembers
          what was acknowledged, and knows how to look for it
faults    a full disk, a corrupt index, a database that goes away, a model that hangs, dies or babbles
command   the run over both stores, the table, the chart
"""
