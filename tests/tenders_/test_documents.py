"""The document set as a whole: there or not, picked up again, refused where it disagrees, never lost."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from tenders_.made_package import made_package

from phusong.errors import BadInputError, MissingFileError, UnreadableFileError
from phusong.tenders import documents
from phusong.tenders.documents import all_writers, make_set, recheck
from phusong.tenders.office import convert_to_pdf, find_office
from phusong.tenders.package.canonical import write_package
from phusong.tenders.package.values import AWARDS, Package
from phusong.tenders.parts import PARTS, Making, Writer, parts_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a version with its finished set."""
    version = frozen(tmp_path_factory.mktemp("goi") / "v1")
    make_set(version, pdf=False)
    return version


@pytest.fixture
def version(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it to spoil."""
    return shutil.copytree(made, tmp_path / "v1")


def frozen(folder: Path, n: int = 3) -> Path:
    """Freeze a small order: it has the fewest parts but for the assignment."""
    (folder / "maps").mkdir(parents=True)
    write_package(folder / "package.json", made_package(n, award="order", simulated=True))
    return folder


def test_every_part_has_one_writer() -> None:
    """The table of parts and the rooms name the same keys."""
    assert set(all_writers()) == {part.key for part in PARTS}


@pytest.mark.parametrize("award", AWARDS)
def test_no_two_parts_of_a_set_share_a_name(award: str) -> None:
    """In either language."""
    for language in ("vi", "en"):
        names = [part.file_name(language) for part in parts_of(award)]
        assert len(names) == len(set(names))


def test_a_set_holds_its_parts_a_manifest_and_nothing_else(made: Path) -> None:
    """The .zip holds the same files."""
    names = {part.file_name("vi") for part in parts_of("order")} | {"00-manifest.json"}
    assert {path.name for path in (made / "ho-so").iterdir()} == names
    (archive,) = made.glob("*.zip")
    with zipfile.ZipFile(archive) as packed:
        assert set(packed.namelist()) == names
        for name in names:
            assert packed.read(name) == (made / "ho-so" / name).read_bytes()


def test_a_finished_set_agrees_with_its_package(made: Path) -> None:
    """Read back once more."""
    assert recheck(made, "vi") == ()


def test_a_set_that_is_there_is_left_as_it_is(version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted run of many packages goes on with those that are missing."""
    monkeypatch.setattr(documents, "all_writers", dict)
    kept = make_set(version, pdf=False)
    assert not kept.fresh
    assert kept.files == len(parts_of("order")) + 1


def test_an_edited_set_is_kept_when_it_is_made_again_with_the_same_bytes(version: Path) -> None:
    """What a person wrote into a document is never lost; every file and the .zip come out as they were."""
    (archive,) = version.glob("*.zip")
    before = archive.read_bytes()
    cover = version / "ho-so" / "00-bia-muc-luc.docx"
    cover.write_bytes(cover.read_bytes() + b" ")
    (version / "ho-so.json").unlink()
    made = make_set(version, pdf=False)
    assert made.fresh
    assert "ho-so-da-sua-1" in made.notes[0].vi
    assert (version / "ho-so-da-sua-1" / cover.name).read_bytes().endswith(b" ")
    assert made.archive.read_bytes() == before


def copying(made: Path) -> dict[str, Writer]:
    """Return writers that take each file from a finished set: what is tested is not the writing."""

    def copied(path: Path, _package: Package, _making: Making) -> None:
        shutil.copy(made / "ho-so" / path.name, path)

    return dict.fromkeys(all_writers(), copied)


def test_a_set_that_disagrees_is_refused_and_leaves_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every disagreement is told with its file; no folder, no .zip, no half of one stays."""
    version, writers = frozen(tmp_path / "v1"), all_writers()

    def of_another(path: Path, _package: Package, making: Making) -> None:
        writers["data_areas"](path, made_package(4, award="order", simulated=True, seed=8), making)

    monkeypatch.setattr(documents, "all_writers", lambda: {**copying(made), "data_areas": of_another})
    with pytest.raises(BadInputError) as refused:
        make_set(version, pdf=False)
    assert {problem.file for problem in refused.value.problems} == {"GT-08-Q-01/15-khu-vuc.csv"}
    assert sorted(path.name for path in version.iterdir()) == ["maps", "package.json"]


def test_a_failing_writer_leaves_nothing(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither does Ctrl-C."""
    version = frozen(tmp_path / "v1")

    def stopped(_path: Path, _package: Package, _making: Making) -> None:
        raise KeyboardInterrupt

    writers = {**copying(made), "data_kml": stopped}
    monkeypatch.setattr(documents, "all_writers", lambda: writers)
    with pytest.raises(KeyboardInterrupt):
        make_set(version, pdf=False)
    assert sorted(path.name for path in version.iterdir()) == ["maps", "package.json"]


def test_an_altered_package_makes_no_documents(version: Path) -> None:
    """A household more in the frozen file is found by its digest."""
    path = version / "package.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["package"]["areas"][0]["households"] += 1
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="altered"):
        make_set(version, pdf=False)


def test_there_is_nothing_to_check_before_a_set_is_made(tmp_path: Path) -> None:
    """One sentence."""
    with pytest.raises(MissingFileError, match="no document set"):
        recheck(frozen(tmp_path / "v1"), "vi")


def test_an_altered_number_is_found_although_the_manifest_was_renewed(version: Path) -> None:
    """The manifest alone would not tell."""
    from phusong.tenders.consistency import write_manifest
    from phusong.tenders.package.canonical import read_package

    package = read_package(version / "package.json")
    path = version / "ho-so" / "15-khu-vuc.csv"
    wrong = path.read_text(encoding="utf-8-sig").replace(str(package.areas[0].households), "777", 1)
    path.write_text(wrong, encoding="utf-8-sig")
    write_manifest(version / "ho-so", package, "vi")
    assert {one.file for one in recheck(version, "vi")} == {path.name}


@pytest.mark.libreoffice
@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
def test_word_files_come_as_pdf_where_libreoffice_is_installed(made: Path, tmp_path: Path) -> None:
    """One PDF a file, under a profile of its own."""
    office = find_office()
    assert office is not None
    convert_to_pdf(office, [made / "ho-so" / "00-bia-muc-luc.docx"], tmp_path / "pdf")
    assert (tmp_path / "pdf" / "00-bia-muc-luc.pdf").read_bytes().startswith(b"%PDF")
