"""How well bundles are seen in sessions: the products that somebody looked at in, groups of them out.

This measures grouping, not composing: no composed bundle is tuned on it.
"""
