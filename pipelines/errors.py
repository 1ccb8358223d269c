"""What the product says instead of doing it: errors whose message is a Chinese sentence."""


class WarehouseError(RuntimeError):
    """The warehouse can't do what was asked; the message is a Chinese sentence."""


class NotAllowed(WarehouseError):
    """Whoever asks has no right to it; the message says which right is missing."""
