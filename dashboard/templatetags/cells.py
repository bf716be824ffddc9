"""Cells of the tables of targets: `{% load cells %}`.

A scoreboard shows three of them in each row. As templates of their own they cost a third of the page's time.
"""

from functools import cache

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dashboard.charts import TargetBar
from dashboard.narrowing import Order
from dashboard.rows import Row
from indicators.templatetags.figures import sketch

register = template.Library()


@register.simple_tag
def target_address(pk: int, period: str) -> str:
    """The page of a target in a period. Looked up once: a page links to some hundred targets."""
    before, _zero, after = _address_of_target_0().rpartition("0")
    return f"{before}{pk}{after}?period={period}"


@cache
def _address_of_target_0() -> str:
    return reverse("dashboard:target", args=[0])


@register.simple_tag
def value_cell(row: Row) -> SafeString:
    """The figure as judged, marked where it is made up, over its word of measure."""
    return format_html(
        '<span class="{}">{}{}</span>{}',
        "kept" if row.is_measured else "unmeasured",
        row.value_short,
        sketch() if row.is_value_illustrative else "",
        format_html('<span class="sub">{}</span>', row.unit_word) if row.unit_word else "",
    )


@register.simple_tag
def asked_cell(row: Row) -> SafeString:
    """What is asked of it, marked where that is made up."""
    kept = mark_safe(' class="kept"') if row.goal is not None else ""
    mark = sketch() if row.is_target_illustrative else ""
    return format_html("<span{}>{}{}</span>", kept, row.asked_short, mark)


@register.simple_tag(takes_context=True)
def sorted_heading(context: Context, order: Order, by: str, word: str, css: str = "") -> SafeString:
    """A heading that sorts by its column; the one the list is sorted by turns the order round."""
    is_current = order.by == by
    query = context["here"].copy()
    query.pop("desc", None)
    query["sort"] = by
    if is_current and not order.descending:
        query["desc"] = "1"
    said = mark_safe(f' aria-sort="{"descending" if order.descending else "ascending"}"')  # noqa: S308
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        said if is_current else "",
        query.urlencode(),
        word,
    )


@register.simple_tag
def target_bar(bar: TargetBar | None) -> SafeString | str:
    """The value beside its target, as a drawing that says nothing beyond the cells next to it."""
    if bar is None:
        return ""
    baseline = _tick("tick-baseline", bar.baseline_x, 'y="3" width="2" height="10"')
    target = _tick("tick-target", bar.target_x, 'y="1" width="3" height="14"')
    return format_html(
        '<svg class="target-bar is-{}" aria-hidden="true" focusable="false">'
        '<rect class="track" y="5" width="100%" height="6" rx="3"/>'
        '<rect class="mark" y="5" width="{}" height="6" rx="3"/>{}{}</svg>',
        *(bar.css, bar.width, baseline, target),
    )


def _tick(css: str, x: str | None, shape: str) -> SafeString | str:
    return format_html('<rect class="{}" x="{}" {} rx="1"/>', css, x, mark_safe(shape)) if x else ""  # noqa: S308
