"""The attainment rules once more, for comparison: written from their text alone, in another shape.

Works on the JSON body itself. A rule becomes two number intervals (met, exceeded), an expectation becomes
knots on a line, a composite becomes counts of its parts' states. Nothing here imports the engine.
"""

from bisect import bisect_right
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

OPEN, CLOSED = "open", "closed"
NO_EXPECTATION = {"rank_at_most", "equal", "done", "judged", "growth_at_least", "all_of", "any_of"}


class Interval(NamedTuple):
    low: Fraction | None = None
    low_end: str = CLOSED
    high: Fraction | None = None
    high_end: str = CLOSED

    def holds(self, x):
        if self.low is not None and (x < self.low or (x == self.low and self.low_end == OPEN)):
            return False
        return not (self.high is not None and (x > self.high or (x == self.high and self.high_end == OPEN)))


def intervals(target):
    """(met, exceeded or None) of the table in section 3."""
    rule, t = target["rule"], fraction(target, "target")
    low, high = fraction(target, "low"), fraction(target, "high")
    if rule == "growth_at_least":
        t = fraction(target, "baseline")
        for _ in range(int(target["years"])):
            t += t * fraction(target, "target") / 100
    table = {
        "at_least": (Interval(low=t), Interval(low=t, low_end=OPEN)),
        "growth_at_least": (Interval(low=t), Interval(low=t, low_end=OPEN)),
        "more_than": (Interval(low=t, low_end=OPEN), None),
        "at_most": (Interval(high=t), Interval(high=t, high_end=OPEN)),
        "rank_at_most": (Interval(high=t), Interval(high=t, high_end=OPEN)),
        "less_than": (Interval(high=t, high_end=OPEN), None),
        "equal": (Interval(low=t, high=t), None),
        "between higher": (Interval(low=low), Interval(low=high, low_end=OPEN)),
        "between lower": (Interval(high=high), Interval(high=low, high_end=OPEN)),
        "between within": (Interval(low=low, high=high), None),
    }
    return table[rule if rule != "between" else f"between {target['direction']}"]


def evaluate(body):
    """`status` and, where they exist, `met`, `progress` and `expected` (exact), `late`, `days_early`."""
    as_of = day(body, "as_of")
    return case(body["target"], body.get("observation") or {}, as_of, day(body, "today") or as_of)


def case(target, observation, as_of, today):
    rule, reason = target["rule"], observation.get("missing")
    if reason == "not_applicable":
        return {"status": "not_applicable"}
    if reason:
        due = day(observation, "report_due_on")
        return {"status": "no_data" if due is None or due < today else "not_due"}
    if rule in ("all_of", "any_of"):
        return composite(target, as_of, today)
    if rule == "done":
        return done(target, observation, as_of)
    if rule == "judged":
        return simple(target, as_of, met=observation["judged_met"], exceeded=False)
    x = fraction(observation, "value")
    met, beyond = intervals(target)
    answer = simple(target, as_of, met=met.holds(x), exceeded=beyond is not None and beyond.holds(x))
    if rule == "growth_at_least":
        return answer
    p, e = progress_and_expectation(target, x, as_of)
    if answer["status"] == "in_progress" and p is not None and e is not None:
        answer["status"] = running(target, p, e)
    return {**answer, "progress": p, "expected": e}


def simple(target, as_of, *, met, exceeded):
    if met:
        return {"status": "exceeded" if exceeded else "met", "met": True}
    return {"status": "in_progress" if as_of < day(target, "due_on") else "missed", "met": False}


def running(target, p, e):
    if p < 0:
        return "worsening"
    on_track_from = fraction(target, "on_track_from", Fraction("0.95"))
    at_risk_from = fraction(target, "at_risk_from", Fraction("0.6"))
    if e <= 0 or p >= e * on_track_from:
        return "on_track"
    return "off_track" if p < e * at_risk_from else "at_risk"


def done(target, observation, as_of):
    on = day(observation, "done_on")
    if not observation["done"] or on > as_of:
        return simple(target, as_of, met=False, exceeded=False)
    days = 0
    step = 1 if on <= day(target, "due_on") else -1
    while on + timedelta(days=days) != day(target, "due_on"):
        days += step
    return {"status": "met", "met": True, "late": on > day(target, "due_on"), "days_early": days}


def composite(target, as_of, today):
    due = target["due_on"]
    answers = [
        case({"due_on": due, **part["target"]}, part.get("observation") or {}, as_of, today)
        for part in target["parts"]
    ]
    states = [answer["status"] for answer in answers if answer["status"] != "not_applicable"]
    if not states:
        return {"status": "not_applicable"}
    good = sum(state in ("met", "exceeded") for state in states)
    unknown = sum(state in ("no_data", "not_due") for state in states)
    lost = states.count("missed") if as_of < day(target, "due_on") else len(states) - good - unknown
    every = target["rule"] == "all_of"
    if good == len(states) or (good and not every):
        return {"status": "met", "met": True}
    if lost == len(states) or (lost and every):
        return {"status": "missed", "met": False}
    return {"status": "no_data"} if unknown else {"status": "in_progress", "met": False}


def progress_and_expectation(target, x, as_of):
    goal = {"higher": "low", "lower": "high", "within": None, None: "target"}[target.get("direction")]
    g, b = fraction(target, goal), fraction(target, "baseline")
    if target["rule"] in NO_EXPECTATION or g is None or b is None or g == b:
        return None, None
    p = (b - x) / (b - g)
    if not target.get("baseline_on"):
        return p, None
    knots = [(day(target, "baseline_on"), Fraction(0))]
    knots += [(day(m, "on"), (fraction(m, "value") - b) / (g - b)) for m in target.get("milestones") or ()]
    knots += [(day(target, "due_on"), Fraction(1))]
    return p, along(knots, as_of, stepwise=target.get("shape") == "step")


def along(knots, on, *, stepwise):
    if on >= knots[-1][0]:
        return Fraction(1)
    if on <= knots[0][0]:
        return Fraction(0)
    last = bisect_right([knot_day for knot_day, _ in knots], on) - 1
    (d0, y0), (d1, y1) = knots[last], knots[last + 1]
    if stepwise:
        return y0
    return (y0 * (d1 - on).days + y1 * (on - d0).days) / (d1 - d0).days


def six_decimals(share):
    """A fraction as text with six decimals, half away from zero."""
    if share is None:
        return None
    wide = Context(prec=400)
    doubled = share * 2 * 10**6
    # Cut to a half unit first, stickily upwards: a tie stays a tie and anything beyond one stays beyond it.
    whole, rest = divmod(abs(doubled.numerator), doubled.denominator)
    halves = Decimal(whole) + (Decimal("0.1") if rest else 0)
    text = str(wide.divide(halves, Decimal(2)).quantize(Decimal(1), ROUND_HALF_UP, wide)).rjust(7, "0")
    sign = "-" if share < 0 and text.strip("0") else ""
    return f"{sign}{text[:-6]}.{text[-6:]}"


def fraction(body, key, default=None):
    return default if key is None or body.get(key) is None else Fraction(str(body[key]))


def day(body, key):
    return date(*map(int, body[key].split("-"))) if body.get(key) else None
