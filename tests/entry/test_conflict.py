"""Two people and one cell, without JavaScript: both figures are shown, and neither is lost."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import Role
from indicators.models import MeasurementVersion
from tests.cast import make_person
from tests.entry.conftest import PERIOD, owed_indicator


class Fields(HTMLParser):
    """What a browser would send of the entry form, were its button pressed at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name", "")
        if tag == "textarea":
            self._textarea, self.sent[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option":
            if "selected" in given or self._select not in self.sent:
                self.sent[self._select] = given["value"]
        elif tag == "input" and name and (given.get("type") != "radio" or "checked" in given):
            self.sent[name] = given.get("value", "")

    def handle_data(self, data):
        if self._textarea:
            # As browsers do: the first line break is the template's, the others are sent as two characters.
            self.sent[self._textarea] += data.replace("\n", "\r\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._textarea = ""


@pytest.fixture
def colleague(office):
    return make_person("colleague", Role.REPORTER, office.phan_rang, full_name="Trần Thị Ba")


@pytest.fixture
def browser(reporter):
    client = Client()
    client.force_login(reporter)
    return client


@pytest.fixture
def address(place):
    return f"/reports/{place.unit.ref}/{PERIOD}/"


@pytest.fixture
def opened(browser, address):
    """The form as it is opened, or as an answer brought it back."""

    def fields(answer=None):
        text = (answer or browser.get(address)).text
        form = Fields()
        form.feed(text[text.index('id="entry"') : text.index("</form>", text.index('id="entry"'))])
        return form.sent

    return fields


def row_of(answer, code="DI-02"):
    return answer.text.split(f'data-row="{code}:commune"')[1].split("</tbody>")[0]


def figures(code="DI-02"):
    versions = MeasurementVersion.objects.filter(measurement__indicator__code=code).order_by("number")
    return [int(each.value) for each in versions]


@pytest.fixture
def conflict(opened, browser, address, enter, colleague):
    """The reporter's 13 meets the 12 that a colleague saved meanwhile; a figure of another row is saved."""
    form = opened() | {"DI-02:commune-value": "13", "DI-02:commune-note": "mine", "DI-03:commune-value": "7"}
    enter("DI-02", value="12", note="theirs", by=colleague)
    return browser.post(address, form)


def test_both_figures_are_shown_and_the_rest_is_saved(conflict):
    row = row_of(conflict)
    assert conflict.status_code == 422
    for words in ("Trần Thị Ba", "<strong>12</strong>", "theirs", "<strong>13</strong>", "mine"):
        assert words in row
    assert 'value="13"' in row
    assert row.count('type="radio"') == 2
    assert 'type="radio"' not in row_of(conflict, "DI-03")
    assert (figures(), figures("DI-03")) == ([12], [7])


def test_nothing_is_written_without_a_choice(conflict, opened, browser, address):
    again = browser.post(address, opened(conflict))
    assert again.status_code == 422
    assert row_of(again).count('type="radio"') == 2
    assert figures() == [12]


def test_own_figure_is_kept_on_top_of_theirs(conflict, opened, browser, address, reporter):
    form = opened(conflict) | {"DI-02:commune-choice": "mine"}
    assert browser.post(address, form).status_code == 302
    assert figures() == [12, 13]
    newest = MeasurementVersion.objects.get(measurement__indicator__code="DI-02", number=2)
    assert (newest.entered_by, newest.note) == (reporter, "mine")


def test_their_figure_is_taken_and_nothing_is_written(conflict, opened, browser, address):
    form = opened(conflict) | {"DI-02:commune-choice": "theirs"}
    assert browser.post(address, form).status_code == 302
    assert figures() == [12]
    assert opened()["DI-02:commune-value"] == "12"


def test_choice_holds_only_against_the_figure_that_was_shown(
    conflict, opened, browser, address, enter, colleague
):
    form = opened(conflict) | {"DI-02:commune-choice": "mine"}
    enter("DI-02", value="99", by=colleague)
    again = browser.post(address, form)
    assert again.status_code == 422
    assert "<strong>99</strong>" in row_of(again)
    assert figures() == [12, 99]


def test_choice_stays_open_while_another_row_is_refused(conflict, opened, browser, address):
    wrong = opened(conflict) | {"DI-02:commune-choice": "mine", "DI-02:commune-value": "13,5"}
    refused = browser.post(address, wrong)
    assert 'value="13,5"' in row_of(refused)
    mended = opened(refused) | {"DI-02:commune-value": "14"}
    assert browser.post(address, mended).status_code == 302
    assert figures() == [12, 14]


def test_unreadable_own_figure_is_shown_as_typed(opened, browser, address, enter, colleague):
    form = opened() | {"DI-02:commune-value": "mười"}
    enter("DI-02", value="12", by=colleague)
    assert "<strong>mười</strong>" in row_of(browser.post(address, form))


def test_rates_are_shown_with_both_numbers(opened, browser, address, enter, colleague):
    form = opened() | {"DI-01:commune-numerator": "90", "DI-01:commune-denominator": "100"}
    enter("DI-01", numerator="9", denominator="10", by=colleague)
    row = row_of(browser.post(address, form), "DI-01")
    assert "(9/10)" in row
    assert "(90/100)" in row


def test_conflict_is_not_sent(opened, browser, address, enter, colleague, place):
    form = opened() | {"DI-02:commune-value": "13", "submit": "1"}
    enter("DI-02", value="12", by=colleague)
    assert browser.post(address, form).status_code == 422
    place.report.refresh_from_db()
    assert place.report.state == "draft"


def test_cell_left_alone_is_no_edit(opened, browser, address, enter, colleague):
    enter("DI-02", value="5", note="one\ntwo")
    form = opened() | {"DI-03:commune-value": "7"}
    enter("DI-01", numerator="9", denominator="10", by=colleague)
    enter("DI-02", value="6", by=colleague)
    assert browser.post(address, form).status_code == 302
    assert (figures(), figures("DI-03")) == ([5, 6], [7])


def test_emptied_cell_is_asked_for_and_never_overwrites_a_newer_figure(
    opened, browser, address, enter, colleague
):
    enter("DI-02", value="5")
    form = opened() | {"DI-02:commune-value": ""}
    enter("DI-02", value="6", by=colleague)
    refused = browser.post(address, form)
    assert refused.status_code == 422
    again = browser.post(address, opened(refused) | {"DI-02:commune-value": "7"})
    assert again.status_code == 422
    assert "<strong>6</strong>" in row_of(again)
    assert figures() == [5, 6]


@pytest.mark.parametrize("count", [2, 30])
def test_conflicts_take_the_same_queries_for_any_number(
    office, opened, browser, address, enter, colleague, count, django_assert_max_num_queries
):
    codes = [f"Q-{number:02}" for number in range(count)]
    for code in codes:
        owed_indicator(office, code, value_type="count", pooling="sum")
        enter(code, value="1")
    form = opened() | {f"{code}:commune-value": "3" for code in codes[::2]}
    for code in codes:
        enter(code, value="2", by=colleague)
    with django_assert_max_num_queries(32):
        assert browser.post(address, form).text.count("<fieldset") == len(codes[::2])
