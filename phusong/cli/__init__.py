"""The ``phusong`` command: each command reads, calls one function, writes; an error a user can mend is one sentence."""

from __future__ import annotations

import sys
from itertools import pairwise

import typer

import phusong
from phusong.cli import (
    acceptance,
    compare,
    database,
    findings,
    lists,
    package_documents,
    paths,
    people,
    plan,
    rounds,
    service,
    studies,
    territory,
    village,
)
from phusong.cli.screen import screen_for
from phusong.errors import BadInputError, PhuSongError
from phusong.words import Language, Text

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Phủ Sóng: tìm vùng lõm sóng, đếm hộ cần phủ, lập gói thầu.",
)
for _subject in (studies, findings, plan, village, compare, paths, lists, rounds, territory, acceptance, service):
    app.add_typer(_subject.app)
app.add_typer(package_documents.app, name="packages")
app.add_typer(database.app, name="db")
app.add_typer(people.app, name="user")
app.add_typer(database.audit, name="audit")


@app.command()
def version() -> None:
    """In phiên bản / print the version."""
    print(phusong.__version__)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error a user can mend ends as one sentence and exit code 2."""
    arguments = sys.argv[1:] if arguments is None else arguments
    language: Language = "vi"
    if "--lang=en" in arguments or ("--lang", "en") in pairwise(arguments):
        language = "en"
    try:
        app(arguments)
    except BadInputError as error:
        screen = screen_for(language)
        screen.problems(error.problems)
        screen.fail(error.text)
    except PhuSongError as error:
        screen_for(language).fail(error.text)
    except OSError as error:
        if error.filename is None:
            raise
        screen_for(language).fail(_of_the_system(error))


def _of_the_system(error: OSError) -> Text:
    """Say which file the system did not let us read or write, and why."""
    return Text(
        f"Không đọc hoặc ghi được {error.filename}: {error.strerror}.",
        f"Cannot read or write {error.filename}: {error.strerror}.",
    )
