"""Templates sent through the web: checked at once, used by the next set, kept; the shipped one a button away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from api_.made_admin import SCRIPT
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import AuditEntry
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.studies.own_templates import file_in_use, paper_of, papers, templates_folder
from phusong.errors import UnreadableFileError
from phusong.tenders.papers.department import check_own_template
from phusong.tenders.template_safety import check_file
from phusong.tenders.templates.builder import template_path
from phusong.tenders.word import WordTemplate, fields_of, fill_template

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}
PAPER = "01a-to-trinh-danh-muc.docx"
ADDRESS = f"/templates/{PAPER}/own"


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite."""
    return sqlite_settings


def edited(*lines: str, name: str = PAPER, linked: str = "") -> bytes:
    """Return the shipped template with more lines, as Word would save it."""
    paper = paper_of(name)
    document = Document(str(template_path(paper.key, paper.language)))
    for line in lines:
        document.add_paragraph(line)
    if linked:
        document.part.relate_to(linked, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def send(client: TestClient, content: bytes, address: str = ADDRESS) -> tuple[int, str]:
    """Send a template; return the status and what is said."""
    answer = client.post(address, files={"file": ("mẫu của sở.docx", content)}, headers=SCRIPT)
    return answer.status_code, str(answer.json().get("detail", ""))


def test_every_shipped_template_passes_the_check_of_those_sent() -> None:
    """Whatever the check refuses, no honest template has."""
    found = list(papers())
    assert len(found) > 40
    for one in found:
        check_file(template_path(one.key, one.language).read_bytes(), one.name)
    for one in found[::9]:
        check_own_template(template_path(one.key, one.language).read_bytes(), one.key, one.language)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK no zip", "không phải tệp Word"),
        (edited("{{ khong_co }}"), "trường không có: khong_co"),
        (edited("{{ package_code "), "thẻ viết sai"),
        (edited("{{ package_code.__class__.__mro__ }}"), "trường không có: __class__, __mro__"),
        (edited("{{ package_code['__class__'] }}"), "trường không có: __class__"),
        (edited("{% for n in range(9) %}x{% endfor %}"), "trường không có: range"),
        (edited(linked="http://may-khac.vn/anh.png"), "liên kết đến tệp khác"),
    ],
)
def test_a_wrong_template_is_refused_in_one_sentence(content: bytes, told: str) -> None:
    """What does not open, reads what is no field, or leads elsewhere."""
    paper = paper_of(PAPER)
    with pytest.raises(UnreadableFileError) as refused:
        check_own_template(content, paper.key, paper.language)
    assert told in refused.value.text.vi and refused.value.text.vi.count(". ") == 0


def test_a_template_that_drops_what_must_stay_or_carries_programs_is_refused(tmp_path: Path) -> None:
    """An empty document lacks its fields; a macro is no part of a template; a bomb is not unpacked."""
    paper, out = paper_of(PAPER), io.BytesIO()
    Document().save(out)
    with pytest.raises(UnreadableFileError, match="lacks fields"):
        check_own_template(out.getvalue(), paper.key, paper.language)
    macro, bomb = io.BytesIO(edited()), io.BytesIO(edited())
    with zipfile.ZipFile(macro, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x.bin", bytes(70 * 2**20))
    for content, told in ((macro, "macro"), (bomb, "quá lớn khi giải nén")):
        with pytest.raises(UnreadableFileError) as refused:
            check_own_template(content.getvalue(), paper.key, paper.language)
        assert told in refused.value.text.vi


def test_what_a_template_runs_reaches_nothing_behind_its_fields(tmp_path: Path) -> None:
    """Even one that nobody checked is stopped where it asks a value for what it is made of."""
    content = edited("{{ ('' | attr('format')).__globals__ }}")
    told = dict.fromkeys(fields_of(content, "x"), "")
    with pytest.raises(UnreadableFileError):
        fill_template(
            tmp_path / "x.docx", WordTemplate(content, "x"), told, pictures={}, allowed=fields_of(content, "x"),
            must_stay=frozenset(), dated=date(2026, 1, 1),
        )  # fmt: skip


def test_a_template_is_used_kept_taken_up_again_and_let_go(as_: As, service: Service) -> None:
    """The page says which is in use; the folder given to a set holds it; each step stands in the trail."""
    admin = as_(Role.ADMIN)
    assert "Chưa gửi mẫu nào" in admin.get(ADDRESS, headers=HTML).text
    assert send(admin, edited("Bản một")) == (200, "")
    assert send(admin, edited("Bản hai")) == (200, "")
    status, told = send(admin, edited("{{ khong_co }}"))
    assert status == 422 and "khong_co" in told
    path, own = file_in_use(service.settings, paper_of(PAPER))
    assert own and path == templates_folder(service.settings) / PAPER
    assert Document(str(path)).paragraphs[-1].text == "Bản hai"
    assert f"/templates/{PAPER}/own" in admin.get("/templates", headers=HTML).text
    shown = admin.get(ADDRESS, headers=HTML).text
    assert "Dùng lại bản 1" in shown and "Dùng lại bản 2" not in shown
    first = admin.get(f"{ADDRESS}/file?number=1")
    assert Document(io.BytesIO(first.content)).paragraphs[-1].text == "Bản một"
    assert admin.post(f"{ADDRESS}/restore", data={"number": "1"}, headers=SCRIPT).status_code == 200
    assert Document(str(path)).paragraphs[-1].text == "Bản một"
    assert admin.post(f"{ADDRESS}/restore", data={"number": "7"}, headers=SCRIPT).status_code == 404
    assert admin.post(f"{ADDRESS}/shipped", data={}, headers=SCRIPT).status_code == 200
    assert not file_in_use(service.settings, paper_of(PAPER))[1]
    assert "Dùng lại bản 2" in admin.get(ADDRESS, headers=HTML).text  # what was sent stays
    with service.database.read() as db:
        actions = [one.action for one in db.query(AuditEntry).order_by(AuditEntry.number)]
    assert actions == ["template.change", "template.change", "template.restore", "template.shipped"]


def test_only_an_administrator_of_the_whole_service_changes_templates(as_: As, service: Service) -> None:
    """One of a single province reads; others do not see the page; there is no other name than a paper's."""
    assert send(as_(Role.PROCUREMENT), edited())[0] == 403
    ours = as_(grants=[Grant(role=Role.ADMIN, province_code="04")])
    assert send(ours, edited())[0] == 404
    assert "chỉ quản trị của cả dịch vụ" in ours.get(ADDRESS, headers=HTML).text
    for name in ("..%2Fx.docx", "khong-co.docx", "vbaProject.bin"):
        assert send(as_(Role.ADMIN), edited(), f"/templates/{name}/own")[0] in (404, 405)
    assert not templates_folder(service.settings).exists()


def test_where_the_server_keeps_the_templates_none_is_sent(as_: As, client: TestClient, tmp_path: Path) -> None:
    """The setting names the folder: the page says so, and refuses."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    settings = service.settings.model_copy(update={"templates_folder": tmp_path / "mau"})
    object.__setattr__(service, "settings", settings)
    admin = as_(Role.ADMIN)
    assert "người vận hành máy chủ giữ" in admin.get(ADDRESS, headers=HTML).text
    assert send(admin, edited())[0] == 409
