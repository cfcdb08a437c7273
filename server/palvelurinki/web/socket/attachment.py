"""An attachment: one socket's hold on a session, which has one at a time; a newer one takes the older one's place."""

from collections.abc import Callable


class Attachment:
    """`token` resumes the session after this socket; `replaced` says that another socket has taken its place."""

    __slots__ = ("_answer", "replaced", "token")

    def __init__(self, token: str) -> None:
        self.token = token
        self.replaced = False
        self._answer: Callable[[bool], None] | None = None

    def answered_by(self, answer: Callable[[bool], None] | None) -> None:
        """Whom to call, with `at_once`, when there is something to send or a reason to close; None: nobody any more.

        It is called once at first: what is there already is to be looked at, too.
        """
        self._answer = answer
        if answer is not None:
            answer(False)  # noqa: FBT003  (as `rouse` says it)

    def rouse(self, *, at_once: bool = False) -> None:
        """There is something to send, or a reason to close. `at_once`: a signal, which waits for nothing else."""
        if self._answer is not None:
            self._answer(at_once)

    def replace(self) -> None:
        """Another socket serves the session from now on."""
        self.replaced = True
        self.rouse()
