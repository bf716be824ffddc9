"""Which endpoint is which packet of QCVN 125:2021/BTTTT: the table, the description and the docs agree."""

from pathlib import Path

import pytest
from django.utils.translation import override

from config.api_docs import description
from config.api_packets import PACKETS, STANDARD

DOCS = Path(__file__).parents[2] / "docs" / "api-packets.md"


@pytest.mark.parametrize("packet", PACKETS, ids=lambda packet: packet.name_en)
def test_endpoints_of_a_packet_exist_and_name_it(packet):
    for each in packet.endpoints:
        said = description()["paths"][f"/api/v1/{each}"]["get"]["description"]
        assert STANDARD in said, each
        assert packet.name_vi in said, each


def test_every_endpoint_that_names_the_standard_is_in_the_table():
    named = {
        path.removeprefix("/api/v1/")
        for path, methods in description()["paths"].items()
        if STANDARD in methods.get("get", {}).get("description", "")
    }
    # What is published is a resource of its own: the standard has no packet of that name.
    assert named - {"editions/"} == {each for packet in PACKETS for each in packet.endpoints}


def test_docs_have_the_same_table():
    lines = DOCS.read_text().splitlines()
    for packet in PACKETS:
        cells = ", ".join(f"`{each}`" for each in packet.endpoints)
        assert f"| {packet.name_en} | {packet.name_vi} | {cells} |" in lines


def test_packet_is_named_in_the_reader_s_language():
    assert PACKETS[0].name == "chế độ báo cáo"
    with override("en"):
        assert PACKETS[0].name == "reporting regimes"
