"""Delivering one event to one endpoint."""

from functools import partial

from bot.core.events import asked_pause
from bot.errors import Rejected, Retry
from bot.flows.send_event import Parcel, note_failure, note_success
from bot.outbox.outcome import Done
from bot.webhooks.courier import Answer, Courier, NoAnswer
from store.effects import Claimed
from store.types import Cause

GONE = 410


async def deliver(courier: Courier, effect: Claimed) -> Done:
    """Deliver an event. Any 2xx takes it; 410 disables the endpoint at once; everything else is tried again."""
    parcel, endpoint_id = await courier.parcel(effect), effect.args["endpoint"]
    if parcel.withheld:
        raise Rejected(parcel.withheld)
    await courier.pace(endpoint_id, parcel.rate)
    try:
        answer = await courier.post(parcel)
    except NoAnswer as none:
        await courier.house.do_behind(note_failure, endpoint_id, str(none))
        raise Retry(str(none), pauses=parcel.delays) from none
    if 200 <= answer.status < 300:
        mended = partial(note_success, endpoint_id) if parcel.failing else None
        return Done(mended, status=answer.status, answer=answer.text)
    reason = f"answered {answer.status}"
    if 300 <= answer.status < 400:
        reason += ", and redirects are not followed"
    await courier.house.do_behind(note_failure, endpoint_id, reason, gone=answer.status == GONE)
    raise _refusal(parcel, effect, answer, reason)


def _refusal(parcel: Parcel, effect: Claimed, answer: Answer, reason: str) -> Exception:
    if answer.status == GONE:
        return Rejected(f"{reason}; the endpoint is disabled", status=answer.status, answer=answer.text)
    asked = None
    if 0 < effect.tries <= len(parcel.delays):
        asked = asked_pause(answer.asked, parcel.delays[effect.tries - 1])
    return Retry(
        reason,
        asked,
        cause=Cause.REFUSED if answer.status < 500 else None,
        status=answer.status,
        answer=answer.text,
        pauses=parcel.delays,
    )
