"""What only the investor knows: every field that documents leave for him to fill, and the file he may tell them in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

TO_FILL = Text("chủ đầu tư điền", "investor to fill")
"""Stands in every document, between brackets, where a value is left to the investor."""

INVESTOR_FIELDS: Mapping[str, Text] = MappingProxyType(
    {
        "parent_body": Text("Cơ quan chủ quản", "Parent body"),
        "investor": Text("Tên chủ đầu tư", "Investor"),
        "investor_short": Text("Chữ viết tắt của chủ đầu tư trong số văn bản", "Investor's letters in numbers"),
        "place": Text("Địa danh", "Place of issue"),
        "signer_title": Text("Chức vụ người ký", "Signer's position"),
        "signer_name": Text("Họ và tên người ký", "Signer's name"),
        "competent_body": Text("Người (cơ quan) có thẩm quyền", "Competent person or body"),
        "appraiser": Text("Đơn vị thẩm định", "Appraising body"),
        "project": Text("Tên dự án, dự toán mua sắm", "Project or procurement budget"),
        "funding": Text("Chi tiết nguồn vốn", "Funding in detail"),
        "list_decision": Text("Quyết định phê duyệt danh mục", "Decision on the list"),
        "estimate_decision": Text("Quyết định phê duyệt dự toán", "Decision on the estimate"),
        "plan_decision": Text("Quyết định phê duyệt KHLCNT", "Decision on the contractor-selection plan"),
        "package_price": Text("Giá gói thầu (VND)", "Package price (VND)"),
        "field": Text("Lĩnh vực", "Field of procurement"),
        "selection_form": Text("Hình thức lựa chọn nhà thầu", "Form of selection"),
        "selection_method": Text("Phương thức lựa chọn nhà thầu", "Method of selection"),
        "selection_time": Text("Thời gian tổ chức lựa chọn nhà thầu", "Time for the selection"),
        "selection_start": Text("Thời gian bắt đầu tổ chức lựa chọn nhà thầu", "Start of the selection"),
        "contract_type": Text("Loại hợp đồng", "Type of contract"),
        "contract_time": Text("Thời gian thực hiện gói thầu", "Time of performance"),
        "purchase_option": Text("Tuỳ chọn mua thêm", "Option to buy more"),
        "supervision": Text("Giám sát hoạt động đấu thầu", "Supervision of the bidding"),
        "address": Text("Địa chỉ chủ đầu tư", "Investor's address"),
        "bid_security": Text("Giá trị bảo đảm dự thầu", "Bid security"),
        "bid_validity": Text("Hiệu lực hồ sơ dự thầu", "Validity of bids"),
        "performance_security": Text("Giá trị bảo đảm thực hiện hợp đồng", "Performance security"),
    }
)

_WITHOUT_TENDER: Mapping[str, Text] = MappingProxyType(
    {
        "package_price": Text("Kinh phí theo dự toán được duyệt (đồng)", "Money by the approved estimate (VND)"),
        "contract_time": Text("Thời gian thực hiện", "Time of performance"),
    }
)


def asked_for(key: str, *, tender: bool = True) -> Text:
    """Return what a field is called in the documents of a tender, or of an order or assignment."""
    return INVESTOR_FIELDS[key] if tender else _WITHOUT_TENDER.get(key, INVESTOR_FIELDS[key])
