"""The command line: one command per file, found by its name.

Results go to stdout, progress and errors to stderr. Errors become messages and exit statuses in
`pieforge.__main__`.
"""

import ast
import importlib
import os
import pkgutil
import sys
from pathlib import Path

import click

from pieforge import __version__
from pieforge.cli import commands
from pieforge.cli.log_options import create_log_options
from pieforge.errors import ExitStatus, UserInputError


class Commands(click.Group):
    """The commands found in `commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        return sorted(
            module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, and import no other."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = cmd_name.replace("-", "_")
        found = importlib.import_module(f"{commands.__name__}.{module}").command
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
            source = (folder / f"{name.replace('-', '_')}.py").read_bytes()
            title = ast.get_docstring(ast.parse(source)) or ""
            title = title.splitlines()[0].partition(": ")[2]
            rows.append((name, title[:1].upper() + title[1:]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pieforge")
def main() -> None:
    """Make training data for code optimization by self-play.

    `pieforge run` runs on the bundled problems and needs no model and no network;
    `pieforge doctor` tests whether this machine can run it.
    """


def run_command_line() -> int:
    """Run the command that `sys.argv` names; return its exit status.

    Raises:
        PieforgeError, KeyboardInterrupt, OSError, SystemExit: What ended it, for
            `pieforge.__main__`.
    """
    if "_PIEFORGE_COMPLETE" in os.environ:  # set by a shell that wants completions
        main(prog_name="pieforge")
    # Not `main()`, which would give a closed pipe the status of the answer no.
    try:
        with main.make_context("pieforge", sys.argv[1:]) as context:
            main.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitStatus.CANNOT_RUN
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "pieforge"
        raise UserInputError(error.format_message(), fix=f"see: {path} --help") from error
    return ExitStatus.DONE
