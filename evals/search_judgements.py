"""Graded judgements of search results, and the measures over them.

nDCG has the gain 2^g - 1. `full` ranks the whole index: what nobody judged counts as grade 0. `judged` ranks
only the products judged for a query, so that no system is punished for finding what nobody looked at.
Measures are those of ir-measures (MacAvaney et al., ECIR 2022).
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import ir_measures
from ir_measures import RR, Judged, R, nDCG

#: query -> product id -> grade.
Judgements = Mapping[str, Mapping[str, int]]
#: query -> product ids, best first.
Run = Mapping[str, Sequence[str]]

HIGHEST_GRADE = 3
NDCG = nDCG(gains={grade: 2**grade - 1 for grade in range(HIGHEST_GRADE + 1)}) @ 10
RECALL = R(rel=1) @ 100
MRR = RR(rel=1)
JUDGED = Judged @ 10


class BadJudgements(ValueError):
    """A judgements file that cannot be read; says which line."""


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """One `{"query", "product_id", "grade"}` a line. Raises `BadJudgements`."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            query, product_id, grade = str(row["query"]), str(row["product_id"]), int(row["grade"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadJudgements(
                f"{path}:{number}: query, product_id and grade are needed ({error})"
            ) from error
        if not 0 <= grade <= HIGHEST_GRADE:
            raise BadJudgements(f"{path}:{number}: grade {grade} is not in 0 to {HIGHEST_GRADE}")
        found[query][product_id] = grade
    if not found:
        raise BadJudgements(f"{path}: no judgements")
    return dict(found)


def with_anything_relevant(judgements: Judgements) -> list[str]:
    """Queries for which a ranking over the full index can score at all."""
    return [query for query, grades in judgements.items() if max(grades.values()) > 0]


def with_several_grades(judgements: Judgements) -> list[str]:
    """Queries for which the order of the judged products matters."""
    return [query for query, grades in judgements.items() if len(set(grades.values())) > 1]


def per_query(
    measure: "ir_measures.Measure", judgements: Judgements, run: Run, queries: Sequence[str]
) -> list[float]:
    """The measure of each query, in the order of `queries`."""
    names = {query: f"q{at}" for at, query in enumerate(queries)}
    qrels = [
        ir_measures.Qrel(names[query], product_id, grade)
        for query in queries
        for product_id, grade in judgements[query].items()
    ]
    scored = [
        ir_measures.ScoredDoc(names[query], product_id, float(-place))
        for query in queries
        for place, product_id in enumerate(run[query])
    ]
    values = {each.query_id: float(each.value) for each in ir_measures.iter_calc([measure], qrels, scored)}
    return [values.get(names[query], 0.0) for query in queries]
