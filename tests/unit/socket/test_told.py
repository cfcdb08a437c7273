"""Events as they are told: what is written beside the models is what the models would write."""

from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.protocol import server as s
from palvelurinki.protocol.client import Candidate, Description, Signal
from palvelurinki.web.socket.told import on_its_way, signalled, told

TEXTS = st.text(st.characters(codec="utf-8"), max_size=64)
NAMES = st.from_regex(r"[A-Za-z0-9_.:-]{1,64}", fullmatch=True)
DESCRIPTIONS = st.builds(Description, type=st.sampled_from(["offer", "answer"]), sdp=TEXTS)
CANDIDATES = st.builds(
    Candidate,
    candidate=TEXTS,
    sdp_mid=st.none() | TEXTS,
    sdp_m_line_index=st.none() | st.integers(0, 64),
    username_fragment=st.none() | TEXTS,
)
SIGNALS = st.builds(
    Signal,
    id=st.from_regex(r"[A-Za-z0-9_-]{8,64}", fullmatch=True),
    call=NAMES,
    to=NAMES,
    generation=st.integers(0, 2**40),
    description=st.none() | DESCRIPTIONS,
    candidate=st.none() | CANDIDATES,
)


@given(NAMES, SIGNALS, st.integers(1, 2**40))
def test_a_signal_is_told_as_its_model_would_be(sender: str, signal: Signal, seq: int) -> None:
    model = s.Signalled(
        seq=seq,
        id=f"{sender}.{signal.id}",
        call=signal.call,
        sender=sender,
        generation=signal.generation,
        description=signal.description,
        candidate=signal.candidate,
    )
    own = signalled(sender, signal)
    assert own.numbered(seq) == model.model_dump_json().encode()
    assert (own.signal, on_its_way(own.text)) == (model.id, own)


def test_whatever_else_is_told_gets_its_number() -> None:
    event = s.ContactChanged(seq=1, contact=None)
    assert told(event).numbered(7) == s.ContactChanged(seq=7, contact=None).model_dump_json().encode()
    assert told(event).signal == ""
