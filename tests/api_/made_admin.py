"""A department's own thresholds and prices, made by the forms of their pages."""

from __future__ import annotations

from api_.made_studies import SAMPLE
from fastapi.testclient import TestClient

from phusong.data.profiles import raw_profile
from phusong.data.profiles.thresholds import thresholds_of, value_at
from phusong.data.unit_prices import read_unit_prices

SCRIPT = {"accept": "text/html", "x-form": "script"}
SERVED = "technology.4G.served_dbm"
ROWS = read_unit_prices().rows
ITEM = next(key for key, row in ROWS.items() if row.unit == "đồng/trạm")
PRICE = {
    "province_code": SAMPLE, "item": ITEM, "low": "200.000.000", "middle": "250.000.000", "high": "300.000.000",
    "source": "Báo giá số 12", "dated": "2026-10-01", "note": "giá mới",
}  # fmt: skip


def filled(base: str = "vn-default", **more: str) -> dict[str, str]:
    """Return the form of a profile as it stands before anybody types, in Vietnamese."""
    raw = raw_profile(base)
    given = {f"value.{one.key}": f"{value_at(raw, one.key):g}".replace(".", ",") for one in thresholds_of(raw)}
    head = {"base": base, "province_code": SAMPLE, "title": "Bộ ngưỡng của tỉnh", "source": "Công văn 12/STTTT"}
    return {**given, **head, **more}


def keep_profile(client: TestClient, address: str = "/profiles", **more: str) -> str:
    """Send the form of a profile; return the address of what was kept."""
    answer = client.post(address, data=filled(**more), headers=SCRIPT)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["to"])


def own_profile(client: TestClient) -> str:
    """Make a profile with one number changed and ticked; return its id."""
    said = {f"value.{SERVED}": "-105", f"source.{SERVED}": "Công văn 1603", f"verified.{SERVED}": "yes"}
    return keep_profile(client, **said).rpartition("/")[2]


def own_prices(client: TestClient) -> str:
    """Correct one price; return the id of the list."""
    answer = client.post("/unit-prices", data=PRICE, headers=SCRIPT)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["to"]).rpartition("/")[2]
