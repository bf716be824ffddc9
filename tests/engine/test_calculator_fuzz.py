"""Whatever JSON comes in, the calculator answers or names the mistakes; it never fails in any other way."""

import copy
import json
from random import Random

from indicators.engine.calculator import CaseErrors, evaluate
from tests.engine.random_cases import CaseMaker

JUNK: list[object] = [
    None, True, False, 0, -1, 10**40, 1.5, float("nan"), float("inf"),
    "", "0", "-1", "NaN", "1e999999", "9" * 31, "2025-12-31", "0001-01-01", "9999-12-31", "2025-02-30",
    "at_least", "all_of", "done", "within", "step", "\ud800",
    [], {}, [[]], [{}], {"": 1}, {"rule": "judged"}, [{"target": {"rule": "judged"}, "observation": {}}],
]  # fmt: skip
KEYS = [
    "rule",
    "target",
    "low",
    "baseline",
    "due_on",
    "parts",
    "milestones",
    "years",
    "value",
    "missing",
    "done",
    "x",
]


def places(node, path=()):
    """Every place in a JSON value, as the way that leads to it."""
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def spoilt(body, random):
    body = copy.deepcopy(body)
    *way, last = random.choice([path for path in places(body) if path])
    node = body
    for key in way:
        node = node[key]
    what = random.random()
    if what < 0.2:
        del node[last]
    elif what < 0.35 and isinstance(node, dict):
        node[random.choice(KEYS)] = copy.deepcopy(random.choice(JUNK))
    else:
        node[last] = copy.deepcopy(random.choice(JUNK))
    return body


def answer_or_mistakes(body):
    try:
        return evaluate(body), []
    except CaseErrors as caught:
        return None, caught.errors


def test_spoilt_cases_are_answered_or_refused():
    random, maker = Random(7), CaseMaker(seed=7)
    answered = refused = 0
    for _ in range(5_000):
        body = spoilt(maker.case(), random)
        if body and random.random() < 0.3:
            body = spoilt(body, random)
        answer, mistakes = answer_or_mistakes(body)
        if answer is not None:
            answered += 1
            assert json.dumps(answer)
        else:
            refused += 1
            assert mistakes, repr(body)
            assert all(mistake.field and mistake.message for mistake in mistakes), repr(body)
    assert answered > 200
    assert refused > 2_000
