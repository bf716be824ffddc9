"""Keeps a copy of all you may see: python replica.py https://cong.example.vn TOKEN replica.json"""

import json
import pathlib
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PORTAL, TOKEN, FILE = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
LISTS = "unit document indicator period target measurement attainment rollup report task event edition"


def read(path, form="application/json"):
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": form}
    return urlopen(Request(f"{PORTAL}/api/v1/{path}", headers=headers), timeout=600)


def pull():  # a cursor first and then every list: whatever changes meanwhile comes after the cursor
    copy = {"since": json.load(read("changes/?since=now"))["next"], "objects": {}}
    for name in LISTS.split():
        for row in map(json.loads, read(f"{name}s/", "application/x-ndjson")):
            copy["objects"][f"{name} {row['id']}"] = row
    return copy


def follow(copy):
    more = True
    while more:
        answer = json.load(read(f"changes/?limit=1000&since={copy['since']}"))
        for change in answer["changes"]:  # of a deleted object there is none
            copy["objects"][f"{change['resource']} {change['id']}"] = change["object"]
        copy["since"], more = answer["next"], answer["has_more"]
    return copy


try:
    copy = follow(json.loads(FILE.read_text()) if FILE.exists() else pull())
except HTTPError as refused:
    if refused.code != 410:  # too old a cursor, or another reach: begin again
        raise
    copy = follow(pull())
copy["objects"] = {key: each for key, each in copy["objects"].items() if each}
FILE.write_text(json.dumps(copy, ensure_ascii=False))
