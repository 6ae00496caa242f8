"""The words that lists write or leave out before the name of a village: Thôn Nà Lạ, Bản Nà Lạ and Nà Lạ are one."""

from __future__ import annotations

VILLAGE_KINDS = ("thôn", "bản", "làng", "ấp", "buôn", "bon", "phum", "sóc", "xóm")
"""The villages of the law (domain.md §1.2)."""

SETTLEMENT_KINDS = (
    *VILLAGE_KINDS,
    *("khóm", "khối", "khu", "khu phố", "khu dân cư", "tiểu khu", "tổ", "tổ dân phố", "tdp", "tổ nhân dân"),
    *("cụm", "cụm dân cư", "điểm dân cư", "nhóm", "đội", "plei"),
)
"""Every kind of place people live in that a list may name."""
