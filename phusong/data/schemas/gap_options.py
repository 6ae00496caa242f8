"""What the columns of the gap list may say (domain.md §2.1)."""

from __future__ import annotations

from phusong.data.schema import Option
from phusong.words import Text

TARGET_TYPES = (
    Option("village", Text("thôn", "village"), ("ban", "ap", "buon", "lang", "xom", "to dan pho")),
    Option("cluster", Text("cụm dân cư", "cluster"), ("cum", "diem dan cu", "khu dan cu")),
    Option("road", Text("tuyến đường/đèo", "road or pass"), ("tuyen duong", "deo", "duong")),
    Option("industrial", Text("khu công nghiệp", "industrial park"), ("kcn",)),
    Option("school", Text("trường", "school"), ("truong hoc",)),
    Option("clinic", Text("trạm y tế", "clinic"), ("y te",)),
    Option("border_post", Text("đồn biên phòng", "border post"), ("don", "bien phong")),
    Option("island", Text("đảo", "island"), ("hai dao",)),
    Option("other", Text("khác", "other")),
)
LOCATION_KINDS = (
    Option("hall", Text("nhà văn hoá", "village hall"), ("nvh", "nha sinh hoat cong dong")),
    Option("centre", Text("trung tâm thôn", "village centre"), ("trung tam", "trung tam ban")),
    Option("cluster", Text("cụm dân cư", "cluster"), ("cum",)),
    Option("proposed_site", Text("vị trí đề xuất trạm", "proposed site"), ("vi tri tram", "de xuat tram")),
)
GAP_CLASSES = (
    Option("white", Text("trắng sóng", "no signal"), ("trang", "khong co song", "chua co song", "khong song")),
    Option("depression", Text("lõm sóng", "signal depression"), ("lom", "vung lom")),
    Option("weak", Text("sóng yếu", "weak signal"), ("yeu", "kem")),
)
SIGNALS = (
    Option("none", Text("không", "none"), ("khong co", "khong co song", "0", "ko")),
    Option("weak", Text("yếu", "weak"), ("song yeu", "kem", "chap chon")),
    Option("good", Text("tốt", "good"), ("co", "co song", "song tot", "1", "x")),
    Option("unknown", Text("không rõ", "unknown"), ("chua ro", "?")),
)
ROADS = (
    Option("car", Text("ô tô", "car"), ("oto", "xe o to", "duong o to")),
    Option("motorbike", Text("xe máy", "motorbike"), ("duong xe may",)),
    Option("path", Text("đường mòn", "footpath"), ("mon", "di bo")),
    Option("water", Text("đường thuỷ", "water"), ("thuy", "thuyen", "duong song")),
    Option("none", Text("không có", "none"), ("khong", "chua co")),
)
CONSTRAINTS = (
    Option("forest", Text("rừng", "forest"), ("vuong rung", "rung phong ho", "rung dac dung")),
    Option("defence", Text("đất quốc phòng", "defence land"), ("quoc phong",)),
    Option("heritage", Text("di tích", "heritage"), ()),
    Option("other", Text("khác", "other")),
    Option("none", Text("không", "none"), ("khong vuong", "khong co")),
)
SOLUTIONS = (
    Option("new_site", Text("trạm mới", "new site"), ("xay tram moi", "xay moi", "tram bts moi", "tram macro")),
    Option("upgrade", Text("nâng cấp", "upgrade"), ("nang cap tram",)),
    Option("remote_sector", Text("remote sector/trạm lặp", "remote sector or repeater"), ("remote sector", "repeater")),
    Option("sharing", Text("dùng chung", "sharing"), ("dung chung ha tang", "roaming", "chuyen vung")),
    Option("satellite", Text("vệ tinh", "satellite"), ("vsat",)),
)
SOURCES = (
    Option("commune", Text("xã báo cáo", "reported by the commune"), ("xa", "ubnd xa")),
    Option("voters", Text("cử tri", "voters"), ("kien nghi cu tri", "y kien cu tri")),
    Option("measured", Text("đo kiểm", "measured"), ("do", "do thuc te", "i-speed")),
    Option("modelled", Text("mô phỏng", "modelled"), ()),
    Option("operator", Text("doanh nghiệp", "operator"), ("dn", "nha mang")),
)
