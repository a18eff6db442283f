"""The command line: `vivencia demo | init | import | analyse | report | …`.

Exit codes: 0 done, 1 bad input, 2 bad usage, 3 something of ours broke.
"""

import os
import sys
from importlib import import_module

import click

from vivencia import __version__
from vivencia.faces.cli.output import complain
from vivencia.words.errors import VivenciaError

#: Command → module that holds it; a module is loaded only when its command is asked for.
COMMANDS = {
    "demo": "starting",
    "init": "starting",
    "simulate": "starting",
    "doctor": "starting",
    "import": "bringing",
    "faults": "bringing",
    "analyse": "results",
    "report": "results",
    "explain": "results",
    "explain-customer": "persons",
    "export": "results",
    "serve": "results",
    "understand": "words",
    "check": "checking",
    "bench": "checking",
}


class _Lazy(click.Group):
    """Loads a command's module when it is used, so `vivencia --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"vivencia.faces.cli.{COMMANDS[cmd_name]}")
        name = cmd_name.replace("-", "_")
        found: click.Command = getattr(module, f"{name}_command")
        return found


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: vivencia demo",
)
@click.version_option(__version__, prog_name="vivencia")
@click.option("--debug", is_flag=True, help="Show the whole trace of an unexpected error.")
def cli(debug: bool) -> None:
    """What customers expected, what they lived, and what to do about it.

    Shell completion: add to your shell's start file
    `eval "$(_VIVENCIA_COMPLETE=bash_source vivencia)"` (or zsh_source, fish_source).
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code; the entry point of `vivencia`."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code, with every error said plainly."""
    try:
        found = cli.main(args=arguments, prog_name="vivencia", standalone_mode=False)
        # Without standalone mode click gives back the code of ctx.exit and of --help.
        return found if isinstance(found, int) else 0
    except click.exceptions.Exit as ended:
        return int(ended.exit_code)
    except click.Abort:
        complain("stopped")
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except VivenciaError as wrong:
        complain(wrong.message, code=wrong.code, hint=wrong.hint)
        return wrong.exit_code
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is no error of ours.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  (kept open till exit)
        return 0
    except Exception as wrong:
        if "--debug" in (sys.argv if arguments is None else arguments):
            raise
        complain(f"{type(wrong).__name__}: {wrong}", code="internal")
        return 3
