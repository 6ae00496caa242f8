"""Which unit prices a plan asks for, and the units they may have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

SITE, METRE, SECTOR, KM, HOP = "đồng/trạm", "đồng/m", "đồng/sector", "đồng/km", "đồng/chặng"
SITE_YEAR, HOP_YEAR, PERCENT, YEARS, DISTANCE = "đồng/trạm/năm", "đồng/chặng/năm", "%", "năm", "km"

UNITS: Mapping[str, Text] = MappingProxyType(
    {
        SITE: Text(SITE, "VND/site"),
        METRE: Text(METRE, "VND/m"),
        SECTOR: Text(SECTOR, "VND/sector"),
        KM: Text(KM, "VND/km"),
        HOP: Text(HOP, "VND/hop"),
        SITE_YEAR: Text(SITE_YEAR, "VND/site/year"),
        HOP_YEAR: Text(HOP_YEAR, "VND/hop/year"),
        PERCENT: Text(PERCENT, "%"),
        YEARS: Text(YEARS, "years"),
        DISTANCE: Text(DISTANCE, "km"),
    }
)

COUNTED: Mapping[str, Text] = MappingProxyType(
    {
        SITE: Text("trạm", "site"),
        METRE: Text("m", "m"),
        SECTOR: Text("sector", "sector"),
        KM: Text("km", "km"),
        HOP: Text("chặng", "hop"),
        SITE_YEAR: Text("trạm × năm", "site × year"),
        HOP_YEAR: Text("chặng × năm", "hop × year"),
        PERCENT: Text("%", "%"),
    }
)
"""What is counted where a price is by a unit."""

ROAD_CLASSES = ("car", "motorbike", "trail", "water", "none")
TECHNOLOGIES = ("2G", "3G", "4G", "5G", "other")
MAST_TYPES = ("guyed", "self_supporting")

KEYS: Mapping[str, str] = MappingProxyType(
    {
        **{f"mast_{kind}_base": SITE for kind in MAST_TYPES},
        **{f"mast_{kind}_per_m": METRE for kind in MAST_TYPES},
        "mast_reinforcement": SITE,
        "shelter": SITE,
        **{f"radio_{technology.lower()}": SECTOR for technology in TECHNOLOGIES},
        "antenna_feeder": SECTOR,
        "power_grid_per_km": KM,
        "power_transformer": SITE,
        "power_backup": SITE,
        "power_solar": SITE,
        "power_existing_upgrade": SITE,
        "fibre_per_km": KM,
        "fibre_terminal": SITE,
        "microwave_hop": HOP,
        "relay_station": SITE,
        "vsat_terminal": SITE,
        "backhaul_existing_upgrade": SITE,
        **{f"transport_{road}": SITE for road in ROAD_CLASSES},
        "carry_per_km": KM,
        "transport_equipment_percent": PERCENT,
        "survey_design_percent": PERCENT,
        "land_rent": SITE_YEAR,
        "mast_rent": SITE_YEAR,
        "electricity": SITE_YEAR,
        "solar_upkeep": SITE_YEAR,
        "maintenance": SITE_YEAR,
        "maintenance_equipment": SITE_YEAR,
        "electricity_equipment": SITE_YEAR,
        "fibre_yearly": SITE_YEAR,
        "microwave_yearly": HOP_YEAR,
        "relay_yearly": SITE_YEAR,
        "relay_mast_rent": SITE_YEAR,
        "satellite_yearly": SITE_YEAR,
        "backhaul_existing_yearly": SITE_YEAR,
        "years": YEARS,
        "discount_percent": PERCENT,
        "unknown_road_km": DISTANCE,
        "unknown_grid_km": DISTANCE,
        "unknown_fibre_km": DISTANCE,
    }
)
"""The unit of every item a table holds, by its key."""
