"""`python -m kerasgan.cli`, the `kerasgan` command."""

from kerasgan.cli import main

main()
