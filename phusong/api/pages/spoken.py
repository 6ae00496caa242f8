"""What codes of the service are called on its pages: what a token may do, what stands in the trail, and of what."""

from __future__ import annotations

from collections.abc import Mapping

from phusong.api.access.policy import Action
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS, step_of
from phusong.words import Text

_A = Action
MAY_TITLES: Mapping[Action, Text] = {
    _A.ACCOUNT: Text("Tài khoản của mình", "One's own account"),
    _A.INBOX: Text("Xem việc cần làm", "Read the inbox"),
    _A.ROUND_READ: Text("Xem các đợt rà soát", "Read rounds"),
    _A.ROUND_OPEN: Text("Mở đợt rà soát", "Open rounds"),
    _A.ROUND_SUBMIT: Text("Nộp danh sách của đợt", "Submit a round's list"),
    _A.ROUND_ASK: Text("Lấy ý kiến xã và nhà mạng", "Ask communes and operators"),
    _A.ROUND_RETURN: Text("Trả lại đợt", "Return rounds"),
    _A.ROUND_RECONCILE: Text("Đối chiếu đợt với nghiên cứu", "Set rounds beside studies"),
    _A.ROUND_APPROVE: Text("Phê duyệt đợt", "Approve rounds"),
    _A.UPLOAD_SEND: Text("Gửi tệp", "Send files"),
    _A.UPLOAD_READ: Text("Xem tệp đã gửi và kết quả kiểm tra", "Read what was sent and its check"),
    _A.ROW_READ: Text("Xem các khu vực trong danh sách", "Read reported places"),
    _A.ROW_CORRECT: Text("Sửa một dòng của danh sách", "Correct reported places"),
    _A.REQUEST_READ: Text("Xem phiếu lấy ý kiến", "Read requests"),
    _A.REQUEST_ANSWER: Text("Trả lời phiếu lấy ý kiến", "Answer requests"),
    _A.FORM_HAND_IN: Text("Nộp phiếu đã điền", "Hand in forms"),
    _A.FINDING_READ: Text("Xem kết luận", "Read findings"),
    _A.FINDING_DECIDE: Text("Ghi kết luận", "Decide findings"),
    _A.COMMENT_READ: Text("Đọc trao đổi", "Read comments"),
    _A.COMMENT_WRITE: Text("Viết trao đổi", "Write comments"),
    _A.DATASET_READ: Text("Xem dữ liệu", "Read data"),
    _A.DATASET_ADD: Text("Thêm dữ liệu", "Add data"),
    _A.DATASET_REGISTER: Text("Ghi nhận dữ liệu trên máy chủ", "Register data on the server"),
    _A.STATION_READ: Text("Xem vị trí trạm", "See where stations stand"),
    _A.HOUSEHOLD_READ: Text("Xem vị trí hộ dân", "See where households live"),
    _A.STUDY_READ: Text("Xem nghiên cứu", "Read studies"),
    _A.STUDY_RUN: Text("Chạy nghiên cứu", "Run studies"),
    _A.PLAN_READ: Text("Xem kế hoạch", "Read plans"),
    _A.PLAN_MAKE: Text("Lập kế hoạch", "Make plans"),
    _A.PACKAGE_READ: Text("Xem gói thầu", "Read packages"),
    _A.PACKAGE_MAKE: Text("Lập gói thầu", "Make packages"),
    _A.PACKAGE_APPROVE: Text("Phê duyệt gói thầu", "Approve packages"),
    _A.PACKAGE_PUBLISH: Text("Đăng tải gói thầu", "Publish packages"),
    _A.PACKAGE_AWARD: Text("Ghi kết quả chọn nhà thầu", "Record awards"),
    _A.PACKAGE_BUILT: Text("Báo xây dựng xong", "Report packages as built"),
    _A.PACKAGE_ACCEPT: Text("Nghiệm thu gói thầu", "Accept packages"),
    _A.DOCUMENT_READ: Text("Xem hồ sơ gói thầu", "Read documents"),
    _A.DOCUMENT_MAKE: Text("Lập hồ sơ gói thầu", "Make documents"),
    _A.REPORT_READ: Text("Xem chỉ tiêu và báo cáo", "Read indicators and reports"),
    _A.REPORT_MAKE: Text("Lập báo cáo", "Make reports"),
    _A.TEMPLATE_CHANGE: Text("Đổi mẫu văn bản", "Exchange document templates"),
    _A.REFERENCE_READ: Text("Xem bộ ngưỡng, đơn giá, mẫu văn bản", "Read thresholds, unit prices and templates"),
    _A.JOB_FOLLOW: Text("Theo dõi việc mình đã yêu cầu", "Follow one's own work"),
    _A.JOB_READ: Text("Xem mọi việc đang chạy", "See all work under way"),
    _A.JOB_CANCEL: Text("Huỷ việc đang chạy", "Cancel work under way"),
    _A.USER_READ: Text("Xem người dùng", "Read people"),
    _A.USER_MANAGE: Text("Quản lý người dùng", "Manage people"),
    _A.AUDIT_READ: Text("Xem nhật ký", "Read the audit trail"),
    _A.SERVICE_WATCH: Text("Theo dõi tình trạng dịch vụ", "Watch the service"),
}
"""What a token is ticked for; every action has its words."""

AUDIT_TITLES: Mapping[str, Text] = {
    "account.change": Text("Sửa tài khoản của mình", "Changed own account"),
    "audit.export": Text("Xuất nhật ký", "Exported the trail"),
    "comment.write": Text("Viết trao đổi", "Wrote a comment"),
    "database.restore": Text("Khôi phục từ bản sao lưu", "Restored a backup"),
    "dataset.add": Text("Thêm bộ dữ liệu", "Added a dataset"),
    "dataset.checked": Text("Kiểm tra xong dữ liệu", "Checked data"),
    "dataset.version": Text("Thêm bản dữ liệu", "Added a version of data"),
    "dataset.withdraw": Text("Rút bản dữ liệu", "Withdrew a version of data"),
    "document.ask": Text("Yêu cầu lập hồ sơ", "Asked for documents"),
    "document.done": Text("Lập xong hồ sơ", "Made documents"),
    "document.failed": Text("Lập hồ sơ không xong", "Documents failed"),
    "document.cancelled": Text("Huỷ lập hồ sơ", "Documents cancelled"),
    "finding.decide": Text("Ghi kết luận", "Decided a finding"),
    "job.ask": Text("Yêu cầu một việc", "Asked for work"),
    "job.cancel": Text("Yêu cầu huỷ việc", "Asked to cancel work"),
    "job.done": Text("Việc đã xong", "Work done"),
    "job.failed": Text("Việc không xong", "Work failed"),
    "job.cancelled": Text("Việc đã huỷ", "Work cancelled"),
    "package.failed": Text("Lập gói thầu không xong", "Packages failed"),
    "package.make": Text("Yêu cầu lập gói thầu", "Asked for packages"),
    "package.select": Text("Yêu cầu lập gói từ các khu vực đã chọn", "Asked for a package of chosen areas"),
    "package.move": Text("Yêu cầu chuyển khu vực", "Asked to move an area"),
    "package.made": Text("Lập xong gói thầu", "Made packages"),
    "plan.ask": Text("Yêu cầu lập kế hoạch", "Asked for a plan"),
    "plan.done": Text("Lập xong kế hoạch", "Made a plan"),
    "plan.failed": Text("Lập kế hoạch không xong", "A plan failed"),
    "plan.cancelled": Text("Huỷ lập kế hoạch", "A plan cancelled"),
    "report.ask": Text("Yêu cầu báo cáo", "Asked for a report"),
    "report.made": Text("Lập xong báo cáo", "Made a report"),
    "request.answer": Text("Trả lời phiếu lấy ý kiến", "Answered a request"),
    "request.remind": Text("Nhắc trả lời", "Reminded of requests"),
    "request.silent": Text("Ghi nhận không trả lời", "Recorded silence"),
    "round.list": Text("Nhận danh sách của đợt", "Took a round's list"),
    "round.open": Text("Mở đợt rà soát", "Opened a round"),
    "round.remind": Text("Nhắc nộp danh sách", "Reminded of the list"),
    "row.correct": Text("Sửa một dòng", "Corrected a place"),
    "service.set_up": Text("Thiết lập lần đầu", "Set the service up"),
    "session.close": Text("Đăng xuất", "Signed out"),
    "session.close_all": Text("Đăng xuất mọi máy", "Signed out everywhere"),
    "session.lock": Text("Khoá đăng nhập tạm thời", "Sign-in locked for a while"),
    "session.open": Text("Đăng nhập", "Signed in"),
    "session.refuse": Text("Đăng nhập không được", "Sign-in refused"),
    "study.ask": Text("Yêu cầu nghiên cứu", "Asked for a study"),
    "study.map-file-done": Text("Lập xong tệp bản đồ", "Made a map file"),
    "study.map-file-failed": Text("Lập tệp bản đồ không xong", "A map file failed"),
    "study.map-file-cancelled": Text("Huỷ lập tệp bản đồ", "A map file cancelled"),
    "study.rasters-done": Text("Lập xong ảnh phủ sóng", "Made coverage rasters"),
    "study.rasters-failed": Text("Lập ảnh phủ sóng không xong", "Coverage rasters failed"),
    "study.rasters-cancelled": Text("Huỷ lập ảnh phủ sóng", "Coverage rasters cancelled"),
    "study.done": Text("Nghiên cứu đã xong", "Finished a study"),
    "study.failed": Text("Nghiên cứu không xong", "A study failed"),
    "study.cancelled": Text("Huỷ nghiên cứu", "A study cancelled"),
    "template.change": Text("Đổi mẫu văn bản", "Exchanged a document template"),
    "template.restore": Text("Dùng lại bản mẫu trước", "Took up an earlier template again"),
    "template.shipped": Text("Dùng lại mẫu kèm công cụ", "Went back to the shipped template"),
    "token.make": Text("Tạo mã truy cập", "Made a token"),
    "token.revoke": Text("Thu hồi mã truy cập", "Revoked a token"),
    "upload.acknowledge": Text("Xác nhận cảnh báo", "Acknowledged warnings"),
    "upload.begin": Text("Bắt đầu gửi tệp", "Began to send a file"),
    "upload.check": Text("Kiểm tra xong tệp", "Checked a file"),
    "upload.differs": Text("Tệp đến không khớp mã kiểm tra", "A file arrived altered"),
    "upload.fix": Text("Sửa danh sách trên trang", "Corrected a list on its page"),
    "upload.refuse": Text("Tệp không dùng được", "A file cannot be used"),
    "upload.stop": Text("Dừng gửi tệp", "Stopped sending a file"),
    "upload.store": Text("Nhận đủ tệp", "Received a file whole"),
    "user.add": Text("Thêm người dùng", "Added a person"),
    "user.change": Text("Sửa người dùng", "Changed a person"),
    "user.grants": Text("Đổi vai trò", "Changed roles"),
    "user.link": Text("Gắn với tài khoản của cơ quan", "Linked to the agency's account"),
    "user.password": Text("Đổi mật khẩu", "Changed the password"),
    "user.provision": Text("Tạo từ tài khoản của cơ quan", "Made from the agency's account"),
    "user.reset": Text("Đặt lại mật khẩu", "Reset a password"),
    "user.shut_out": Text("Khoá tài khoản", "Shut an account out"),
}
"""What was done, beside the steps of the table of steps; a test finds every entry the service writes here."""

SUBJECT_TITLES: Mapping[str, Text] = {
    "account": Text("tài khoản", "account"),
    "audit": Text("nhật ký", "trail"),
    "comment": Text("trao đổi", "comment"),
    "database": Text("cơ sở dữ liệu", "database"),
    "dataset": Text("bộ dữ liệu", "dataset"),
    "document_set": Text("bộ hồ sơ", "documents"),
    "job": Text("việc", "work"),
    "package": Text("gói thầu", "package"),
    "plan": Text("kế hoạch", "plan"),
    "report": Text("báo cáo", "report"),
    "request": Text("phiếu lấy ý kiến", "request"),
    "round": Text("đợt", "round"),
    "row": Text("dòng", "place"),
    "service": Text("dịch vụ", "service"),
    "study": Text("nghiên cứu", "study"),
    "template": Text("mẫu văn bản", "template"),
    "token": Text("mã truy cập", "token"),
    "upload": Text("tệp", "file"),
    "user": Text("người dùng", "person"),
}
DETAIL_TITLES: Mapping[str, Text] = {
    "afresh": Text("chia lại từ đầu", "divided afresh"),
    "archive": Text("gói tệp", "archive"),
    "award": Text("hình thức", "award"),
    "awarded_vnd": Text("giá trị (đồng)", "value (VND)"),
    "batch": Text("đợt", "round"),
    "because": Text("lý do", "because"),
    "budget_vnd": Text("ngân sách (đồng)", "budget (VND)"),
    "cells": Text("các ô", "cells"),
    "closed": Text("đã đóng", "closed"),
    "corrects": Text("sửa cho tệp", "corrects"),
    "decided_on": Text("ngày quyết định", "decided on"),
    "decision_number": Text("quyết định", "decision"),
    "digest": Text("mã niêm", "digest"),
    "digests": Text("mã niêm", "digests"),
    "do": Text("việc", "what"),
    "errors": Text("lỗi", "errors"),
    "file_name": Text("tệp", "file"),
    "files": Text("tệp", "files"),
    "from": Text("từ", "from"),
    "goal": Text("mục tiêu", "goal"),
    "good_rows": Text("dòng dùng được", "good rows"),
    "job": Text("việc", "work"),
    "kind": Text("loại", "kind"),
    "language": Text("ngôn ngữ", "language"),
    "late": Text("trả lời muộn", "late"),
    "made": Text("đã lập", "made"),
    "name": Text("tên", "name"),
    "new": Text("mới", "new"),
    "operator": Text("doanh nghiệp", "operator"),
    "package": Text("gói thầu", "package"),
    "profile": Text("bộ ngưỡng", "profile"),
    "quarter": Text("quý", "quarter"),
    "reason": Text("lý do", "reason"),
    "reason_sha256": Text("SHA-256 của lý do", "SHA-256 of the reason"),
    "registered": Text("trên máy chủ", "on the server"),
    "requests": Text("số câu hỏi", "requests"),
    "routes": Text("nguồn vốn", "routes"),
    "sha256": Text("SHA-256", "SHA-256"),
    "size": Text("số byte", "bytes"),
    "step": Text("bước", "step"),
    "study": Text("nghiên cứu", "study"),
    "subject": Text("đối tượng", "subject"),
    "to": Text("đến", "to"),
    "units": Text("đơn vị", "units"),
    "upload": Text("tệp", "file"),
    "usable": Text("dùng được", "usable"),
    "username": Text("tên đăng nhập", "user name"),
    "version": Text("bản", "version"),
    "versions": Text("các bản", "versions"),
    "warnings": Text("cảnh báo", "warnings"),
    "way": Text("cách", "way"),
    "winner": Text("nhà thầu trúng", "winner"),
    "year": Text("năm", "year"),
}


def known_actions() -> tuple[str, ...]:
    """Return every action of the trail that has words, by subject."""
    return tuple(sorted({*AUDIT_TITLES, *(f"{one.subject}.{one.name}" for one in STEPS)}))


def detail_title(name: str) -> Text:
    """Return what a detail of an entry is called; its own name where it has none."""
    return DETAIL_TITLES.get(name, Text(name, name))


def detail_value(value: object, name: str) -> object:
    """Return a detail of an entry in words: a state by its title, everything else as it is."""
    states = {**ROUND_STATES, **PACKAGE_STATES}
    return states.get(value, value) if name in ("from", "to") and isinstance(value, str) else value


def done_title(action: str) -> Text:
    """Return what an entry of the trail says was done; a code nobody has named stands as it is."""
    step = step_of(*action.partition(".")[::2])
    return AUDIT_TITLES.get(action) or (step.title if step else Text(action, action))


def subject_title(kind: str) -> Text:
    """Return what the subject of an entry is called."""
    return SUBJECT_TITLES.get(kind, Text(kind, kind))


def may_title(action: str) -> Text:
    """Return what an action is called where a token or a role is given it."""
    return MAY_TITLES[Action(action)] if action in set(Action) else Text(action, action)
