"""Every sender of changes, by the last part of its address, ``/changes/generic``."""

from bot.changes import generic
from bot.core.intake import Sender

KIND = "intake.change"
SENDERS = {"generic": Sender("CHANGES_GENERIC_SECRET", KIND, generic.parse)}
PARSERS = {"changes/generic": generic.parse}
