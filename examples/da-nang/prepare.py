"""Make a study of Đà Nẵng from public data: python examples/da-nang/prepare.py DATA STUDY.

DATA is the folder of public data named in the README; the large files stay there and the study points to them. STUDY
becomes a folder with the gateways as a station list, its declaration, the receptions as measurements, thresholds and
study.toml.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

COMMUNES = "vn-admin/communes_48_da_nang.geojson"
POPULATION = "vn-admin/communes_population_area_2025-07-17.csv"
TERRAIN = "da-nang/dem_danang_1arcsec.tif"
LAND_USE = "da-nang/osm_landuse_danang.geojson"
GATEWAYS = "da-nang/gateway_table.csv"
RECEPTIONS = "da-nang/devices_history_1.csv"

HERE = Path(__file__).resolve().parent
VIETNAM = timezone(timedelta(hours=7))
OPERATOR, TECHNOLOGY, FREQUENCY_MHZ = "LoRa", "khác", 922
MOVED_DEG = 0.001
"""A reception whose record puts its gateway this far (about 110 m) from the table names no site of the table."""

STATION_HEADER = (
    "Mã trạm",
    "Nhà mạng",
    "Công nghệ",
    "Băng tần",
    "Kinh độ",
    "Vĩ độ",
    "Cao anten",
    "Trạng thái",
    "Ghi chú",
)
STATION_NOTE = "Chiều cao anten, công suất không được ghi: để trống, công cụ tự giả định (15 m) và báo lại"
TEST_HEADER = (
    *("Mã phép đo", "Thời điểm đo", "Kinh độ", "Vĩ độ", "Nhà mạng", "Công nghệ", "Băng tần", "Mã trạm thu được"),
    *("RSSI", "SNR", "Thiết bị đo", "Ghi chú"),
)
DECLARATION_HEADER = ("Nhà mạng", "Mức đầy đủ", "Có trạm của tỉnh giáp ranh", "Ghi chú")
DECLARATION = (OPERATOR, "đầy đủ", "có", "Giả định của bài thử: coi bảng trạm là đầy đủ")


def main() -> None:
    """Read the two folders from the command line and make the study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of public data / thư mục dữ liệu công khai")
    parser.add_argument("study", type=Path, help="folder to make / thư mục nghiên cứu sẽ tạo")
    given = parser.parse_args()
    print(prepare(given.data, given.study))


def prepare(data: Path, study: Path) -> Path:
    """Write the study folder and return its study.toml."""
    data = data.resolve()
    absent = [
        name for name in (COMMUNES, POPULATION, TERRAIN, LAND_USE, GATEWAYS, RECEPTIONS) if not (data / name).is_file()
    ]
    if absent:
        raise SystemExit(f"{data}: không có / not found: {', '.join(absent)}")
    study.mkdir(parents=True, exist_ok=True)
    gateways, receptions = _records(data / GATEWAYS), _records(data / RECEPTIONS)
    _write(study / "tram.csv", STATION_HEADER, map(_station, gateways))
    _write(study / "khai-bao.csv", DECLARATION_HEADER, [DECLARATION])
    places = {row["gateway"]: (float(row["gw_lon"]), float(row["gw_lat"])) for row in gateways}
    _write(study / "ket-qua-do.csv", TEST_HEADER, (_test(n, row, places) for n, row in enumerate(receptions, start=1)))
    (study / "nguong.toml").write_text((HERE / "nguong.toml").read_text(encoding="utf-8"), encoding="utf-8")
    toml = study / "study.toml"
    toml.write_text(_study(data, max(_moment(row["time"]) for row in receptions)), encoding="utf-8")
    return toml


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _station(row: dict[str, str]) -> tuple[object, ...]:
    place = (row["gw_lon"], row["gw_lat"])
    return (row["gateway"], OPERATOR, TECHNOLOGY, FREQUENCY_MHZ, *place, "", "hoạt động", STATION_NOTE)


def _test(number: int, row: dict[str, str], places: dict[str, tuple[float, float]]) -> tuple[object, ...]:
    lon, lat = places[row["gateway"]]
    away_deg = max(abs(float(row["gw_lon"]) - lon), abs(float(row["gw_lat"]) - lat))
    moved = away_deg > MOVED_DEG
    return (
        f"LORA-{number:05d}",
        f"{_moment(row['time']):%Y-%m-%d %H:%M:%S}",
        row["lon"],
        row["lat"],
        OPERATOR,
        TECHNOLOGY,
        f"{int(row['frequency']) / 1e6:g}",
        f"{row['gateway']}/vi-tri-khac" if moved else row["gateway"],
        row["rssi"],
        row["snr"],
        row["device"],
        "Trạm ở vị trí khác với bảng trạm khi thu" if moved else "",
    )


def _moment(text: str) -> datetime:
    """Return the Vietnamese time of a UTC time stamp, to the second."""
    return datetime.fromisoformat(f"{text[:19]}+00:00").astimezone(VIETNAM)


def _study(data: Path, last: datetime) -> str:
    return f"""# Nghiên cứu Đà Nẵng trên dữ liệu công khai, do examples/da-nang/prepare.py lập / made by prepare.py
[study]
name = "Đà Nẵng: 13 trạm LoRa 922 MHz"
province_code = "48"
profile = "nguong.toml"
operators = ["lora"]
seed = 1
date = {last:%Y-%m-%d}

[inputs]
communes = '{(data / COMMUNES).as_posix()}'
population = '{(data / POPULATION).as_posix()}'
land_cover = '{(data / LAND_USE).as_posix()}'
stations = ["tram.csv"]
declarations = "khai-bao.csv"
terrain = '{(data / TERRAIN).as_posix()}'
terrain_kind = "dsm"
measurements = "ket-qua-do.csv"
"""


if __name__ == "__main__":
    main()
