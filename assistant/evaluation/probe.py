"""What only measuring and calibrating need to see of a search."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering import ranking
from assistant.knowledge.entry import PROCEDURE
from assistant.procedures.record import Procedure
from assistant.retrieval import calibration
from assistant.retrieval.evidence import Evidence
from assistant.service import Assistant


class Probe:
    """Looks at what an assistant finds, sure or not."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def evidence(self, question: str, register: str = "standard") -> Evidence:
        """What a search finds for a question."""
        asked = self._assistant.asked(question, register=register)
        return ranking.passage_evidence(asked.query, asked.ranking, asked.snapshot.shelf)

    def record_evidence(
        self, question: str, history: Sequence[str] = ()
    ) -> tuple[tuple[float, ...], tuple[str, ...]]:
        """(what speaks for the best record, the codes that a search finds, best first)."""
        asked = self._assistant.asked(question, history)
        rows = asked.snapshot.procedures.rows
        codes = tuple(rows[hit.number].code for hit in asked.records.hits)
        return calibration.records_evidence(asked.records), codes

    def same_name(self, code: str, wanted: Sequence[str]) -> bool:
        """Whether a record is one of those wanted, or is called the same (at another level, say)."""
        procedures = self._assistant.now.procedures
        rows, numbers = procedures.rows, procedures.numbers
        names = {rows[numbers[one]].title.split(" (")[0] for one in wanted if one in numbers}
        return code in wanted or rows[numbers[code]].title.split(" (")[0] in names

    def found(self, question: str, register: str = "standard") -> tuple[str, ...]:
        """The lessons that a search finds, "course/lesson", best first and each once."""
        asked = self._assistant.asked(question, register=register)
        passages = asked.snapshot.shelf.passages
        return tuple(dict.fromkeys(passages[hit.number].group for hit in asked.ranking.hits))

    def section(self, url: str) -> str:
        """The words of the section that a citation's address leads to; empty if it is none of ours."""
        page, _, anchor = url.partition("#")
        if page.startswith("/thu-tuc/"):
            entry = self._assistant.store.current_entry(PROCEDURE, page.removeprefix("/thu-tuc/"))
            sections = Procedure.from_json(entry.data).sections() if entry else {}
            wanted = [lines for name, lines in sections.items() if anchor in ("", name)]
            return "\n".join(line for lines in wanted for line in lines)
        passages = self._assistant.now.shelf.passages
        return "\n".join(one.text for one in passages if one.locator == url)
