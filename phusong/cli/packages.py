"""Commands on packages: make them, list them, move an item by hand, tell two versions apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.table import Table

from phusong.cli.options import AsJson, Lang, Quiet
from phusong.cli.screen import Screen, screen_for, working
from phusong.errors import MissingFileError, UnknownNameError
from phusong.words import Text, day, number

if TYPE_CHECKING:
    from phusong.study.packaging_freeze import MadePackages
    from phusong.tenders.package.values import Award, Package

app = typer.Typer(no_args_is_help=True, help="Gói thầu: chia, chốt, so sánh các bản / packages")

AWARD_NAMES: Mapping[str, str] = {
    "dau-thau": "tender",
    "dat-hang": "order",
    "giao-nhiem-vu": "assignment",
}
"""What officers call the ways of award, beside their keys."""

Folder = Annotated[Path, typer.Argument(help="Thư mục gói thầu / folder of packages")]
StudyFile = Annotated[Path, typer.Argument(help="study.toml")]
Results = Annotated[Path, typer.Option("--results", help="Thư mục phusong run / results")]
Plan = Annotated[Path, typer.Option("--plan", help="Thư mục phusong plan / plan")]
Out = Annotated[Path, typer.Option("--out", help="Thư mục gói thầu / packages")]
AwardName = Annotated[
    str, typer.Option("--award", help="dau-thau | dat-hang | giao-nhiem-vu (tender | order | assignment)")
]
Settings = Annotated[Path | None, typer.Option("--settings", help="Tệp tuỳ chọn của đơn vị / own options (TOML)")]
Investor = Annotated[
    Path | None, typer.Option("--investor", help="Tệp chủ đầu tư điền / what the investor tells (TOML)")
]
Approver = Annotated[str, typer.Option("--approver", help="Người chốt / who approves")]
FrozenOn = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d", "%d/%m/%Y"], help="Ngày chốt / day")]
Because = Annotated[str, typer.Option("--because", help="Lý do có bản mới / why there is a new version")]


@app.command()
def make(
    study: StudyFile,
    results: Results = Path("ket-qua"),
    plan: Plan = Path("ke-hoach"),
    out: Out = Path("goi-thau"),
    award: AwardName = "dau-thau",
    routes: Annotated[
        str | None, typer.Option("--routes", help="Nguồn vốn, cách nhau dấu phẩy: fund,province_budget / routes")
    ] = None,
    settings: Settings = None,
    investor: Investor = None,
    approver: Approver = "",
    because: Because = "",
    date: FrozenOn = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Chia lại dù đã chuyển tay / divide again despite moves")
    ] = False,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Chia các khu vực đủ điều kiện thành gói thầu và chốt từng gói / divide into packages and freeze them."""
    from phusong.study.packaging import make_packages
    from phusong.tenders.division.eligible import DEFAULT_ROUTES

    screen = screen_for(lang, quiet, as_json)
    with working(screen) as bar:
        made = make_packages(
            study,
            results=results,
            plan=plan,
            out=out,
            award=award_of(award),
            routes=DEFAULT_ROUTES if routes is None else [name.strip() for name in routes.split(",") if name.strip()],
            settings=settings,
            investor=investor if investor is not None else settings,
            approver=approver,
            because=because,
            frozen_on=None if date is None else date.date(),
            afresh=afresh,
            language=screen.language,
            progress=bar,
        )
    tell(screen, made)


@app.command()
def select(
    study: StudyFile,
    items: Annotated[list[str], typer.Argument(help="Mã các khu vực, trạm của phương án / areas or sites of the plan")],
    results: Results = Path("ket-qua"),
    plan: Plan = Path("ke-hoach"),
    out: Out = Path("goi-thau"),
    award: AwardName = "dau-thau",
    settings: Settings = None,
    investor: Investor = None,
    approver: Approver = "",
    because: Because = "",
    date: FrozenOn = None,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Lập một gói từ các khu vực tự chọn và chốt gói đó / make one package of chosen areas and freeze it."""
    from phusong.study.packaging_selection import Asking, package_chosen

    screen = screen_for(lang, quiet, as_json)
    asking = Asking(
        study=study, results=results, plan=plan, award=award_of(award), settings=settings,
        investor=investor if investor is not None else settings,
    )  # fmt: skip
    with working(screen) as bar:
        made = package_chosen(
            out, items, asking, because=because, approver=approver, frozen_on=None if date is None else date.date(),
            language=screen.language, progress=bar,
        )  # fmt: skip
    tell(screen, made)


def award_of(name: str) -> Award:
    """Return the way of award that an option names.

    Raises
    ------
    UnknownNameError
        It names none.
    """
    found = AWARD_NAMES.get(name, name)
    if found not in AWARD_NAMES.values():
        allowed = ", ".join((*AWARD_NAMES, *AWARD_NAMES.values()))
        raise UnknownNameError(
            Text(
                f"--award phải là một trong {allowed}; nhận được “{name}”.", f"--award: one of {allowed}; got “{name}”."
            )
        )
    return cast("Award", found)


def tell(screen: Screen, made: MadePackages) -> None:
    """Say which packages there are, which are new versions, and what is in none."""
    if not screen.quiet and not screen.as_json:
        screen.out.print(_table(screen, made.packages, made.made))
        for line in _balances(made):
            screen.out.print(line.to(screen.language), markup=False, highlight=False, soft_wrap=True)
    inside = sum(package.households for package in made.packages)
    outside = sum(one.households for one in made.division.remainder)
    text = Text(
        f"{number(len(made.packages))} gói, {number(inside)} hộ; ngoài gói {number(outside)} hộ ở "
        f"{number(len(made.division.remainder))} khu vực (lý do trong lots.xlsx). "
        f"Bản mới: {_listed(made.made, 'không có')}. Ở {made.folder}.",
        f"{number(len(made.packages), 'en')} packages, {number(inside, 'en')} households; in none "
        f"{number(outside, 'en')} households in {number(len(made.division.remainder), 'en')} areas (reasons in "
        f"lots.xlsx). New versions: {_listed(made.made, 'none')}. In {made.folder}.",
    )
    screen.say(
        text,
        folder=made.folder,
        packages=[
            {
                "code": package.package_code,
                "version": package.version,
                "households": package.households,
                "sites": len(package.sites),
                "cost_vnd": package.cost.middle,
                "new": package.package_code in made.made,
            }
            for package in made.packages
        ],
        remainder_households=outside,
    )


def _listed(names: Sequence[str], none: str) -> str:
    return ", ".join(names) or none


def _balances(made: MadePackages) -> list[Text]:
    return [
        Text(f"{p.route_title.vi}: {p.balance.text.vi}", f"{p.route_title.en}: {p.balance.text.en}")
        for p in {package.route: package for package in made.packages}.values()
    ]


def _table(screen: Screen, packages: Sequence[Package], new: Sequence[str]) -> Table:
    language = screen.language
    headers = (
        Text("Gói", "Package"), Text("Bản", "Version"), Text("Ngày chốt", "Frozen on"), Text("Khu vực", "Areas"),
        Text("Hộ", "Households"), Text("Được phủ", "Served"), Text("Trạm", "Sites"), Text("Tỷ đồng", "bn VND"),
    )  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for i, header in enumerate(headers):
        table.add_column(header.to(language), justify="left" if i == 0 else "right")
    for package in packages:
        version = f"{package.version}{'*' if package.package_code in new else ''}"
        table.add_row(
            package.package_code,
            version,
            day(package.frozen_on),
            number(len(package.areas), language),
            number(package.households, language),
            number(package.planned_households, language),
            number(len(package.sites), language),
            number(package.cost.middle / 1e9, language, decimals=1),
        )
    return table


@app.command("list")
def list_packages(folder: Folder, lang: Lang = "vi", quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Liệt kê các gói và các bản đã chốt / list packages and their versions."""
    from phusong.study.packaging_record import read_record
    from phusong.tenders.package.versions import read_version, versions

    screen = screen_for(lang, quiet, as_json)
    record = read_record(folder)
    homes = sorted(path for path in folder.iterdir() if path.is_dir() and versions(path))
    packages = [read_version(home, version) for home in homes for version in versions(home)]
    current = {(one.package_code, one.version) for one in record.packages}
    gone = sorted({home.name for home in homes} - {one.package_code for one in record.packages})
    if not screen.quiet and not screen.as_json:
        screen.out.print(_table(screen, packages, ()))
    text = Text(
        f"{number(len(record.packages))} gói, {number(len(packages))} bản chốt."
        + (f" Không còn trong lần chia hiện nay: {', '.join(gone)}." if gone else ""),
        f"{number(len(record.packages), 'en')} packages, {number(len(packages), 'en')} frozen versions."
        + (f" No longer in the division: {', '.join(gone)}." if gone else ""),
    )
    listed = [
        {
            "code": p.package_code,
            "version": p.version,
            "frozen_on": p.frozen_on,
            "because": p.because,
            "current": (p.package_code, p.version) in current,
        }
        for p in packages
    ]
    screen.say(text, packages=listed)


@app.command("move")
def move_area(
    folder: Folder,
    item: Annotated[str, typer.Argument(help="Mã khu vực hoặc trạm của phương án / area or site")],
    to: Annotated[
        str, typer.Option("--to", help="Mã gói nhận; để trống: đưa ra ngoài gói / package; empty: out of all")
    ],
    because: Because = "",
    approver: Annotated[str, typer.Option("--approver", help="Người chốt / who approves")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ cho biết kết quả / only say what it does")] = False,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Chuyển một khu vực sang gói khác bằng tay và cho biết hệ quả / move an area to another package."""
    from phusong.study.packaging_moves import move_item

    screen = screen_for(lang, quiet, as_json)
    with working(screen) as bar:
        moved = move_item(
            folder,
            item,
            to or None,
            because=because,
            approver=approver,
            dry_run=dry_run,
            language=screen.language,
            progress=bar,
        )
    for effect in moved.effects:
        screen.say(effect)
    if moved.made is not None:
        tell(screen, moved.made)


@app.command()
def settings(
    out: Annotated[Path, typer.Option("--out", help="Tệp để sửa / file to edit")] = Path("goi-thau.toml"),
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Ghi tệp mọi tuỳ chọn và mục chủ đầu tư điền, để sửa / write all options to edit."""
    from phusong.data.store import whole_file
    from phusong.tenders.package.template import settings_template

    screen = screen_for(lang, quiet, as_json)
    if out.exists():
        raise UnknownNameError(
            Text(f"{out} đã có: hãy chọn tên khác.", f"{out} is there already: choose another name.")
        )
    with whole_file(out) as partial:
        partial.write_text(settings_template(screen.language), encoding="utf-8")
    screen.say(
        Text(f"Đã ghi {out}: sửa rồi dùng với --settings {out}.", f"Wrote {out}: edit, then use --settings {out}."),
        file=out,
    )


@app.command()
def difference(
    package: Annotated[Path, typer.Argument(help="Thư mục của một gói / folder of one package")],
    before: Annotated[int | None, typer.Option("--from", help="Bản trước / version before")] = None,
    after: Annotated[int | None, typer.Option("--to", help="Bản sau / version after")] = None,
    out: Annotated[Path, typer.Option("--out", help="Tệp .docx / document")] = Path("thay-doi.docx"),
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Ghi văn bản thay đổi giữa hai bản của một gói / write what changed between two versions."""
    from phusong.data.store import whole_file
    from phusong.tenders.package.difference import between_versions
    from phusong.tenders.package.versions import MAPS, read_version, version_folder, versions
    from phusong.tenders.papers import WRITERS
    from phusong.tenders.parts import Making

    screen = screen_for(lang, quiet, as_json)
    known = versions(package)
    if after is None and before is None and len(known) == 1:
        raise MissingFileError(
            Text(f"Gói {package.name} mới có một bản.", f"Package {package.name} has one version only.")
        )
    new = read_version(package, after)
    old = read_version(package, new.version - 1 if before is None else before)
    told = between_versions(old, new)
    with whole_file(out) as partial:
        making = Making(language=screen.language, maps=version_folder(package, new.version) / MAPS)
        WRITERS["change_log"](partial, told, making)
    screen.say(
        Text(
            f"Bản {old.version} → bản {new.version}: {number(len(told.changes))} thay đổi, ghi ở {out}.",
            f"Version {old.version} → {new.version}: {number(len(told.changes), 'en')} changes, in {out}.",
        ),
        file=out,
        changes=len(told.changes),
    )
