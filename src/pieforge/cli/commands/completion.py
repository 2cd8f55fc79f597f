"""`pieforge completion`: print the completion script of a shell."""

import click
from click.shell_completion import get_completion_class

from pieforge.cli.output import json_option, print_json, print_line


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@json_option
def command(shell: str, as_json: bool) -> None:
    """Print the completion script of SHELL, for its start-up file.

    bash: eval "$(pieforge completion bash)" in ~/.bashrc. zsh: the same in ~/.zshrc. fish:
    pieforge completion fish > ~/.config/fish/completions/pieforge.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all of the choices
    root = click.get_current_context().find_root().command
    script = kind(root, {}, "pieforge", "_PIEFORGE_COMPLETE").source()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        for line in script.splitlines():
            print_line(line)
