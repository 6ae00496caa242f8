"""How long it takes to look a village up among 100,000: the index made, then searches as people type them."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np

from phusong.api.opendata.search import made_index

VILLAGES, COMMUNES = 100_000, 3_300
FIRST = ("Bản", "Thôn", "Xóm", "Ấp", "Khu phố", "Buôn", "Làng")
WORDS = ("Nà", "Lường", "Đồng", "Mạ", "Phiêng", "Tổng", "Voi", "Bình", "Hoà", "Thác", "Khe", "Suối", "Đắk", "Lộc")
ASKED = ("na luong", "Bản Nà Lường", "dong ma binh hoa", "thon 12", "b", "khong co noi nay", "buon dak loc xa 1200")


def tables() -> dict[str, gpd.GeoDataFrame]:
    """Return made-up communes and villages of the whole country."""
    dice = np.random.default_rng(1)
    communes = [f"Xã {' '.join(dice.choice(WORDS, 2))} {i}" for i in range(COMMUNES)]
    of = dice.integers(0, COMMUNES, VILLAGES)
    villages = {
        "village_code": [f"{i:06d}" for i in range(VILLAGES)],
        "village_name": [f"{dice.choice(FIRST)} {' '.join(dice.choice(WORDS, 2))} {i % 40}" for i in range(VILLAGES)],
        "commune_name": [communes[i] for i in of],
        "province_name": [f"Tỉnh {i % 34}" for i in of],
    }
    own = {
        "commune_code": [f"{i:05d}" for i in range(COMMUNES)],
        "commune_name": communes,
        "province_name": [f"Tỉnh {i % 34}" for i in range(COMMUNES)],
    }
    return {"open_communes": gpd.GeoDataFrame(own), "open_villages": gpd.GeoDataFrame(villages)}


def main() -> None:
    """Print seconds of the index and milliseconds of each search, the least and most of ten, of processor time."""
    made = tables()
    begun = time.process_time()
    index = made_index(made)
    print(f"index of {VILLAGES:,} villages: {time.process_time() - begun:.1f} s")
    for asked in ASKED:
        spans = []
        for _ in range(10):
            begun = time.process_time()
            found = index.find(asked)
            spans.append(1000 * (time.process_time() - begun))
        print(f"{asked!r}: {len(found)} found, {min(spans):.1f} to {max(spans):.1f} ms of one core")


if __name__ == "__main__":
    main()
