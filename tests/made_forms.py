"""Workbooks with everything an officer's file may hold: made in code for tests of copies and forms."""

from __future__ import annotations

import io
from pathlib import Path

import xlsxwriter
from PIL import Image

HEADERS = (
    *("STT", "Mã tỉnh", "Tên xã", "Tên thôn", "Kinh độ", "Vĩ độ", "Tổng số hộ", "Số hộ chưa có sóng", "Dân số"),
    *("Phân loại", "Ghi chú"),
)
HEADER_ROW = 4


def messy_list(path: Path, *, rows: int = 12, drawings: bool = True) -> Path:
    """Write a gap list with titles, formats, formulas, merged cells, a chart, an image, comments and a second sheet."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Biểu 01")
        other = book.add_worksheet("Tổng hợp")
        title = book.add_format({"bold": True, "font_size": 14, "align": "center", "font_name": "Times New Roman"})
        head = book.add_format({"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF", "border": 1})
        head.set_text_wrap()
        degrees = book.add_format({"num_format": "0.00000", "border": 1})
        dark = book.add_format({"bg_color": "#203040", "font_color": "#FFFFFF", "border": 1})
        sheet.merge_range("A1:K1", "DANH SÁCH THÔN CHƯA CÓ SÓNG", title)
        for column, header in enumerate(HEADERS):
            sheet.write_string(HEADER_ROW - 1, column, header, head)
        for i in range(rows):
            at = HEADER_ROW + i
            cells = [i + 1, "08", "Xã Thượng Lâm", f"Bản Nà Lạ {i}", 105.3 + i / 100, 22.6, 84, 52, 368, "trắng sóng"]
            for column, cell in enumerate(cells):
                sheet.write(at, column, cell, degrees if column in (4, 5) else None)
        sheet.write_string(HEADER_ROW + 1, 4, "105 độ rưỡi", dark)
        sheet.write_number(HEADER_ROW + 2, 7, 99)
        sheet.write_string(HEADER_ROW + 3, 6, "=1+1")
        sheet.write_string(HEADER_ROW + 4, 9, "chập chờn")
        sheet.write_number(HEADER_ROW + 5, 1, 8)
        sheet.write_blank(HEADER_ROW + 6, 3, None, degrees)
        last = HEADER_ROW + rows
        sheet.write_string(last, 3, "Tổng cộng")
        sheet.write_formula(last, 6, f"=SUM(G{HEADER_ROW + 1}:G{last})", None, 1008)
        sheet.write_comment(HEADER_ROW + 1, 4, "Anh Ba xem lại ô này", {"author": "UBND xã"})
        sheet.write_comment(0, 0, "Biểu theo công văn 12", {"author": "Sở"})
        sheet.set_row(HEADER_ROW + rows - 1, 20, None, {"hidden": True})
        sheet.set_column("D:D", 31.5)
        sheet.data_validation(HEADER_ROW, 9, last, 9, {"validate": "list", "source": "='Tổng hợp'!$A$1:$A$3"})
        sheet.conditional_format(HEADER_ROW, 6, last, 7, {"type": "data_bar", "data_bar_2010": True})
        sheet.add_sparkline(HEADER_ROW, 12, {"range": f"'Biểu 01'!G{HEADER_ROW + 1}:H{HEADER_ROW + 1}"})
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.print_area(0, 0, last, 10)
        sheet.freeze_panes(HEADER_ROW, 2)
        for row, text in enumerate(("trắng sóng", "lõm sóng", "sóng yếu")):
            other.write_string(row, 0, text)
        if drawings:
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": f"='Biểu 01'!$G${HEADER_ROW + 1}:$G${last}"})
            other.insert_chart("C2", chart)
            picture = io.BytesIO()
            Image.new("RGB", (40, 30), "#0B5E8A").save(picture, "PNG")
            other.insert_image("C20", "dau.png", {"image_data": picture})
        book.define_name("SoHo", f"='Biểu 01'!$G${HEADER_ROW + 1}:$G${last}")
    return path


def foreign_form(path: Path, *, slots: int = 3) -> Path:
    """Write a ministry's form: titles, two header rows, numbered slots, a total, notes and signatures below."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Phụ lục 2")
        lists = book.add_worksheet("DM")
        base = {"font_name": "Times New Roman", "font_size": 12}
        title = book.add_format(base | {"bold": True, "align": "center", "text_wrap": True})
        head = book.add_format(base | {"bold": True, "align": "center", "valign": "vcenter", "border": 1})
        head.set_text_wrap()
        cell = book.add_format(base | {"border": 1, "text_wrap": True, "valign": "top"})
        degrees = book.add_format(base | {"border": 1, "num_format": "0.0000"})
        text = book.add_format(base | {"border": 1, "num_format": "@"})
        whole = book.add_format(base | {"border": 1, "num_format": "#,##0"})
        total = book.add_format(base | {"border": 1, "bold": True, "bg_color": "#E4E8EC", "num_format": "#,##0"})
        plain = book.add_format(base)
        sheet.merge_range("A1:L1", "PHỤ LỤC 2. DANH SÁCH THÔN, BẢN CHƯA CÓ SÓNG DI ĐỘNG", title)
        sheet.write_string("A2", "Tỉnh: ……………", plain)
        sheet.write_string("A3", "Hệ toạ độ VN-2000, kinh tuyến trục 105°30′", plain)
        single = {0: "STT", 1: "Tên xã", 2: "Tên thôn *", 3: "Toạ độ (kinh độ/vĩ độ)", 6: "Tổng số hộ"}
        single |= {7: "Số hộ chưa có sóng", 8: "Phân loại", 9: "Khoảng cách tới trạm gần nhất (m)"}
        single |= {10: "Tỷ lệ hộ chưa có sóng (%)", 11: "Số quyết định phê duyệt (bắt buộc)"}
        for column, header in single.items():
            sheet.merge_range(4, column, 5, column, header, head)
        sheet.merge_range(4, 4, 4, 5, "Toạ độ VN-2000", head)
        sheet.write_string(5, 4, "X (m)", head)
        sheet.write_string(5, 5, "Y (m)", head)
        for column in range(12):
            sheet.write_string(6, column, f"({column + 1})", head)
        formats = {3: text, 4: degrees, 5: degrees, 6: whole, 7: whole, 9: whole}
        for slot in range(slots):
            row = 7 + slot
            for column in range(12):
                sheet.write_blank(row, column, None, formats.get(column, cell))
            sheet.write_number(row, 0, slot + 1, cell)
            sheet.write_formula(row, 10, f"=IF(G{row + 1}=0,0,H{row + 1}/G{row + 1}*100)", degrees, 0)
        below = 7 + slots
        sheet.merge_range(below, 0, below, 5, "Tổng cộng", total)
        for column in (6, 7):
            letter = "ABCDEFGH"[column]
            sheet.write_formula(below, column, f"=SUM({letter}8:{letter}{below})", total, 0)
        for column in (8, 9, 10, 11):
            sheet.write_blank(below, column, None, total)
        sheet.write_string(below + 2, 0, "Ghi chú: số hộ tính đến ngày lập biểu.", plain)
        sheet.merge_range(below + 4, 8, below + 4, 11, "NGƯỜI LẬP BIỂU", title)
        sheet.set_row(below + 4, 32)
        sheet.set_row(7, 21)
        sheet.set_column("B:C", 22)
        sheet.set_column("D:D", 24)
        sheet.set_column("E:L", 13)
        sheet.data_validation(7, 8, below - 1, 8, {"validate": "list", "source": "='DM'!$A$1:$A$3"})
        sheet.conditional_format(7, 7, below - 1, 7, {"type": "cell", "criteria": ">", "value": 100, "format": total})
        sheet.print_area(0, 0, below + 5, 11)
        sheet.repeat_rows(4, 6)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for row, word in enumerate(("Trắng sóng", "Lõm sóng", "Sóng yếu")):
            lists.write_string(row, 0, word)
        lists.write_formula(4, 0, f"='Phụ lục 2'!G{below + 1}", None, 0)
        book.define_name("TongHo", f"='Phụ lục 2'!$G${below + 1}")
    return path
