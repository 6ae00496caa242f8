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


def messy_list(path: Path, *, rows: int = 12) -> Path:
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
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"='Biểu 01'!$G${HEADER_ROW + 1}:$G${last}"})
        other.insert_chart("C2", chart)
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "#0B5E8A").save(picture, "PNG")
        other.insert_image("C20", "dau.png", {"image_data": picture})
        book.define_name("SoHo", f"='Biểu 01'!$G${HEADER_ROW + 1}:$G${last}")
    return path
