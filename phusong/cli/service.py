"""Commands that run the service: the whole of it, or one more worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from phusong.cli.options import Lang
from phusong.cli.screen import screen_for

if TYPE_CHECKING:
    from phusong.api.settings import ServiceSettings

app = typer.Typer()

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Thư mục dữ liệu của dịch vụ / folder that holds the service's data [PHUSONG_HOME]"),
]


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option("--host", help="Địa chỉ mở / address to listen on [PHUSONG_HOST]")] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Cổng, 0 là cổng trống bất kỳ / port, 0 is any free one [PHUSONG_PORT]")
    ] = None,
    processes: Annotated[
        int, typer.Option("--processes", min=1, max=64, help="Số tiến trình web / number of web processes")
    ] = 1,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=16, help="Số máy xử lý việc dài / number of workers for long work")
    ] = 1,
    practice: Annotated[
        bool | None,
        typer.Option("--practice", help="Thêm Tỉnh Mẫu để tập dùng / add a made-up province to practise with"),
    ] = None,
    lang: Lang = "vi",
) -> None:
    """Chạy dịch vụ: trang web và máy xử lý việc dài / run the service: pages and the worker for long work."""
    from phusong.api.serving import serve as run

    screen = screen_for(lang)
    run(_settings(home=home, host=host, port=port, practice=practice), screen.say, processes=processes, workers=workers)


@app.command()
def worker(home: Home = None, lang: Lang = "vi") -> None:
    """Chạy thêm một máy xử lý việc dài / run one more worker for long work, beside a service that is there."""
    from phusong.api import logs
    from phusong.api.database import schema
    from phusong.api.jobs.process import work_until_told

    screen_for(lang)
    settings = _settings(home=home)
    schema.need_newest(settings.url)
    logs.configure()
    work_until_told(settings)


def _settings(**given: Any) -> ServiceSettings:
    """Return the settings of the environment with what the command line gives over them.

    Raises
    ------
    PhuSongError
        A setting that is none.
    """
    from pydantic import ValidationError

    from phusong.api.settings import ServiceSettings
    from phusong.errors import PhuSongError
    from phusong.words import Text

    try:
        return ServiceSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        names = ", ".join("PHUSONG_" + "_".join(map(str, one["loc"])).upper() for one in error.errors())
        raise PhuSongError(Text(f"Thông số chưa đúng: {names}.", f"These settings are not valid: {names}.")) from error
