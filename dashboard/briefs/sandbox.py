"""The Jinja in which a template from outside is rendered: it prints plain values, no more.

Stricter than Jinja's own sandbox. Only keys of dicts, places of lists and a loop's own counters are reached;
nothing is called, not even a method of a text; of filters and tests a short list is left. What loops for long
or asks for much memory is ended by the limits of the process (`render.py`).
"""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

_FILTERS = (
    "capitalize",
    "default",
    "e",
    "escape",
    "first",
    "join",
    "last",
    "length",
    "lower",
    "trim",
    "upper",
)
_TESTS = ("defined", "eq", "equalto", "ne", "none", "undefined", "in")
_COUNTERS = ("first", "index", "index0", "last", "length", "revindex")
# What multiplies a text or a number into something endless.
_BARRED = frozenset({"*", "**", "%", "//", "/"})


class PlainSandbox(SandboxedEnvironment):
    intercepted_binops = _BARRED

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, loader=None, cache_size=0)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in _TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._reach(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, list) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        return self._reach(obj, argument)

    def _reach(self, obj: Any, name: Any) -> Any:
        if isinstance(obj, Undefined):
            _fail(obj)
        if isinstance(obj, dict) and isinstance(name, str):
            return obj[name] if name in obj else self.undefined(obj=obj, name=name)
        if isinstance(obj, LoopContext) and name in _COUNTERS:
            return getattr(obj, name)
        if isinstance(obj, str | list) and not hasattr(obj, str(name)):
            return self.undefined(obj=obj, name=str(name))
        raise SecurityError(str(name))

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(obj, Undefined):
            _fail(obj)
        raise SecurityError("()")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(operator)


def _fail(missing: Undefined) -> None:
    """Say which name is unknown, before what was wanted of it."""
    missing._fail_with_undefined_error()
