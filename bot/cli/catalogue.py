"""The commands below ``lotsen``: the module each lives in, and its line in the help.

A module is imported only when its command runs or its own help is asked for, so it may
import at its top whatever it needs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group of commands: ``module`` below `bot.cli`, and what it is for."""

    module: str
    help: str


COMMANDS = {
    "run": Entry(
        "serving", "Run the bot until it is told to stop; it logs lines of JSON on standard error."
    ),
    "demo": Entry("playground", "Show a made-up company on a web page; needs no Slack and no key."),
    "doctor": Entry("doctor", "Check everything that Lotsen needs; each finding says what to do."),
    "train": Entry(
        "learning", "Train a classifier on all labelled tickets; it is used unless it is worse."
    ),
    "classify": Entry(
        "learning", "Say which category a text belongs to, how sure that is, and why."
    ),
    "ask": Entry("learning", "Answer a question with stored words and their source, or decline."),
    "effect": Entry(
        "worth", "Show what the pilot changed, how sure that is, and when more can be shown."
    ),
    "roi": Entry(
        "worth",
        "Show the quarter's return on the pilot; of the current quarter unless told otherwise.",
    ),
    "assume": Entry(
        "worth", "Decide a number that the return rests on, or show all with their history."
    ),
    "freed": Entry("freed", "What the freed time of a quarter was used for."),
    "audit": Entry("audit", "Whether what the proof rests on is as it was written."),
    "drill": Entry("upkeep", "Try whether a copy of the database brings you back, and how fast."),
    "backup": Entry("upkeep", "Copy the SQLite database while it is in use, and check the copy."),
    "restore": Entry(
        "upkeep",
        "Put a backup in the place of the database, which is moved aside; stop Lotsen first.",
    ),
    "export": Entry(
        "exports",
        "Write the figures into files, without names and texts, for spreadsheets and BI programs.",
    ),
    "import": Entry("importing", "Bring in tickets and knowledge."),
    "knowledge": Entry("knowledge", "The documents that questions are answered from."),
    "llm": Entry("llm", "The language model and its kill switch."),
    "model": Entry("model", "Versions of the classifier."),
    "categories": Entry("categories", "The categories that a ticket can have."),
    "duty": Entry("duty", "Who is on duty in which week."),
    "rules": Entry("rules", "Rules that decide a category before any model is asked."),
    "kpi": Entry("figures", "Show the key figures beside the baseline."),
    "baseline": Entry("baseline", "The figures from before the pilot."),
    "cost": Entry("costs", "The ledger of costs."),
    "plan": Entry("programme", "The 90-day plan."),
    "register": Entry("registers", "The registers of the programme."),
    "jobs": Entry("mail", "What the clock runs."),
    "outbox": Entry("mail", "Posts on their way to Slack."),
    "inbox": Entry("mail", "Commands that wait to be handled."),
    "trace": Entry(
        "trace",
        "Tell a message's whole way: when it came, what became of it, what was posted, and why late.",
    ),
    "sweep": Entry(
        "sweeping",
        "Find what Slack did not deliver, and put it into the inbox for the running bot.",
    ),
    "incident": Entry("incidents", "Reported errors of the AI systems."),
    "migrate": Entry("upkeep", "The steps of the database."),
    "person": Entry("person", "A person's own data: copy it, or erase it."),
    "documents": Entry(
        "documents",
        "AI notice, employee notice, DPIA screening and more, with the facts filled in.",
    ),
    "evaluate": Entry("evaluate", "Measure on files; nothing is stored."),
}
