"""A PostgreSQL server with PostGIS of its own for the tests: a folder, a free port, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs where PostGIS is installed too; None where there is none."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    extensions = Path("/usr/share/postgresql")
    with_postgis = [path for path in found if (extensions / path.parent.name / "extension/postgis.control").exists()]
    if with_postgis:
        return max(with_postgis, key=lambda path: float(path.parent.name))
    beside = shutil.which("initdb")
    return Path(beside).parent if beside else None


@contextmanager
def server(bin_: Path) -> Iterator[str]:
    """Start a server and give the address of its database ``template_phusong``, which has PostGIS."""
    folder = Path(tempfile.mkdtemp(prefix="phusong-pg-"))
    as_user: list[str] = []
    if os.name != "nt" and os.geteuid() == 0:  # PostgreSQL refuses root
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres", "postgres")
    port, data = _free_port(), folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    start = [bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
    init = [bin_ / "initdb", "-D", data, "-A", "trust", "-U", "phusong", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
    for command in (init, start):
        subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        base = f"postgresql://phusong@127.0.0.1:{port}"
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_phusong")
        with psycopg.connect(f"{base}/template_phusong", autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield f"{base}/template_phusong"
    finally:
        stop = [bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
        subprocess.run([*as_user, *map(str, stop)], check=False, stdout=subprocess.DEVNULL, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
