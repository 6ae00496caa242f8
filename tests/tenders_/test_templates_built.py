"""The committed Word templates are those that the papers' wording builds, and use existing fields only."""

from __future__ import annotations

import pytest
from tenders_.made_package import made_package

from phusong.tenders.papers.context import fields_of
from phusong.tenders.papers.writer import must_stay
from phusong.tenders.parts import PARTS
from phusong.tenders.templates.builder import build, template_path
from phusong.tenders.templates.papers import ALL_PAPERS
from phusong.tenders.word import fields_of as used_by
from phusong.words import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", ALL_PAPERS, ids=lambda paper: paper.part)
def test_the_committed_template_is_what_its_wording_builds(paper, language, tmp_path):
    """Run ``python -m phusong.tenders.templates.builder`` where this fails."""
    build(tmp_path / "t.docx", paper, language)
    assert (tmp_path / "t.docx").read_bytes() == template_path(paper.part, language).read_bytes()


@pytest.mark.parametrize("paper", ALL_PAPERS, ids=lambda paper: paper.part)
def test_a_template_keeps_what_must_stay_and_says_the_same_in_both_languages(paper):
    """Both languages use the same fields, those that must stay among them."""
    used = {language: used_by(template_path(paper.part, language).read_bytes(), paper.part) for language in LANGUAGES}
    assert used["vi"] == used["en"]
    assert must_stay(paper.part) <= used["vi"]


def test_every_paper_makes_a_word_part_and_no_part_twice():
    """Papers are named after parts of the set."""
    word = {part.key for part in PARTS if part.suffix == "docx"}
    named = [paper.part for paper in ALL_PAPERS]
    assert set(named) <= word
    assert len(named) == len(set(named))


def test_fields_are_the_same_in_both_languages():
    """A department may use a field in either language."""
    package = made_package(6)
    assert set(fields_of(package, "vi")) == set(fields_of(package, "en"))
