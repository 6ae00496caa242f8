"""What the fields of forms are called, for the lines that say which of them is not right."""

from __future__ import annotations

from phusong.words import Text

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
}


def field_title(name: str) -> Text:
    """Return what a field is called; its own name where it is none of a form's."""
    return FIELDS.get(name, Text(name, name))
