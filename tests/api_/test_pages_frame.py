"""Every page, in both languages, for whoever may see it and nobody else."""

from __future__ import annotations

import re

import pytest
from api_.made_world import make_world

from phusong.api.access.roles import Grant, Role
from phusong.api.pages.notices import local

EVERY_ROLE = [Grant(role=role) for role in Role]
LISTS = ["/", "/rounds", "/rounds/new", "/requests", "/studies", "/studies/new", "/datasets", "/jobs", "/people",
         "/people/new", "/audit", "/account", "/account/tokens"]  # fmt: skip
OF_ONE = [
    "/rounds/{round_id}", "/rounds/{round_id}/uploads", "/rounds/{round_id}/differences",
    "/rounds/{round_id}/requests", "/rounds/{round_id}/rows/{row_id}", "/uploads/{upload_id}",
    "/requests/{request_id}", "/studies/{study_id}", "/datasets/{dataset_id}", "/jobs/{job_id}", "/people/{user_id}",
]  # fmt: skip
HTML = {"accept": "text/html"}
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def words_of(html: str) -> str:
    """Return the text of the part of a page that is ours: not names, not what people wrote."""
    main = html.partition("<main")[2]
    return re.sub(r"<[^>]*>", " ", main)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_drawn_whole(as_, service, language):
    """Every page answers with a whole document of one heading in the language asked for."""
    world = make_world(service, "04")
    everyone = as_(grants=EVERY_ROLE)
    ids = {name: found[0] for name, found in world.ids.items()}
    for address in (*LISTS, *OF_ONE):
        page = everyone.get(address.format(**ids), params={"lang": language}, headers=HTML)
        assert page.status_code == 200, address
        assert f'<html lang="{language}">' in page.text, address
        assert page.text.count("<h1>") == 1, address
        assert page.text.rstrip().endswith("</html>"), address


def test_an_english_page_has_no_vietnamese_word_of_ours(as_, service):
    """Empty pages in English hold no letter that only Vietnamese has, but for names."""
    everyone = as_(grants=EVERY_ROLE)
    for address in ("/", "/rounds", "/requests", "/studies", "/jobs", "/account/tokens"):
        words = words_of(everyone.get(address, params={"lang": "en"}, headers=HTML).text)
        assert not VIETNAMESE.search(words.replace("Phủ Sóng", "")), (address, words)


def test_no_page_has_script_or_style_inside(as_, service):
    """The strict policy holds because no page needs anything inline."""
    world = make_world(service, "04")
    everyone = as_(grants=EVERY_ROLE)
    ids = {name: found[0] for name, found in world.ids.items()}
    for address in (*LISTS, *OF_ONE):
        html = everyone.get(address.format(**ids), headers=HTML).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", html), address


def test_who_is_not_signed_in_is_led_to_the_sign_in_page(client):
    """A page leads to the sign-in page and back; the API says 401."""
    answer = client.get("/rounds?state=open", headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/rounds%3Fstate=open"
    assert client.get("/api/rounds").status_code == 401


def test_a_page_of_another_province_is_not_found(as_, service):
    """What lies in another province is not there, and nothing of it stands on the page that says so."""
    world = make_world(service, "04")
    officer = as_(Role.PROVINCE, province_code="08")
    ids = {name: found[0] for name, found in world.ids.items()}
    for address in OF_ONE:
        if address.startswith("/people"):
            continue
        answer = officer.get(address.format(**ids), headers=HTML)
        assert answer.status_code == 404, address
        assert world.mark not in answer.text


def test_no_list_shows_another_province(as_, service):
    """Lists, figures and the inbox of an officer hold nothing of the province beside theirs."""
    world = make_world(service, "04")
    make_world(service, "08")
    officer = as_(Role.PROVINCE, province_code="08")
    for address in ("/", "/rounds", "/requests", "/studies", "/datasets", "/jobs"):
        html = officer.get(address, headers=HTML).text
        assert world.mark not in html, address
        assert not any(one in html for one in world.every_id()), address


@pytest.mark.parametrize(
    ("role", "address"),
    [(Role.PROVINCE, "/people"), (Role.PROVINCE, "/audit"), (Role.ADMIN, "/rounds"), (Role.AUDITOR, "/studies/new")],
)
def test_a_page_outside_the_role_is_refused_and_not_in_the_rail(as_, role, address):
    """A role that may not read a section neither sees it in the rail nor reaches it by its address."""
    client = as_(role, **({"province_code": "08"} if role is Role.PROVINCE else {}))
    assert client.get(address, headers=HTML).status_code == 403
    assert f'href="{address}"' not in client.get("/", headers=HTML).text


def test_a_form_without_its_token_changes_nothing(as_, service):
    """A post without the session's token is refused, with it the step is tried."""
    world = make_world(service, "04")
    officer = as_(Role.PROVINCE, province_code="04")
    address = f"/rounds/{world.first('round_id')}/steps"
    token = officer.headers.pop("x-csrf-token")
    assert officer.post(address, data={"step": "submit"}, headers=HTML).status_code == 403
    assert officer.post(address, data={"step": "submit", "csrf": "x" * 43}, headers=HTML).status_code == 403
    tried = officer.post(address, data={"step": "submit", "csrf": token}, headers=HTML, follow_redirects=False)
    assert tried.status_code in (303, 409)


@pytest.mark.parametrize("told", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_no_form_leads_to_another_site(client, told):
    """Where a page leads on to is always an address of this service."""
    assert local(told) == "/"
    answer = client.get("/language/en", params={"next": told}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_script_in_a_name_is_shown_as_text(as_, service):
    """What people write is escaped, wherever it stands."""
    officer = as_(Role.PROVINCE, province_code="04")
    name = "<script>alert(1)</script>"
    token = officer.headers["x-csrf-token"]
    made = officer.post(
        "/rounds", data={"csrf": token, "province_code": "04", "batch": "2026-Q4", "title": name}, headers=HTML
    )
    assert made.status_code == 200
    assert name not in made.text
    assert "&lt;script&gt;" in officer.get("/rounds", headers=HTML).text


def test_assets_are_kept_for_a_year_under_their_digest(client):
    """The address of an asset holds its version; another version is not there, nor any other name."""
    found = re.search(
        r"/static/[0-9a-f]{12}/phusong\.css", client.get("/sign-in", headers=HTML, follow_redirects=True).text
    )
    assert found is not None
    answer = client.get(found[0])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/000000000000/phusong.css").status_code == 404
    assert client.get(found[0].replace("phusong.css", "..%2F..%2Froutes.py")).status_code == 404


def test_a_form_sent_by_script_is_told_what_is_wrong_with_which_field(as_):
    """Each thing that is wrong has its field's name and words of the page's language; what was typed is not lost."""
    officer = as_(Role.PROVINCE, province_code="04")
    typed = {"csrf": officer.headers["x-csrf-token"], "province_code": "04", "due_on": "hôm qua", "title": "Rà soát"}
    told = officer.post("/rounds", data=typed, headers={**HTML, "x-form": "script"})
    assert told.status_code == 422
    wrong = {one["name"]: one["text"] for one in told.json()["problems"]}
    assert wrong == {"batch": "cần điền", "due_on": "không phải một ngày"}
    page = officer.post("/rounds", data=typed, headers=HTML)
    assert page.status_code == 422
    assert "Rà soát" in page.text and "hôm qua" in page.text
    assert typed["csrf"] not in page.text.partition("<main")[2]


def test_what_is_too_large_or_too_often_is_told_on_a_page(client):
    """A person reads a page in their language; a program reads a problem."""
    large = {"content-length": str(10**12), **HTML}
    page = client.post("/sign-in", headers=large, content=b"x")
    assert page.status_code == 413
    assert "<h1>" in page.text and "quá lớn" in page.text
    program = client.post("/api/session", headers={"content-length": str(10**12)}, content=b"x")
    assert program.status_code == 413
    assert program.headers["content-type"] == "application/problem+json"


def test_the_search_finds_without_accents_and_within_the_scope_only(as_, service):
    """A place is found by its name without accents; another province's never, nor a sign that it is there."""
    world = make_world(service, "04")
    there, elsewhere = as_(Role.PROVINCE, province_code="04"), as_(Role.PROVINCE, province_code="08")
    assert f"{world.mark} thôn 0" in there.get("/search", params={"q": "thon 0"}, headers=HTML).text
    page = elsewhere.get("/search", params={"q": "thon 0"}, headers=HTML).text
    assert world.mark not in page
    assert "Không tìm thấy" in page


def test_a_failed_return_from_a_provider_is_told_where_one_signs_in(client):
    """Whoever comes back from a sign-in provider without success sees a page, not a program's answer."""
    answer = client.get(
        "/api/oidc/return", params={"state": "x" * 20, "code": "y"}, headers=HTML, follow_redirects=False
    )
    assert answer.status_code in (401, 404)
    assert "<h1>" in answer.text
