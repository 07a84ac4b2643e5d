"""The command line of the embedded portal, for what must work before Django's settings can be read.

python -m endorsement_portal.embedded run [--port 8000] [--data FOLDER] [--demo | --no-demo]
python -m endorsement_portal.embedded inside [--data FOLDER] [--portal] [--fresh] -- COMMAND …
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from endorsement_portal.embedded import environment, places
from endorsement_portal.embedded.supervisor import Options, Supervisor


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """What `run` understands, here and as `manage.py run`."""
    parser.add_argument("--port", type=int, default=environment.DEFAULT_PORT, help="the portal's port (default 8000)")
    parser.add_argument(
        "--data", type=Path, help="where data and logs are kept (default var/run, or var/run-PORT for another port)"
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="fill the database with demonstration data (default: only an embedded one)",
    )


def run(options: argparse.Namespace) -> int:
    """Everything in one terminal, until Ctrl-C."""
    wanted = Options(port=options.port, data=options.data, demo=options.demo)
    return Supervisor(wanted, environ=os.environ).run()


def inside(options: argparse.Namespace) -> int:
    """Run a command on the portal's servers: the ones that run on this data now, else started for it."""
    if options.fresh:
        with tempfile.TemporaryDirectory(prefix="portal-fresh-") as folder:
            Path(folder).chmod(0o711)
            return _supervised(options, data=Path(folder), fresh=True)
    data = (options.data or environment.default_data(options.port)).resolve()
    running = environment.remembered(data)
    if running and _locked(data):
        env = environment.portal_environment(os.environ | running, data=data, port=options.port)
        return subprocess.run(options.command, env=env, check=False).returncode  # noqa: S603
    return _supervised(options, data=data, fresh=False)


def _supervised(options: argparse.Namespace, *, data: Path, fresh: bool) -> int:
    port = places.free_port(options.port) if options.portal else options.port
    wanted = Options(
        port=port,
        data=data,
        demo=False if fresh else None,
        command=options.command,
        portal=options.portal,
        fresh=fresh,
    )
    return Supervisor(wanted, environ=os.environ).run()


def _locked(data: Path) -> bool:
    try:
        places.lock(data).close()
    except places.AlreadyRunningError:
        return True
    return False


def main() -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m endorsement_portal.embedded", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    run_parser = verbs.add_parser("run", help="everything in one terminal")
    add_run_arguments(run_parser)
    run_parser.set_defaults(act=run)
    inside_parser = verbs.add_parser("inside", help="a command on the portal's servers")
    inside_parser.add_argument("--port", type=int, default=environment.DEFAULT_PORT)
    inside_parser.add_argument("--data", type=Path)
    inside_parser.add_argument("--portal", action="store_true", help="with web and workers, if they do not run yet")
    inside_parser.add_argument("--fresh", action="store_true", help="on an empty database, thrown away afterwards")
    inside_parser.add_argument("command", nargs="+")
    inside_parser.set_defaults(act=inside)
    options = parser.parse_args()
    code: int = options.act(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
