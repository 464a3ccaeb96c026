class NotPossible(Exception):
    """What was asked for is no longer possible; the message says why."""
