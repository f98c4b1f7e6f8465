"""What only a test does to the Slack double: cut its lines, speak for Slack, uninstall the app."""

import json

from bot.demo.double import Ack, SlackDouble
from bot.demo.double.event_dispatcher import EVENTS, EventDelivery
from bot.demo.double.people import Json


def given_up(double: SlackDouble) -> list[Json]:
    """Return the events that no attempt brought an acknowledgement for."""
    return [delivery.payload for delivery in double._slack.dispatcher.given_up]


def verify_url(double: SlackDouble, challenge: str = "harbour-pilot") -> Ack:
    """Ask the app's request URL for a challenge back, as Slack does when one is entered."""
    https = double._https[-1]
    token = double._slack.identity.verification_token
    content = {"token": token, "challenge": challenge, "type": "url_verification"}
    body = json.dumps(content).encode()
    return https._post(body, https._headers(body, "application/json"))


def refresh_sockets(double: SlackDouble, reason: str = "refresh_requested") -> None:
    """Ask every socket to connect anew, as Slack does every few hours."""
    double._in_loop(double._sockets.refresh(reason))


def drop_sockets(double: SlackDouble) -> None:
    """Cut every socket without a word."""
    double._in_loop(double._sockets.drop())


def revoke_tokens(double: SlackDouble) -> None:
    """Uninstall the app: every further call is refused with ``token_revoked``."""
    double._slack.identity.revoked = True


def inject(double: SlackDouble, event: Json) -> None:
    """Deliver anything: an inner event, an outer event, or an event's whole envelope."""
    if event.get("type") == "event_callback":
        double._slack.send(event)
    elif "payload" in event and "envelope_id" in event:
        attempt, reason = event.get("retry_attempt", 0), event.get("retry_reason", "")
        delivery = EventDelivery(EVENTS, event["payload"], event["envelope_id"], attempt, reason)
        double._slack.dispatcher.offer(delivery)
    else:
        double._slack.publish(event)


def deliver_lost(double: SlackDouble) -> int:
    """Deliver after all what the fault ``lost_events`` held back; return how much."""
    dispatcher = double._slack.dispatcher
    lost, dispatcher.lost = dispatcher.lost, []
    for delivery in lost:
        dispatcher.offer(delivery)
    return len(lost)
