"""A partner system's own copy, kept by following the feed as its documentation says."""

from typing import Any

from rest_framework.test import APIClient

CHANGES = "/api/v1/changes/"


class Replica:
    """What somebody stores who only ever reads the feed; `objects` by resource and id."""

    def __init__(self, client: APIClient, **asked: Any) -> None:
        self.client, self.asked = client, asked
        self.objects: dict[tuple[str, int], Any] = {}
        self.cursor: str | None = None
        self.read: list[dict[str, Any]] = []

    def page(self, **asked: Any) -> dict[str, Any]:
        """One answer, stored; the cursor moves on."""
        where = {} if self.cursor is None else {"since": self.cursor}
        answer = self.client.get(CHANGES, {**self.asked, **where, **asked})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        for each in body["changes"]:
            key = each["resource"], each["id"]
            if each["object"] is None:
                assert each["operation"] == "deleted"
                self.objects.pop(key, None)
            else:
                assert each["operation"] != "deleted"
                self.objects[key] = each["object"]
        self.read += body["changes"]
        self.cursor = body["next"]
        return body

    def follow(self, **asked: Any) -> list[tuple[str, int, str]]:
        """Reads on to the present end; answers what came, in its order."""
        came = []
        while True:
            body = self.page(**asked)
            came += [(each["resource"], each["id"], each["operation"]) for each in body["changes"]]
            if not body["has_more"]:
                return came

    def begin(self) -> "Replica":
        """The present end, as somebody does who is about to pull everything."""
        self.cursor = "now"
        assert self.page()["changes"] == []
        return self
