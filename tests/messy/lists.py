"""The other lists, messy: stations, households, villages, measurements."""

from __future__ import annotations

import pandas as pd

from messy.case import Case, said
from messy.clean import Rows
from messy.files import Page, text, xlsx
from phusong.data.schemas import HOUSEHOLDS, MEASUREMENTS, STATIONS, VILLAGES

_STATIONS: Rows = [
    ["PHỤ LỤC: DANH SÁCH TRẠM BTS"],
    [
        "TT",
        "Tên trạm",
        "Site ID",
        "Doanh nghiệp",
        "Tọa độ",
        "",
        "Cột anten",
        "",
        "Công suất phát",
        "Công nghệ",
        "Tần số",
    ],
    ["", "", "", "", "Long", "Lat", "Loại cột", "Chiều cao", "", "", ""],
    ["", "", "", "", "", "", "", "(m)", "(W)", "", "(MHz)"],
    [1, "Nà Lạ", "TQG0327", "VNPT", 105.34808, 22.62924, "dây co", 42, 20, "LTE", 1800],
    [2, "Nà Tông", "TQG0328", "Viettel", "105,36125", "22,64031", "tự đứng", 36, 40, "4G", 2100],
    ["Tổng: 2 trạm"],
]
_STATION_ROWS = pd.DataFrame(
    {
        "site_id": ["TQG0327", "TQG0328"],
        "site_name": ["Nà Lạ", "Nà Tông"],
        "operator": ["vinaphone", "viettel"],
        "lon": [105.34808, 105.36125],
        "lat": [22.62924, 22.64031],
        "mast_type": ["guyed", "lattice"],
        "mast_height_m": [42.0, 36.0],
        "tx_power_w": [20.0, 40.0],
        "tech": ["4G", "4G"],
        "band": ["1800", "2100"],
    }
)
_HOUSEHOLDS: Rows = [
    ["Mã hộ", "Chủ hộ", "Xã", "Thôn", "Vị trí nhà", "", "Nhân khẩu"],
    ["", "", "", "", "Kinh độ", "Vĩ độ", ""],
    ["H1", "Ai Đó", "Thượng Lâm", "Bản Nà Lạ", "105,34808", "22,62924", "4"],
    ["H2", "Ai Đó", "Thượng Lâm", "Bản Nà Lạ", "105,34811", "22,62991", "5"],
    ["Cộng", "", "", "", "", "", "9"],
]
_HOUSEHOLD_ROWS = pd.DataFrame(
    {
        "household_key": ["H1", "H2"],
        "village_name": ["Bản Nà Lạ"] * 2,
        "lon": [105.34808, 105.34811],
        "lat": [22.62924, 22.62991],
    }
)
_VILLAGES: Rows = [
    ["STT", "Đơn vị hành chính", "", "Số hộ", "Dân số", "Thôn ĐBKK", "Điện lưới quốc gia"],
    ["", "Xã", "Thôn", "", "", "", ""],
    [1, "Xã Thượng Lâm", "Bản Nà Lạ", 84, 368, "x", "Có"],
    [2, "Xã Thượng Lâm", "Bản Nà Tông", 120, 505, "", "chưa"],
    ["", "Tổng số", "", 204, 873, "", ""],
    ["Nguồn: Chi cục Thống kê"],
]
_VILLAGE_ROWS = pd.DataFrame(
    {
        "village_name": ["Bản Nà Lạ", "Bản Nà Tông"],
        "commune_name": ["Xã Thượng Lâm"] * 2,
        "households": [84.0, 120.0],
        "population": [368.0, 505.0],
        "grid_power": [True, False],
    }
)
_MEASUREMENTS: Rows = [
    ["Thời gian đo", "Vị trí", "", "Nhà mạng", "Loại mạng", "Kết quả đo", "", ""],
    ["", "Latitude", "Longitude", "", "", "RSRP (dBm)", "Download (Mbps)", "Upload (Mbps)"],
    ["15/09/2026 14:05", 22.62924, 105.34808, "Vinaphone", "4G", -113.5, "6,2", "1,4"],
    ["15/09/2026 14g15", 22.64031, 105.36125, "Mobi", "LTE", "-98 dBm", 12, 3],
]
_MEASUREMENT_ROWS = pd.DataFrame(
    {
        "time": pd.to_datetime(["2026-09-15 14:05", "2026-09-15 14:15"]),
        "lon": [105.34808, 105.36125],
        "lat": [22.62924, 22.64031],
        "operator": ["vinaphone", "mobifone"],
        "tech": ["4G", "4G"],
        "rsrp_dbm": [-113.5, -98.0],
        "dl_mbps": [6.2, 12.0],
        "ul_mbps": [1.4, 3.0],
    }
)

OTHER_LISTS = (
    Case(
        "stations under a header of two rows and one of units",
        lambda f: xlsx(f / "tram.xlsx", Page(_STATIONS)),
        rows=_STATION_ROWS,
        problems=said(("repair", 7, "layout.total")),
        schema=STATIONS,
    ),
    Case(
        "households with the names of their heads",
        lambda f: text(f / "ho.csv", _HOUSEHOLDS),
        rows=_HOUSEHOLD_ROWS,
        problems=said(("warning", 2, "personal.column"), ("repair", 5, "layout.total")),
        schema=HOUSEHOLDS,
    ),
    Case(
        "villages with units over two columns",
        lambda f: xlsx(f / "thon.xlsx", Page(_VILLAGES)),
        rows=_VILLAGE_ROWS,
        problems=said(("repair", 5, "layout.total"), ("repair", 6, "layout.remark")),
        schema=VILLAGES,
    ),
    Case(
        "measurements with results over three columns",
        lambda f: xlsx(f / "do.xlsx", Page(_MEASUREMENTS)),
        rows=_MEASUREMENT_ROWS,
        schema=MEASUREMENTS,
    ),
)
