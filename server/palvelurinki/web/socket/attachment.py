"""An attachment: one socket's hold on a session, which has one at a time; a newer one takes the older one's place."""

from collections.abc import Callable

from palvelurinki.web.socket.errors import Ending


class Attachment:
    """`token` resumes the session after this socket; `replaced` says that another socket has taken its place.

    `dismissed` is why the socket, but not its session, is at its end here.
    """

    __slots__ = ("_answer", "dismissed", "replaced", "token")

    def __init__(self, token: str) -> None:
        self.token = token
        self.replaced = False
        self.dismissed: Ending | None = None
        self._answer: Callable[[], None] | None = None

    def answered_by(self, answer: Callable[[], None] | None) -> None:
        """Whom to call when there is something to send or a reason to close; None: nobody any more.

        It is called once at first: what is there already is to be looked at, too.
        """
        self._answer = answer
        if answer is not None:
            answer()

    def rouse(self) -> None:
        """There is something to send, or a reason to close."""
        if self._answer is not None:
            self._answer()

    def replace(self) -> None:
        """Another socket serves the session from now on."""
        self.replaced = True
        self.rouse()

    def dismiss(self, why: Ending) -> None:
        """The client is to go on with its session elsewhere."""
        self.dismissed = why
        self.rouse()
