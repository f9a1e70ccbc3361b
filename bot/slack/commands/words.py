"""The words of /incident with their usage: one source for the help, the completion and the reference."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``usage`` is what to type after /incident; ``does`` says what happens, in one line."""

    name: str
    usage: str
    does: str


WORDS = (
    Word("open", "open [sev1] [private] [test] title", "opens an incident; without a title, a form"),
    Word("list", "list", "shows what is going on"),
    Word("show", "show [INC-7]", "shows an incident: people, impact, items, what was not delivered"),
    Word("status", "status identified [text]", "investigating, identified, monitoring or resolved"),
    Word("severity", "severity sev2", "says how bad it is now"),
    Word("lead", "lead [@ana]", "makes someone the incident commander, or you"),
    Word("role", "role comms @bo", "gives a role: comms, scribe, ops, or one of your own"),
    Word("handoff", "handoff @ana", "hands your roles over"),
    Word("note", "note text", "writes it on the timeline"),
    Word("update", "update [text]", "tells everyone, and promises the next update"),
    Word("impact", "impact text", "says whom it hurts and how"),
    Word("check", "check [done 3 | skip 3 why | note 3 text | assign 3 @bo]", "walks through the checklist"),
    Word("start", "start common-culprits", "starts a checklist"),
    Word("timeline", "timeline [INC-7]", "shows what happened so far"),
    Word("changes", "changes [INC-7] [6h]", "shows what was deployed, configured or switched before"),
    Word("correct", "correct 12 text", "corrects an entry; its first wording stays on the timeline"),
    Word("ticket", "ticket [title]", "adds an action item"),
    Word("conflicts", "conflicts [INC-7]", "shows what is left to decide after a split brain"),
    Word("merge", "merge INC-4", "ends this incident; the work goes on in INC-4"),
    Word("duplicate", "duplicate INC-4", "marks this as INC-4 seen twice"),
    Word("private", "private", "hides the incident from everyone who takes no part"),
    Word("resolve", "resolve [text]", "says it is over, and drafts the postmortem"),
    Word("reopen", "reopen [text]", "says it is not over"),
    Word("close", "close", "ends the paperwork"),
    Word("postmortem", "postmortem [INC-7]", "posts the draft; a form takes your notes"),
    Word("review", "review [cancel] [INC-7]", "proposes a time for the review, when most are at work, or calls it off"),
    Word("web", "web", "opens the pages in your browser, signed in as you"),
    Word("help", "help", "shows this"),
)
