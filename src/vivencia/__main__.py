"""`python -m vivencia` is the `vivencia` command."""

from vivencia.faces.cli import main

main()
