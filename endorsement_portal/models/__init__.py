"""What is true at the foundation: people, places, events, mail, promises and files."""

from endorsement_portal.models.county import County
from endorsement_portal.models.event import Event
from endorsement_portal.models.message import Message
from endorsement_portal.models.outbox import Outbox
from endorsement_portal.models.upload import Upload
from endorsement_portal.models.user import Role, User, verified_addresses

__all__ = ["County", "Event", "Message", "Outbox", "Role", "Upload", "User", "verified_addresses"]
