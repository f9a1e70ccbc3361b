"""Sections: the parts of a postmortem, by the names that we keep them under, in reading order."""

SECTIONS = {
    "summary": "Summary",
    "impact": "Impact",
    "detection": "Detection",
    "timeline": "Timeline",
    "root_cause": "Trigger and root cause",
    "contributing_factors": "Contributing factors",
    "response": "Response",
    "went_well": "What went well",
    "went_wrong": "What went wrong",
    "lucky": "Where we got lucky",
    "action_items": "Action items",
    "lessons": "Lessons learned",
    "links": "Links",
}
