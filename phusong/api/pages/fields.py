"""What the fields of forms are called, for the lines that say which of them is not right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phusong.words import Text, number

FIELDS = {
    "username": Text("Tên đăng nhập", "User name"),
    "password": Text("Mật khẩu", "Password"),
    "full_name": Text("Họ và tên", "Full name"),
    "email": Text("Thư điện tử", "E-mail"),
    "reason": Text("Lý do", "Reason"),
    "text": Text("Nội dung", "Text"),
    "province_code": Text("Tỉnh, thành phố", "Province"),
    "commune_code": Text("Mã xã", "Commune code"),
    "operator": Text("Doanh nghiệp", "Operator"),
    "batch": Text("Đợt", "Round"),
    "title": Text("Tên", "Title"),
    "name": Text("Tên", "Name"),
    "due_on": Text("Hạn nộp", "Due"),
    "answers_due_on": Text("Hạn trả lời", "Answers due"),
    "verdict": Text("Kết luận", "Finding"),
    "profile": Text("Bộ ngưỡng", "Profile"),
    "code": Text("Mã", "Code"),
    "language": Text("Ngôn ngữ", "Language"),
    "grants": Text("Vai trò và phạm vi", "Roles"),
    "role": Text("Vai trò", "Role"),
    "vintage": Text("Số liệu ngày", "As of"),
    "study_id": Text("Nghiên cứu", "Study"),
    "versions": Text("Dữ liệu dùng", "Data"),
    "row_ids": Text("Các dòng đã chọn", "The rows ticked"),
    "finding_ids": Text("Các dòng đã chọn", "The rows ticked"),
    "because": Text("Lý do", "Reason"),
    "item": Text("Khu vực hoặc vị trí trạm", "Area or site"),
    "path": Text("Tệp hoặc thư mục", "File or folder"),
    "goal": Text("Mục tiêu", "Goal"),
    "value": Text("Mức", "Amount"),
    "expires_on": Text("Hết hạn", "Expires"),
    "awarded": Text("Nhà thầu trúng", "The winner"),
    "winner": Text("Nhà thầu trúng", "Winner"),
    "decision_number": Text("Số quyết định", "Number of the decision"),
    "decided_on": Text("Ngày quyết định", "Day of the decision"),
    "awarded_vnd": Text("Giá trị trúng (đồng)", "Value (VND)"),
    "cells": Text("Các ô", "Cells"),
    "source": Text("Nguồn", "Source"),
    "verified": Text("Đã đối chiếu", "Verified"),
    "note": Text("Ghi chú", "Note"),
}
_WRONG = {
    "missing": Text("cần điền", "is needed"),
    "string_too_short": Text("cần điền", "is needed"),
    "too_short": Text("cần chọn ít nhất một", "choose at least one"),
    "literal_error": Text("không phải một lựa chọn có sẵn", "is not one of the choices"),
    "enum": Text("không phải một lựa chọn có sẵn", "is not one of the choices"),
    "extra_forbidden": Text("không có trường này", "there is no such field"),
    "string_pattern_mismatch": Text("viết không đúng mẫu", "is not written as it should be"),
}
_SORTS = {
    "date": Text("không phải một ngày", "is not a date"),
    "int": Text("không phải một số nguyên", "is not a whole number"),
    "float": Text("không phải một con số", "is not a number"),
    "bool": Text("chỉ có thể là có hoặc không", "can only be yes or no"),
}
_LIMITS = {
    "string_too_long": ("max_length", Text("dài quá {} ký tự", "has more than {} characters")),
    "too_long": ("max_length", Text("nhiều quá {} mục", "has more than {} entries")),
    "greater_than_equal": ("ge", Text("không được nhỏ hơn {}", "must not be less than {}")),
    "less_than_equal": ("le", Text("không được lớn hơn {}", "must not be more than {}")),
}


def field_title(name: str) -> Text:
    """Return what a field is called; its own name where it is none of a form's."""
    return FIELDS.get(name.partition(".")[0], Text(name, name))


def what_is_wrong(error: Mapping[str, Any]) -> Text:
    """Say in a page's words what validation found wrong with a field."""
    kind = str(error.get("type", ""))
    if kind in _LIMITS:
        key, told = _LIMITS[kind]
        limit = error.get("ctx", {}).get(key, 0)
        return Text(told.vi.format(number(limit)), told.en.format(number(limit, "en")))
    sort = _SORTS.get(kind.partition("_")[0])
    return _WRONG.get(kind) or sort or Text("chưa đúng", "is not valid")


def field_of(error: Mapping[str, Any]) -> str:
    """Return the name of the field an error of validation is about."""
    names = [one for one in error.get("loc", ()) if isinstance(one, str) and one != "body"]
    return names[-1] if names else ""
