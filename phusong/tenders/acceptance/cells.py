"""The cells of a contract: which physical cell identities the samples of an acceptance must come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phusong.data.lists import CheckedList, read_list
from phusong.data.schema import Field, ListSchema
from phusong.data.schemas.common import TECHNOLOGY_OPTIONS, note, row_number
from phusong.errors import BadInputError, Problem, Range
from phusong.words import Text

PCI = Range(0, 1007)

CELLS = ListSchema(
    name="cells",
    title=Text("Danh sách cell của gói", "Cells of the package"),
    unique=("site_id", "operator", "tech"),
    fields=(
        row_number(),
        Field(
            name="site_id",
            title=Text("Mã trạm", "Site ID"),
            kind="code",
            aliases=("Trạm",),
            meaning=Text("Mã trạm của bên thực hiện.", "The contractor's site."),
            example="TC-08-001",
        ),
        Field(
            name="operator",
            title=Text("Nhà mạng", "Operator"),
            kind="operator",
            required="R",
            aliases=("Mạng", "Doanh nghiệp"),
            meaning=Text("Nhà mạng của các cell.", "Operator of the cells."),
            example="Viettel",
        ),
        Field(
            name="tech",
            title=Text("Công nghệ", "Technology"),
            kind="enum",
            required="R",
            options=TECHNOLOGY_OPTIONS,
            aliases=("technology",),
            meaning=Text("Công nghệ của các cell.", "Technology of the cells."),
            example="4G",
        ),
        Field(
            name="pci",
            title=Text("PCI", "PCI"),
            kind="list",
            required="R",
            aliases=("Danh sách PCI", "PCI list", "PCIs"),
            meaning=Text("Các PCI của trạm, cách nhau bằng dấu chấm phẩy.", "PCIs of the site, between semicolons."),
            example="101; 102; 103",
        ),
        note(),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells as listed: operator, technology and PCI of each, with the file they were read from."""

    name: str
    sha256: str
    of: frozenset[tuple[str, str, int]]

    @property
    def operators(self) -> tuple[str, ...]:
        """Return the operators that have cells."""
        return tuple(sorted({operator for operator, _, _ in self.of}))


def read_cells(path: Path) -> Cells:
    """Read the list of cells.

    Raises
    ------
    MissingFileError, UnreadableFileError
        The file cannot be read at all.
    BadInputError
        It has errors: all of them at once.
    """
    checked = read_list(path, CELLS)
    problems = [problem for problem in checked.problems if problem.level == "error"]
    wrong = [*problems, *_wrong(checked)]
    if wrong:
        raise BadInputError(wrong)
    rows = zip(checked.rows["operator"], checked.rows["tech"], checked.rows["pci"], strict=True)
    of = frozenset((str(operator), str(tech), int(one)) for operator, tech, pcis in rows for one in pcis)
    return Cells(name=path.name, sha256=checked.sha256, of=of)


def _wrong(checked: CheckedList) -> Iterator[Problem]:
    """Yield the PCIs that are none."""
    rows = zip(checked.rows["_sheet"], checked.rows["_row"], checked.rows["pci"], strict=True)
    for sheet, row, pcis in rows:
        strange = [one for one in pcis if not (str(one).isdigit() and PCI.holds(int(one)))]
        if strange or not pcis:
            found = "; ".join(map(str, strange))
            yield Problem(
                level="error",
                file=checked.path.name,
                sheet=str(sheet) or None,
                row=int(row),
                column="PCI",
                found=found,
                text=Text(
                    f"PCI phải là số nguyên từ 0 đến 1007, cách nhau bằng dấu chấm phẩy; nhận được “{found}”.",
                    f"PCIs must be whole numbers 0 to 1007 between semicolons; got “{found}”.",
                ),
            )
