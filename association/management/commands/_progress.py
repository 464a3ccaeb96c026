class Progress:
    """Tells on `stream` how far a command is: at a terminal on one line, else every tenth."""

    def __init__(self, stream, verbosity):
        self.stream, self.is_quiet, self.last = stream, not verbosity, -1

    def __call__(self, done, of):
        """Tell that `done` of `of` bytes are done."""
        percent = 100 * done // of if of else 100
        step = percent if self.stream.isatty() else percent // 10 * 10
        if self.is_quiet or step == self.last:
            return
        self.last = step
        if self.stream.isatty():
            self.stream.write(f"\r{step} %", ending="\n" if done == of else "")
        else:
            self.stream.write(f"{step} %")
