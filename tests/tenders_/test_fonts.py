"""The font inside a paper: every letter we write, the same bytes, readable by who opens it, asked for by its PDF."""

from __future__ import annotations

import io
import shutil
import subprocess
import uuid
import zipfile

import docx
import pytest
from fontTools.ttLib import TTFont
from tenders_.made_package import made_package

from phusong.tenders.papers import WRITERS
from phusong.tenders.papers.fonts import ask_for_embedded, embed_fonts, obfuscated, subset_of
from phusong.tenders.parts import Making, part
from phusong.tenders.templates.builder import template_path
from phusong.tenders.templates.papers import ALL_PAPERS
from phusong.words import LANGUAGES

MOST_BYTES = 400_000
VIETNAMESE = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    path = tmp_path_factory.mktemp("fonts") / part("summary").file_name("vi")
    WRITERS["summary"](path, made_package(6), Making(language="vi", maps=path.parent))
    return path


def test_a_paper_carries_four_faces_and_asks_for_times(paper):
    """The fonts come out whole with their keys, and Tinos is named as the alternative of Times New Roman."""
    with zipfile.ZipFile(paper) as archive:
        table = archive.read("word/fontTable.xml").decode()
        assert '<w:font w:name="Times New Roman"><w:altName w:val="Tinos"/>' in table
        assert b"odttf" in archive.read("[Content_Types].xml")
        assert b"<w:embedTrueTypeFonts/>" in archive.read("word/settings.xml")
        keys = [uuid.UUID(piece[:36]) for piece in table.split('w:fontKey="{')[1:]]
        styles = set()
        for number, key in enumerate(keys, start=1):
            font = TTFont(io.BytesIO(obfuscated(archive.read(f"word/fonts/font{number}.odttf"), key)))
            assert font["name"].getDebugName(1) == "Tinos"
            assert font["OS/2"].fsType == 0
            styles.add(font["name"].getDebugName(2))
    assert styles == {"Regular", "Bold", "Italic", "Bold Italic"}
    assert paper.stat().st_size <= MOST_BYTES
    assert docx.Document(str(paper)).styles["Normal"].font.name == "Times New Roman"


@pytest.fixture(scope="module")
def written():
    """Return all letters of Vietnamese, and all signs our wording has."""
    letters = set(VIETNAMESE)
    for one in ALL_PAPERS:
        for language in LANGUAGES:
            body = docx.Document(str(template_path(one.part, language))).element.body
            letters |= set("".join(text.text or "" for text in body.iter() if text.tag.endswith("}t")))
    return letters


@pytest.mark.parametrize("name", ["tinos-regular", "tinos-bold", "tinos-italic", "tinos-bold-italic"])
def test_every_letter_of_every_paper_is_in_the_font(name, written):
    """In each face."""
    letters = set(TTFont(io.BytesIO(subset_of(name))).getBestCmap())
    assert {letter for letter in written if ord(letter) not in letters and letter not in "\n\t"} == set()


def test_the_subset_is_the_same_each_time():
    """No clock is in it."""
    assert subset_of("tinos-italic") == subset_of("tinos-italic")


def test_a_paper_with_fonts_of_its_own_is_left_alone(paper, tmp_path):
    """A department may embed what it likes."""
    copy = tmp_path / "own.docx"
    shutil.copy(paper, copy)
    embed_fonts(copy)
    assert copy.read_bytes() == paper.read_bytes()


@pytest.mark.skipif(shutil.which("soffice") is None or shutil.which("pdffonts") is None, reason="no LibreOffice here")
def test_a_pdf_of_a_copy_uses_the_font_of_the_paper(paper, tmp_path):
    """LibreOffice takes Tinos out of the paper, whatever the computer has."""
    copy = tmp_path / "copy.docx"
    ask_for_embedded(paper, copy)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(copy)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    said = subprocess.run(
        ["pdffonts", str(tmp_path / "copy.pdf")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "Tinos-Regular" in said
    assert "Liberation" not in said
