"""Three simple predictors of a wait, to measure the estimates against.

Ibrahim & Whitt, "Real-Time Delay Estimation Based on Delay History", Manufacturing & Service Operations Management 11
(2009), 397–415. Each predicts, for a contact that enters now, its whole wait in seconds until acceptance; None where
it has nothing to go by. An expert who is free now means no wait to all three: the paper compares those who must wait.
"""


def queue_length(ahead: int, on_duty: int, mean_handling_s: float, free: int = 0) -> float | None:
    """QL: (n + 1) / (s μ), with `ahead` = n contacts waiting, `on_duty` = s experts, `mean_handling_s` = 1 / μ.

    The handling includes wrap-up. Each of s busy experts comes free at rate μ, and n + 1 must come free.
    """
    if free > 0 and ahead == 0:
        return 0.0
    return (ahead + 1) * mean_handling_s / on_duty if on_duty > 0 else None


def last_to_enter_service(last_wait_s: float | None, free: int = 0) -> float | None:
    """LES: the wait of the contact that was accepted last."""
    return 0.0 if free > 0 else last_wait_s


def head_of_line(oldest_waited_s: float | None, free: int = 0) -> float | None:
    """HOL: how long the contact at the head of the line has waited so far; None when nobody waits."""
    return 0.0 if free > 0 and oldest_waited_s is None else oldest_waited_s
