"""A private PostgreSQL cluster on loopback for the length of a ``with`` block.

Used by the PostgreSQL pass of the tests and by the benchmark. It needs Debian's server binaries
and either root (then the cluster belongs to the user ``postgres``) or any other user.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SETTINGS = "-c max_connections=200 -c listen_addresses=127.0.0.1 -c shared_buffers=128MB"
# Durability is not what most tests measure: a cluster that lives for minutes needs no fsync.
# Settings of the command line win over ALTER SYSTEM, so who needs durable commits says so.
_HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class NoPostgres(RuntimeError):
    """PostgreSQL's server binaries are not on this machine."""


def server_binaries() -> Path:
    """Return the newest folder with ``initdb``; raise :class:`NoPostgres`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise NoPostgres("install Debian's package postgresql")


def free_port() -> int:
    """Return a port nobody listens on, below the range the kernel hands to clients."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@contextlib.contextmanager
def private_cluster(*, is_durable: bool = False) -> Iterator[str]:
    """Start an empty cluster, yield its database URL, stop it and remove its files."""
    settings = _SETTINGS if is_durable else f"{_SETTINGS} {_HASTY}"
    binaries = server_binaries()
    folder = Path(tempfile.mkdtemp(prefix="kaiteki-pg-"))
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            **as_user,
        )

    data, port = str(folder / "data"), free_port()
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "kaiteki", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} {settings}"
        run("pg_ctl", "-D", data, "-l", f"{data}/log", "-w", "-o", options, "start")
        try:
            yield f"postgres://kaiteki@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
