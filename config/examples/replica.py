"""Keeps a copy of all you may see: python replica.py https://cong.example.vn TOKEN replica.json"""

import json
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request

PORTAL, TOKEN, FILE = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
LISTS = {"unit": "units", "document": "documents", "indicator": "indicators", "period": "periods"}
LISTS |= {"target": "targets", "measurement": "measurements", "attainment": "attainments"}
LISTS |= {"rollup": "rollups", "report": "reports", "task": "tasks", "event": "events", "edition": "editions"}


def get(path, **asked):
    address = path if "://" in path else f"{PORTAL}/api/v1/{path}/?{urllib.parse.urlencode(asked)}"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def pull():
    """A cursor first and then every list: whatever changes meanwhile comes after the cursor."""
    copy = {"since": get("changes", since="now")["next"], "objects": {}}
    for resource, path in LISTS.items():
        page = get(path, limit=1000)
        while True:
            copy["objects"] |= {f"{resource} {each['id']}": each for each in page["results"]}
            if not page["next"]:
                break
            page = get(page["next"])
    return copy


def follow(copy):
    more = True
    while more:
        answer = get("changes", since=copy["since"], limit=1000)
        for change in answer["changes"]:
            key = f"{change['resource']} {change['id']}"
            if change["object"] is None:
                copy["objects"].pop(key, None)
            else:
                copy["objects"][key] = change["object"]
        copy["since"], more = answer["next"], answer["has_more"]


copy = json.loads(FILE.read_text()) if FILE.exists() else pull()
try:
    follow(copy)
except urllib.error.HTTPError as refused:
    if refused.code != 410:  # the cursor is too old, or what you may see has changed: begin again
        raise
    copy = pull()
    follow(copy)
FILE.write_text(json.dumps(copy, ensure_ascii=False))
print(len(copy["objects"]), "objects")
