"""What a sentence claims that no evidence holds: `violations(sentence, evidence)`.

Pure. The parts stand in `assistant.claims`; `assistant.claims.checking` says what it does not see.
"""

from assistant.claims.checking import violations

__all__ = ["violations"]
