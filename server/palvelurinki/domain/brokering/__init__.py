"""The brokering of a contact: `decide(contact, command, now) → (contact, events, effects)`.

Pure. The caller loads the contact, gives the command and the database's time, and saves all that comes back in one
transaction. Rules that hold here:

- An offer is accepted only while it rings and before `expires_at`, and by one expert only (I2).
- When the customer goes or the terminal is lost, the open offer is withdrawn at once (I5).
- An expert whose console is lost loses the offer at once and without blame (I5).
- A call that ends leaves exactly one `RecordServiceEvent`, and nothing else does (I4).
- Only a contact whose terminal has shown that it can call is offered to anybody (I11).
- At a terminal a contact goes on for the session to which it belongs, or for one in which it was continued.
- A contact that ends takes its handoff note with it, and lets the next matter of the visit begin.
- Whoever gives up a contact is freed in the same decision that ends the ringing or the call (I1).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from palvelurinki.domain import commands as c
from palvelurinki.domain.brokering import (
    afterwards,
    attending,
    calling,
    line,
    matters,
    moving,
    occupants,
    offering,
    waiting,
)
from palvelurinki.domain.brokering.decision import Decision
from palvelurinki.domain.contact import Contact

__all__ = ["Decision", "decide"]


def decide(contact: Contact, command: c.ContactCommand, now: datetime) -> Decision:
    """What `command` does to `contact` at the instant `now`.

    Raises a `Refused` error when it cannot be done; nothing has then changed. A command of the system itself that
    comes too late (a deadline that fell after the offer was answered) is no error and decides nothing.
    """
    return matters.ended(contact, command, _DECIDERS[type(command)](contact, command, now))


# One decider a command. Typed as Any because a dict cannot say that each key's class is its function's argument;
# a test holds that every command of `commands.ContactCommand` has its decider.
_DECIDERS: dict[type, Callable[[Contact, Any, datetime], Decision]] = {
    c.MakeOffer: offering.make_offer,
    c.AcceptOffer: offering.accept_offer,
    c.DeclineOffer: offering.decline_offer,
    c.ExpireOffer: offering.expire_offer,
    c.WithdrawRinging: offering.withdraw_ringing,
    c.QuietUntilRetry: waiting.quiet,
    c.EndQuiet: waiting.end_quiet,
    c.Reconsider: waiting.reconsider,
    c.SetLanguage: waiting.set_language,
    c.LeaveContact: waiting.leave_contact,
    c.CloseForToday: waiting.close_for_today,
    c.ContinueContact: occupants.continue_contact,
    c.LoseOccupant: occupants.lose_occupant,
    c.ReturnOccupant: occupants.return_occupant,
    c.EndGrace: occupants.end_grace,
    c.JoinCall: calling.join_call,
    c.ReportMedia: calling.report_media,
    c.LeaveCall: calling.leave_call,
    c.ReportLine: line.report_line,
    c.EndUnproven: line.end_unproven,
    c.TakeNote: matters.take_note,
    c.AddMatter: matters.add_matter,
    c.DropMatter: matters.drop_matter,
    c.Move: moving.move,
    c.Attend: attending.attend,
    c.CallAdvisor: attending.call_advisor,
    c.CloseForCustomer: waiting.close_for_customer,
    c.Conclude: afterwards.conclude,
    c.Finish: afterwards.finish,
    c.Rate: afterwards.rate,
}
