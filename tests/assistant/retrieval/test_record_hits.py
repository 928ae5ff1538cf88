"""Which of the records that were found are somebody else's."""

from dataclasses import replace

from assistant.retrieval.record_hits import RecordHit, for_these_people, of_this_case, of_this_thing

SAME, SILENT, OTHER = 1.0, 0.5, -1.0


def hit(number, thing=SILENT, people=(), called=0.0):
    return replace(
        RecordHit(number, 0.0, 0.0, 0.0, called, 0.0, 0.0),
        case=(thing, 0.0, float(bool(people)), 0.0, 0.0, 0.0),
        people=frozenset(people),
    )


def for_case(number, score, *actions):
    return replace(hit(number, SAME), score=score, actions=frozenset(actions))


def left(hits):
    return [one.number for one in hits if not one.why_not]


def test_the_same_thing_for_foreigners_leaves_the_rest_out():
    hits = [hit(1, SAME), hit(2, SAME, ["foreigner"]), hit(3)]
    assert left(for_these_people(hits, frozenset(["foreigner"]))) == [2]


def test_people_told_by_the_way_leave_nothing_out():
    """A firm, a soldier, a journey home from abroad: what is asked of need not be theirs."""
    hits = [hit(1, SAME), hit(2, SAME, ["company"]), hit(3, SILENT, ["abroad"])]
    assert left(for_these_people(hits, frozenset(["company"]))) == [1, 2, 3]
    assert left(for_these_people(hits, frozenset(["abroad"]))) == [1, 2, 3]


def test_a_short_question_of_a_thing_is_not_answered_by_what_is_silent_of_it():
    hits = [hit(1, SAME), hit(2, OTHER), hit(3, OTHER, called=0.9)]
    assert left(of_this_thing(hits, short=True)) == [1, 3]
    assert left(of_this_thing(hits, short=False)) == [1, 2, 3]


def test_making_it_for_the_first_time_is_not_making_it_again():
    first, again, other = for_case(1, 3.0), for_case(2, 2.5, "reissue"), hit(3)
    assert left(of_this_case([first, again, other], frozenset(["damaged", "reissue"]))) == [2, 3]


def test_what_befell_a_paper_may_stand_in_any_record_of_it():
    """The fee of a lost passport stands in the record of the first one; the report of its loss is another."""
    first, report = for_case(1, 3.0), for_case(2, 2.5, "report")
    assert left(of_this_case([first, report], frozenset(["lost"]))) == [1, 2]


def test_a_record_of_the_case_far_behind_takes_nothing_away():
    first, again = for_case(1, 9.0), for_case(2, 1.0, "reissue")
    assert left(of_this_case([first, again], frozenset(["reissue"]))) == [1, 2]
