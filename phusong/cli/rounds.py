"""Commands about reporting rounds: keep one, compare two, send out forms and read them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.lists import Stations
from phusong.cli.options import Lang
from phusong.cli.screen import LEVELS, MISTAKE, screen_for, working
from phusong.cli.territory import Communes, Province, territory_of
from phusong.errors import UnknownNameError
from phusong.words import Text, number

if TYPE_CHECKING:
    import pandas as pd

    from phusong.data.rounds.store import Round

rounds = typer.Typer(no_args_is_help=True, help="Đợt báo cáo / reporting rounds.")
app = typer.Typer()
app.add_typer(rounds, name="rounds")

Folder = Annotated[Path, typer.Option("--folder", help="Nơi giữ các đợt / where rounds are kept")]
Batch = Annotated[str, typer.Argument(help="Tên đợt, ví dụ “Đợt 2/2026” / name of the round")]
DEFAULT_FOLDER = Path("dot-bao-cao")


@rounds.command()
def add(
    list_: Annotated[Path, typer.Argument(metavar="LIST", help="Danh sách vùng lõm / the gap list")],
    batch: Annotated[str, typer.Option("--batch", help="Tên đợt / name of the round")],
    province: Province = "",
    communes: Communes = None,
    folder: Folder = DEFAULT_FOLDER,
    lang: Lang = "vi",
) -> None:
    """Giữ một danh sách làm một đợt, mã khu vực theo các đợt trước / keep a list as a round, ids carried over."""
    from phusong.data.lists import read_list
    from phusong.data.rounds.store import continued, list_rounds, read_round, round_of, save_round
    from phusong.data.schemas import GAPS

    screen = screen_for(lang)
    with working(screen) as bar:
        bar.step(Text("Kiểm tra danh sách", "Checking the list"), 1, 2)
        checked = read_list(list_, GAPS, territory_of(province, communes))
        checked.raise_for_errors()
        bar.step(Text("Ghép với các đợt trước", "Matching with earlier rounds"), 2, 2)
        new = round_of(checked, batch=batch, province_code=province, made_on=date.today())
        earlier = [read_round(one.folder) for one in list_rounds(folder) if one.batch != batch]
        questions = 0
        if earlier:
            new, matching = continued(new, earlier)
            questions = len(matching.questions)
        kept_in = save_round(new, folder)
    counts = {level: sum(p.level == level for p in checked.problems) for level in LEVELS}
    text = Text(
        f"Đã giữ {number(len(new.rows))} dòng của “{batch}” ở {kept_in}: {number(counts['repair'])} chỗ đã sửa giúp, "
        f"{number(counts['warning'])} lưu ý, {number(questions)} dòng cần hỏi có phải là một nơi của đợt trước không.",
        f"{number(len(new.rows), 'en')} rows of “{batch}” are in {kept_in}: {number(counts['repair'], 'en')} repairs, "
        f"{number(counts['warning'], 'en')} notes, {number(questions, 'en')} rows that may be a place of an earlier "
        "round.",
    )
    screen.say(text)


@rounds.command()
def compare(
    before: Batch,
    after: Batch,
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = Path("so-sanh.xlsx"),
    folder: Folder = DEFAULT_FOLDER,
    lang: Lang = "vi",
) -> None:
    """So hai đợt: mới, đã hết, mở lại, di chuyển, thay đổi / compare two rounds."""
    from phusong.data.rounds.difference import difference
    from phusong.data.rounds.difference_book import STATUS_TITLES, write_difference
    from phusong.data.rounds.store import list_rounds, read_round

    screen = screen_for(lang)
    one, other = _round(folder, before), _round(folder, after)
    history = [read_round(r.folder).rows for r in list_rounds(folder) if r.made_on < one.made_on]
    found = difference(one.rows, other.rows, history)
    write_difference(found, out, between=(one.batch, other.batch), made_on=other.made_on, language=screen.language)
    for status, title in STATUS_TITLES.items():
        count = found.counts.get(status, 0)
        screen.say(Text(f"{title.vi}: {number(count)}", f"{title.en}: {number(count, 'en')}"))
    screen.say(Text(f"Bảng so sánh ở {out}", f"The comparison is in {out}"))


@rounds.command()
def forms(
    batch: Batch,
    out: Annotated[Path, typer.Option("--out", help="Thư mục / folder")] = Path("phieu"),
    stations: Stations = None,
    folder: Folder = DEFAULT_FOLDER,
    lang: Lang = "vi",
) -> None:
    """Viết phiếu cho từng xã và từng nhà mạng điền, in, ký / write the forms communes and operators fill in."""
    from phusong.data.rounds.questions import write_commune_forms, write_operator_forms

    screen = screen_for(lang)
    round_ = _round(folder, batch)
    rows = _stations(stations or (), round_.province_code)
    communes = write_commune_forms(round_, out / "xa", screen.language)
    operators = write_operator_forms(round_, out / "nha-mang", stations=rows, language=screen.language)
    text = Text(
        f"{number(len(communes))} phiếu xã và {number(len(operators))} phiếu nhà mạng ở {out}",
        f"{number(len(communes), 'en')} forms for communes and {number(len(operators), 'en')} for operators in {out}",
    )
    screen.say(text)


@rounds.command()
def answers(
    batch: Batch,
    files: Annotated[list[Path], typer.Argument(help="Phiếu đã điền / filled-in forms")],
    stations: Stations = None,
    folder: Folder = DEFAULT_FOLDER,
    lang: Lang = "vi",
) -> None:
    """Đọc phiếu đã điền vào đợt, đứng cạnh số liệu đã báo / read filled-in forms into the round."""
    from phusong.data.rounds.answers import read_answers
    from phusong.data.rounds.confirmed import apply_answers
    from phusong.data.rounds.store import save_round

    screen = screen_for(lang)
    round_ = _round(folder, batch)
    rows = _stations(stations or (), round_.province_code)
    given = [read_answers(path, round_, rows) for path in files]
    for one in given:
        screen.problems(one.problems)
        round_ = apply_answers(round_, one)
    save_round(round_, folder)
    answered = sum(int((one.said["value"] != "").sum()) for one in given)
    silent = sum(len(one.silent) for one in given)
    text = Text(
        f"Đã đọc {number(answered)} câu trả lời; {number(silent)} dòng chưa trả lời.",
        f"{number(answered, 'en')} answers read; {number(silent, 'en')} rows were left unanswered.",
    )
    screen.say(text)
    if any(problem.level == "error" for one in given for problem in one.problems):
        raise typer.Exit(MISTAKE)


def _round(folder: Path, batch: str) -> Round:
    """Return the round of a name or of a folder's name."""
    from phusong.data.rounds.store import folder_name, list_rounds, read_round

    stored = list_rounds(folder)
    for one in stored:
        if batch in (one.batch, one.folder.name) or folder_name(batch) == one.folder.name:
            return read_round(one.folder)
    known = ", ".join(one.batch for one in stored) or "–"
    raise UnknownNameError(
        Text(
            f"{folder} không có đợt “{batch}”; các đợt đã giữ: {known}",
            f"{folder} has no round “{batch}”; those kept: {known}",
        )
    )


def _stations(files: Sequence[Path], province: str) -> pd.DataFrame | None:
    """Return the rows of station lists, None without any."""
    import pandas as pd

    from phusong.data.lists import read_list
    from phusong.data.schemas import STATIONS

    if not files:
        return None
    territory = territory_of(province, None)
    return pd.concat([read_list(path, STATIONS, territory).rows for path in files], ignore_index=True)
