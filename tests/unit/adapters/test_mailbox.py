"""A subscription that is not read keeps a bounded number of messages, and takes new ones once it is read again."""

from palvelurinki.adapters.mailbox import Mailbox


async def read(mailbox: Mailbox, count: int) -> list[str]:
    reader = aiter(mailbox)
    return [(await anext(reader))[1] for _ in range(count)]


async def test_messages_come_in_order_until_it_is_closed() -> None:
    mailbox = Mailbox()
    for text in ("one", "two"):
        mailbox.put("wake", text)
    mailbox.close()
    assert [message async for message in mailbox] == [("wake", "one"), ("wake", "two")]


async def test_what_is_beyond_its_bound_is_dropped_until_there_is_room() -> None:
    mailbox = Mailbox(most=3)
    for number in range(10):
        mailbox.put("wake", f"{number}")
    assert await read(mailbox, 2) == ["0", "1"]
    for number in range(10, 13):
        mailbox.put("wake", f"{number}")
    mailbox.close()
    assert [text async for _, text in mailbox] == ["2", "10", "11"]
