"""Answers that people wrote or checked, as rows."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.knowledge.rows import NotFound, Rows, id_of
from assistant.knowledge.tables import VerifiedAnswer
from assistant.knowledge.verified import (
    Verified,
    VerifiedError,
    checked_answer,
    checked_question,
    checked_url,
)
from i18n.dates import utc_now
from i18n.vietnamese import clean

VERIFIED = "verified"


class VerifiedRows(Rows):
    """Verified answers: found by each wording they were asked in, replaced and never changed."""

    def put_verified(
        self,
        question: str,
        answer_text: str,
        source_title: str,
        source_url: str,
        unit: str | None,
        owner: str,
        reviewed_by: str | None = None,
        reviewed_on: date | None = None,
        *,
        other_questions: Sequence[str] = (),
        review_due: date | None = None,
        replaces: int | None = None,
        session: Session | None = None,
    ) -> int:
        """Keep an answer that a person wrote or checked; returns its id.

        `unit` limits it to one unit (None: everybody). `replaces` retires the answer of that id in
        the same step. Raises VerifiedError for an empty or too long field, NotFound for `replaces`.
        """
        if reviewed_by and reviewed_on is None:
            raise VerifiedError("reviewed_on is missing: the day of the review is shown with the answer")
        values = {
            "question": checked_question(question),
            "other_questions": [checked_question(one) for one in other_questions],
            "answer_text": checked_answer(answer_text),
            "source_title": clean(source_title),
            "source_url": checked_url(source_url),
            "unit": unit,
            "owner": clean(owner),
            "reviewed_by": reviewed_by,
            "reviewed_on": reviewed_on,
            "review_due": review_due,
            "replaces_id": replaces,
            "created_at": utc_now(),
        }
        with self._writing(session) as connection:
            if replaces is not None:
                self._retire(connection, replaces)
            made = connection.execute(insert(VerifiedAnswer).values(values))
            self._raise_revision(connection, VERIFIED)
        return id_of(made)

    def retire(self, id: int, *, session: Session | None = None) -> None:
        """Stop using a verified answer; it stays in the history. Raises NotFound."""
        with self._writing(session) as connection:
            self._retire(connection, id)
            self._raise_revision(connection, VERIFIED)

    def reword(self, instead: Mapping[str, str], *, session: Session | None = None) -> int:
        """Put other words in the place of questions that were taken back, in the history too.

        `instead`: question as it is kept → what stands there from now on. Returns how many answers it
        touched.
        """
        touched = 0
        with self._writing(session) as connection:
            rows = connection.execute(
                select(VerifiedAnswer.id, VerifiedAnswer.question, VerifiedAnswer.other_questions)
            ).all()
            for id, question, others in rows:
                new = instead.get(question, question)
                new_others = [
                    one for one in dict.fromkeys(instead.get(one, one) for one in others) if one != new
                ]
                if (new, new_others) != (question, list(others)):
                    touched += 1
                    connection.execute(
                        update(VerifiedAnswer)
                        .where(VerifiedAnswer.id == id)
                        .values(question=new, other_questions=new_others)
                    )
            if touched:
                self._raise_revision(connection, VERIFIED)
        return touched

    def get(self, id: int) -> Verified:
        """One verified answer, retired or not. Raises NotFound."""
        found = self._read(select(VerifiedAnswer).where(VerifiedAnswer.id == id))
        if not found:
            raise NotFound(f"there is no verified answer {id}")
        return found[0]

    def successor(self, id: int) -> Verified | None:
        """What is in use in the place of a verified answer, over all the wordings between; or None."""
        while True:
            later = self._read(
                select(VerifiedAnswer)
                .where(VerifiedAnswer.replaces_id == id, VerifiedAnswer.id > id)
                .order_by(VerifiedAnswer.id.desc())
                .limit(1)
            )
            if not later:
                return None
            if later[0].retired_at is None:
                return later[0]
            id = later[0].id

    def list(
        self,
        *,
        unit: str | None = None,
        retired: bool = False,
        due_by: date | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> builtins.list[Verified]:
        """Verified answers, newest first, a page at a time.

        `unit`: those of this unit and those for everybody; None: all. `due_by`: only those whose
        review is due on that day or before. `retired`: the retired ones instead.
        """
        wanted = select(VerifiedAnswer).order_by(VerifiedAnswer.id.desc()).limit(limit).offset(offset)
        wanted = wanted.where(
            VerifiedAnswer.retired_at.is_not(None) if retired else VerifiedAnswer.retired_at.is_(None)
        )
        if unit is not None:
            wanted = wanted.where(or_(VerifiedAnswer.unit == unit, VerifiedAnswer.unit.is_(None)))
        if due_by is not None:
            wanted = wanted.where(VerifiedAnswer.review_due <= due_by)
        return self._read(wanted)

    def in_use(self) -> builtins.list[Verified]:
        """Every verified answer that is not retired, oldest first."""
        alive = select(VerifiedAnswer).where(VerifiedAnswer.retired_at.is_(None))
        return self._read(alive.order_by(VerifiedAnswer.id))

    def ids_in_use(self) -> set[int]:
        """The ids of all verified answers that are not retired."""
        alive = select(VerifiedAnswer.id).where(VerifiedAnswer.retired_at.is_(None))
        with self._reading() as connection:
            return set(connection.execute(alive).scalars())

    def answers_in_use(self, ids: Sequence[int]) -> builtins.list[Verified]:
        """Those of these verified answers that are not retired, oldest first."""
        if not ids:
            return []
        alive = VerifiedAnswer.retired_at.is_(None), VerifiedAnswer.id.in_(ids)
        return self._read(select(VerifiedAnswer).where(*alive).order_by(VerifiedAnswer.id))

    def _read(self, wanted: Select[Any]) -> builtins.list[Verified]:
        with self._reading() as connection:
            return [_verified(row) for row in connection.execute(wanted)]

    def _retire(self, connection: Connection, id: int) -> None:
        alive = VerifiedAnswer.id == id, VerifiedAnswer.retired_at.is_(None)
        done = connection.execute(update(VerifiedAnswer).where(*alive).values(retired_at=utc_now()))
        if done.rowcount == 0:
            raise NotFound(f"there is no verified answer {id} in use")


def _verified(row: Row[Any]) -> Verified:
    values = dict(row._mapping)
    questions = (values.pop("question"), *values.pop("other_questions"))
    return Verified(questions=questions, **values)
