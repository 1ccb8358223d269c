"""The command line of documents: python -m reports ..."""

from reports.cli import main


def page(*asked):
    """A page as a document; its screen is loaded only for that."""
    from views import snapshot

    return snapshot.page(*asked)


if __name__ == "__main__":
    main(obj=page)
