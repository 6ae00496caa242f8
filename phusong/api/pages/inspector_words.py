"""What the panel beside the map says of a place asked about, and of a mast that is tried out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

INSPECTOR_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "why_close": Text("Đóng", "Close"),
        "why_asking": Text("Đang xem số liệu của nơi này…", "Looking this place up…"),
        "why_predicting": Text("Đang tính mức thu của từng nhà mạng…", "Predicting the level of each operator…"),
        "why_failed": Text("Chưa hỏi được: {detail}", "Not answered: {detail}"),
        "why_offline": Text("máy chủ chưa trả lời, hãy thử lại", "the server does not answer, try again"),
        "why_point": Text("Điểm đã chọn", "The chosen point"),
        "why_site": Text("Tại trạm {site}", "At station {site}"),
        "why_gap": Text("Vùng lõm {gap}", "Gap {gap}"),
        "why_commune": Text("Xã {name}", "Commune {name}"),
        "why_village_near": Text(
            "Thôn gần nhất: {name}, trung tâm cách {km} km", "Nearest village: {name}, centre {km} km away"
        ),
        "why_of_gap": Text("{n} hộ chưa có sóng; {interval}", "{n} households without signal; {interval}"),
        "why_households_village": Text("Hộ dân của thôn", "Households of the village"),
        "why_households_commune": Text("Hộ dân của xã", "Households of the commune"),
        "why_interval": Text("Chưa có sóng: {interval}", "Without signal: {interval}"),
        "why_provisional": Text("Vị trí trung tâm thôn là ước tính.", "The centre of the village is an estimate."),
        "why_because": Text("Vì sao", "Why"),
        "why_decides": Text("Còn thiếu gì để kết luận", "What would decide it"),
        "why_here": Text("Sóng tại {place}", "Signal at {place}"),
        "why_served_outside": Text(
            "Nơi này được phủ bởi trạm ngoài tỉnh.", "This place is covered by a station outside the province."
        ),
        "why_beyond": Text(
            "Trạm gần nhất của nhà mạng này ở ngoài tỉnh.", "This operator's nearest station is outside the province."
        ),
        "why_no_mast": Text("Không có trạm đang phát nào trong danh sách.", "No station on air is listed."),
        "why_level": Text("{tech}: {level}, cần {needed}", "{tech}: {level}, {needed} needed"),
        "why_level_span": Text("bất lợi {worst}, thuận lợi {best}", "{worst} at worst, {best} at best"),
        "why_only_best": Text(
            "{tech}: không nhận được, thuận lợi nhất {best}, cần {needed}",
            "{tech}: nothing received, {best} at best, {needed} needed",
        ),
        "why_under": Text("{tech}: không nhận được, cần {needed}", "{tech}: nothing received, {needed} needed"),
        "why_silent": Text("không nhận được", "nothing received"),
        "why_also": Text("Công nghệ khác: {levels}", "Other technologies: {levels}"),
        "why_level_short": Text("{tech} {level} (cần {needed})", "{tech} {level} ({needed} needed)"),
        "why_bars": Text(
            "Thanh: mức thu so với ngưỡng (vạch đứng); râu: từ bất lợi tới thuận lợi. Mô phỏng, chưa đo.",
            "Bar: level against the threshold (upright line); whiskers: worst to best. Modelled, not measured.",
        ),
        "why_mast": Text(
            "{km} km, hướng {bearing}° ({side}), anten {height} m, {techs}",
            "{km} km, bearing {bearing}° ({side}), antenna {height} m, {techs}",
        ),
        "why_mast_level": Text("{tech} tới đây {level} dBm", "{tech} arrives at {level} dBm"),
        "why_mast_blocked": Text("địa hình che khuất {db} dB", "terrain blocks {db} dB"),
        "why_mast_clear": Text("nhìn thẳng", "in sight"),
        "why_height_assumed": Text("{m} (giả định)", "{m} (assumed)"),
        "why_profile": Text("Xem mặt cắt tới {site}", "Show the profile to {site}"),
        "why_profile_hide": Text("Ẩn mặt cắt", "Hide the profile"),
        "why_drawing": Text("Đang vẽ mặt cắt…", "Drawing the profile…"),
        "why_ledger": Text("Tính ra sao", "How it was worked out"),
        "why_term": Text("Khoản", "Term"),
        "why_middle": Text("giữa", "middle"),
        "why_worst": Text("bất lợi", "worst"),
        "why_best": Text("thuận lợi", "best"),
        "why_findings": Text("Kết luận", "Findings"),
        "why_finding": Text("{service}: {finding}", "{service}: {finding}"),
        "why_finding_from": Text("theo {basis}, {day}", "by {basis}, {day}"),
        "why_finding_from_undated": Text("theo {basis}", "by {basis}"),
        "why_finding_gap": Text("Vùng lõm", "Gap"),
        "why_decided": Text("Cán bộ kết luận {finding} ngày {day}: {reason}", "Decided {finding} on {day}: {reason}"),
        "why_finding_provisional": Text("tạm thời: {because}", "provisional: {because}"),
        "why_evidence": Text("Bằng chứng đặt cạnh nhau", "Evidence side by side"),
        "why_modelled": Text("Mô hình", "Modelled"),
        "why_declared": Text("Khai báo, xã", "Declared, commune"),
        "why_measured": Text("Đo kiểm", "Measured"),
        "why_nothing_said": Text("chưa có", "none yet"),
        "why_evidence_all": Text("Từng bằng chứng ({n})", "Each piece of evidence ({n})"),
        "why_to_findings": Text("Mở kết luận của thôn", "Open the village's findings"),
        "why_papers": Text("Giấy tờ của thôn", "Papers of the village"),
        "why_paper_sheet": Text("Phiếu thôn (Word)", "Village sheet (Word)"),
        "why_paper_page": Text("Phiếu thôn (trang in)", "Village sheet (page)"),
        "why_paper_voters": Text("Trả lời cử tri", "Answer to voters"),
        "why_paper_operators": Text("Thư gửi nhà mạng", "Letters to operators"),
        "why_paper_making": Text("Đang lập giấy tờ…", "Making the paper…"),
        "why_paper_made": Text("Đã lập xong: {name}", "Made: {name}"),
        "why_try": Text("Thử đặt trạm", "Try a mast here"),
        "mast_title": Text("Thử đặt trạm", "Try a mast"),
        "mast_how": Text(
            "Kéo dấu trên bản đồ, hoặc dùng phím mũi tên khi dấu được chọn (50 m mỗi lần), hoặc gõ số.",
            "Drag the marker, or use the arrow keys on it (50 m each), or type numbers.",
        ),
        "mast_marker": Text("Trạm thử; phím mũi tên dời 50 m", "The mast; arrow keys move it 50 m"),
        "mast_lon": Text("Kinh độ", "Longitude"),
        "mast_lat": Text("Vĩ độ", "Latitude"),
        "mast_height": Text("Độ cao anten (m)", "Antenna height (m)"),
        "mast_technology": Text("Công nghệ", "Technology"),
        "mast_technology_plan": Text("như phương án", "as a plan would"),
        "mast_working": Text("Đang tính…", "Working…"),
        "mast_serves": Text("Phủ thêm {n} hộ", "Serves {n} more households"),
        "mast_of": Text("trên {n} hộ chưa có sóng", "of {n} households without signal"),
        "mast_held": Text(
            "{low}–{high} hộ ({percent} %), mô phỏng", "{low}–{high} households ({percent} %), simulated"
        ),
        "mast_nobody": Text(
            "Chưa phủ được hộ nào: thử dời lên chỗ cao hơn hoặc tăng độ cao.",
            "Nobody would be served: try higher ground or a taller mast.",
        ),
        "mast_cost": Text("Chi phí", "Cost"),
        "mast_cost_years": Text(
            "Khoảng {money}, gồm vận hành {years} năm", "About {money}, with {years} years of running"
        ),
        "mast_capex": Text("đầu tư {money}", "{money} to build"),
        "mast_each": Text("mỗi hộ {money}", "{money} a household"),
        "mast_assumed": Text(
            "Một số đơn giá là giả định, chưa xác minh.", "Some unit prices are assumed, not verified."
        ),
        "mast_villages": Text("Theo thôn", "By village"),
        "mast_village": Text("{n}/{without} hộ chưa có sóng", "{n} of {without} without signal"),
        "mast_few": Text("dưới 5 hộ", "fewer than 5"),
        "mast_link": Text("Truyền dẫn", "Backhaul"),
        "mast_power": Text("Nguồn điện", "Power"),
        "mast_ground": Text("Mặt đất cao {m} m; {carrier}", "Ground at {m} m; {carrier}"),
        "mast_stop": Text("Thôi thử", "Stop trying"),
        "side_0": Text("bắc", "north"),
        "side_1": Text("đông bắc", "north-east"),
        "side_2": Text("đông", "east"),
        "side_3": Text("đông nam", "south-east"),
        "side_4": Text("nam", "south"),
        "side_5": Text("tây nam", "south-west"),
        "side_6": Text("tây", "west"),
        "side_7": Text("tây bắc", "north-west"),
        "state_served": Text("có sóng", "served"),
        "state_unserved": Text("chưa có sóng", "unserved"),
        "state_undetermined": Text("chưa xác định", "undetermined"),
        "state_no_data": Text("không có dữ liệu", "no data"),
        "of_all": Text("{n}/{all} hộ ({percent} %)", "{n}/{all} households ({percent} %)"),
    }
)
