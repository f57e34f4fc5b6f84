"""The retail domain of tau2-bench, run through Pairwell's own records and rules.

domain   the public database as Pairwell's values, and back
tools    the domain's sixteen tools, each by the shop's own rules
replay   every task's calls, and what they changed
solve    the assistant and a scripted customer
"""
