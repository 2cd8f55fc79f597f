"""The command line: one command per file, found by its name.

Results go to stdout, progress and errors to stderr. Exit status: 0 the command ran, and the answer
is yes; 1 it ran, and the answer is no; 2 it could not run.
"""

import ast
import importlib
import pkgutil
import sys
from pathlib import Path

import click

from pieforge import __version__
from pieforge.cli import commands
from pieforge.cli.log_options import create_log_options
from pieforge.errors import PieforgeError


class Commands(click.Group):
    """The commands found in `commands`; a `PieforgeError` becomes a message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, and import no other."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found = importlib.import_module(f"{commands.__name__}.{cmd_name}").command
        if not isinstance(found, click.Command):
            return None
        # A command object is shared by all calls in a process: tests call it more than once.
        if not any(option.name == "log_level" for option in found.params):
            found.params += create_log_options()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each described by its module's first line.

        No command is imported for that, so help does not wait for the packages of a run.
        """
        folder = Path(commands.__path__[0])
        rows = []
        for name in self.list_commands(ctx):
            title = ast.get_docstring(ast.parse((folder / f"{name}.py").read_bytes())) or ""
            rows.append((name, title.splitlines()[0].partition(": ")[2].capitalize()))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a `PieforgeError` is printed without a traceback."""
        try:
            return super().invoke(ctx)
        except PieforgeError as error:
            click.echo(f"pieforge: {error}", err=True)
            sys.exit(2)
        except KeyboardInterrupt as stop:
            advice = f"; {stop}" if stop.args else ""
            click.echo(f"\npieforge: interrupted; finished work is kept{advice}", err=True)
            sys.exit(2)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pieforge")
def main() -> None:
    """Make training data for code optimization by self-play.

    `pieforge run` runs on the bundled problems and needs no model and no network;
    `pieforge doctor` tests whether this machine can run it.
    """
