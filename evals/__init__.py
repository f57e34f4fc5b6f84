"""Measures the whole from outside: `python -m evals COMMAND --help`."""
