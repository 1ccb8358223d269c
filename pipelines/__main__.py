"""The command line: python -m pipelines ..."""

from pipelines.cli import main


def documents():
    """The command line of documents, which is described beside this one; loaded only for that."""
    from reports.cli import main as commands

    return commands


if __name__ == "__main__":
    main(obj=documents)
