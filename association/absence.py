"""What other computers give to the site, and that one of them does not answer just now.

Whoever asks would wait for seconds each time, and with a few of those the site stands still: so
what has not answered is left alone for a while.
"""

import logging
import time
from threading import Lock

PAUSE = 10  # seconds for which it is left alone

logger = logging.getLogger(__name__)


class Absence:
    """Since when something does not answer; one for all threads of the process.

    `gone`, with a place for the kind of error, and `back` are told in the log, once each time.
    """

    def __init__(self, gone, back):
        self.gone, self.back = gone, back
        self.until, self.lock = None, Lock()

    @property
    def is_known(self):
        """Whether it did not answer when it was last asked."""
        return self.until is not None

    @property
    def is_fresh(self):
        """Whether that was so short a time ago that it is not asked again."""
        return self.is_known and time.monotonic() < self.until

    def begin(self, error):
        with self.lock:
            is_new, self.until = self.until is None, time.monotonic() + PAUSE
        if is_new:
            logger.warning(self.gone, type(error).__name__)

    def end(self):
        if not self.is_known:
            return
        with self.lock:
            was_known, self.until = self.is_known, None
        if was_known:
            logger.warning(self.back)
