"""Random cases for the comparison with the reference: all rules and states, edges above all."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

PLAIN = ("at_least", "more_than", "at_most", "less_than", "equal", "rank_at_most")
LEAVES = (*PLAIN, "between", "between", "growth_at_least", "done", "judged")
REASONS = ("not_collected", "not_applicable", "late_source", "system_fault")
NUDGE = Fraction(1, 10_000)


class CaseMaker:
    def __init__(self, seed):
        self.random = Random(seed)

    def case(self):
        target = self.target(allow_composite=1)
        as_of = self.judged_day(target)
        body = {"as_of": as_of.isoformat()}
        if self.chance(0.3):
            body["today"] = (as_of + timedelta(self.random.choice([0, 1, 14, 15, 16, 90]))).isoformat()
        if target["rule"] in ("all_of", "any_of"):
            due = date.fromisoformat(target["due_on"])
            target["parts"] = [self.part(as_of, due) for _ in range(self.random.randint(1, 4))]
        else:
            body["observation"] = self.observation(target, as_of)
        return {"target": target, **body}

    def part(self, as_of, due, depth=1):
        target = self.target(allow_composite=0.1 if depth < 3 else 0)
        mood = self.random.random()
        if mood < 0.4:
            target["due_on"] = max(due, self.baseline_day(target) + timedelta(1)).isoformat()
            target.pop("milestones", None)
        elif mood < 0.5 and due > self.baseline_day(target):
            # Due with the composite it belongs to.
            target.pop("due_on")
            target.pop("milestones", None)
        if target["rule"] in ("all_of", "any_of"):
            own = date.fromisoformat(target.get("due_on") or due.isoformat())
            target["parts"] = [self.part(as_of, own, depth + 1) for _ in range(self.random.randint(1, 3))]
            return {"target": target}
        return {"target": target, "observation": self.observation({"due_on": str(due), **target}, as_of)}

    # Targets.

    def target(self, allow_composite):
        rule = self.random.choice(LEAVES)
        if self.chance(0.2 * allow_composite):
            rule = self.random.choice(["all_of", "any_of"])
        due = date(self.random.randint(2023, 2030), 12, 31) - timedelta(
            self.random.choice([0, 0, 0, 92, 245])
        )
        target = {"rule": rule, "due_on": due.isoformat()}
        if rule in PLAIN:
            target["target"] = self.text(self.figure())
        elif rule == "between":
            ends = sorted([self.figure(), self.figure()])
            target |= {"low": self.text(ends[0]), "high": self.text(ends[1])}
            target["direction"] = self.random.choice(["higher", "lower", "within"])
        elif rule == "growth_at_least":
            target["target"] = self.random.choice(["0", "7.5", "8", "10.25", "16", "-3"])
            target |= {"baseline": self.text(abs(self.figure()) + 1), "years": self.random.randint(1, 6)}
        if rule in PLAIN or rule == "between":
            self.add_way(target, due)
        if self.chance(0.2):
            target |= {"on_track_from": "0.90", "at_risk_from": self.random.choice(["0.50", "0.90", "0"])}
        return target

    def add_way(self, target, due):
        if self.chance(0.1):
            return
        goal = Fraction(target.get("target") or target["low" if target["direction"] == "higher" else "high"])
        way = Fraction(self.random.randint(1, 600_000), 10_000)
        upwards = target["rule"] in ("at_least", "more_than") or target.get("direction") == "higher"
        baseline = goal - way if upwards else goal + way
        odd = self.random.random()
        if odd < 0.05:
            baseline = goal
        elif odd < 0.1:
            baseline = goal + way if upwards else goal - way
        target["baseline"] = self.text(baseline)
        if self.chance(0.07):
            return
        start = due - timedelta(self.random.choice([0, 1, 2, 365, 366, 730, 731, 1826]))
        target["baseline_on"] = start.isoformat()
        if self.chance(0.3):
            target["shape"] = self.random.choice(["step", "linear"])
        between = range(1, (due - start).days)
        if between and self.chance(0.4):
            days = sorted(self.random.sample(between, min(len(between), self.random.randint(1, 3))))
            target["milestones"] = [
                {"on": (start + timedelta(d)).isoformat(), "value": self.text(self.milestone(baseline, goal))}
                for d in days
            ]

    def milestone(self, baseline, goal):
        tenths = self.random.choice([-2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12])
        return baseline + (goal - baseline) * tenths / 10

    # Days and observations.

    def judged_day(self, target):
        due, start = date.fromisoformat(target["due_on"]), self.baseline_day(target)
        stops = [date.fromisoformat(m["on"]) for m in target.get("milestones", ())]
        edge = self.random.choice([due, due, start, *stops]) + timedelta(self.random.choice([-1, 0, 0, 1]))
        if self.chance(0.3):
            return edge
        if self.chance(0.7):
            # Somewhere on the way, half time often: there the edges of pace are round figures.
            days = (due - start).days
            return start + timedelta(self.random.choice([days // 2, self.random.randint(0, max(days, 1))]))
        return due + timedelta(self.random.randint(-900, 200))

    def observation(self, target, as_of):
        if self.chance(0.12):
            seen = {"missing": self.random.choice(REASONS)}
            if self.chance(0.6):
                late_by = self.random.choice([-1, 0, 1, 14, 15, 16])
                seen["report_due_on"] = (as_of + timedelta(late_by)).isoformat()
            return seen
        if target["rule"] == "done":
            if self.chance(0.25):
                return {"done": False}
            near = self.random.choice([as_of, as_of, date.fromisoformat(target["due_on"])])
            on = near + timedelta(self.random.choice([-400, -52, -1, 0, 1, 12]))
            return {"done": True, "done_on": on.isoformat()}
        if target["rule"] == "judged":
            return {"judged_met": self.chance(0.5)}
        return {"value": self.text(self.value(target, as_of))}

    def value(self, target, as_of):
        edges = [Fraction(target[key]) for key in ("target", "low", "high", "baseline") if key in target]
        if target["rule"] == "growth_at_least":
            # The exact threshold may have too many digits to be sent: then it is cut to 18 places.
            growth = 1 + Fraction(target["target"]) / 100
            edges = [Fraction(target["baseline"]) * growth ** target["years"]]
        on_the_way = self.paces(target, as_of)
        mood = self.random.random()
        if mood < 0.35:
            return self.random.choice(edges) + self.random.choice([-NUDGE, 0, 0, NUDGE])
        if mood < 0.75 and on_the_way:
            return self.random.choice(on_the_way) + self.random.choice([-NUDGE, 0, 0, 0, NUDGE])
        return self.random.choice(edges) + self.figure() / 4

    def paces(self, target, as_of):
        """Values that stand exactly at a threshold of pace on the straight line, where there is one."""
        if "baseline_on" not in target or target["rule"] in ("equal", "rank_at_most", "growth_at_least"):
            return []
        goal = {"higher": "low", "lower": "high", "within": "low"}.get(target.get("direction", ""), "target")
        g, b, start = Fraction(target[goal]), Fraction(target["baseline"]), self.baseline_day(target)
        days = (date.fromisoformat(target["due_on"]) - start).days
        if not days:
            return []
        share = Fraction(min(max((as_of - start).days, 0), days), days)
        paces = [
            target.get("on_track_from", "0.95"),
            target.get("at_risk_from", "0.60"),
            "1",
            "0",
            "-0.1",
            "0.3",
        ]
        return [b + (g - b) * share * Fraction(pace) for pace in paces]

    # Small things.

    def chance(self, share):
        return self.random.random() < share

    def figure(self):
        places = self.random.choice([0, 0, 1, 2, 4])
        return Fraction(self.random.randint(-20 * 10**places, 150 * 10**places), 10**places)

    def baseline_day(self, target):
        own = target.get("baseline_on") or target.get("due_on") or "2022-12-31"
        return date.fromisoformat(own)

    def text(self, number):
        """As a decimal string; a fraction without an end is cut at 18 places."""
        for places in range(19):
            if number * 10**places == int(number * 10**places):
                break
        units = int(abs(number) * 10**places)
        digits = str(units).rjust(places + 1, "0")
        text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
        return f"-{text}" if number < 0 and units else text
