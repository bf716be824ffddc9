"""The hands that fill in the report of a commune in a real browser."""

from typing import Any

from indicators.models import MeasurementVersion

COUNT = 30


def stored() -> int:
    return MeasurementVersion.objects.filter(state="draft").count()


def paste(page: Any, selector: str, text: str) -> None:
    page.focus(selector)
    page.evaluate(
        """([selector, text]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            document.querySelector(selector).dispatchEvent(event);
        }""",
        [selector, text],
    )


def saved(page: Any, code: str) -> Any:
    return page.locator(f'[data-row="{code}:commune"] [data-save]')


def fill(page: Any, code: str, text: str, name: str = "value") -> None:
    page.fill(f'[name="{code}:commune-{name}"]', text)
    page.keyboard.press("Enter")


def value(page: Any, code: str, name: str = "value") -> Any:
    return page.locator(f'[name="{code}:commune-{name}"]')
