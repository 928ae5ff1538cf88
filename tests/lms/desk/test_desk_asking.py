"""Asking at the desk for a citizen. The assistant here searches by words alone."""

from tests.lms.desk.tickets import seen
from tests.lms.words_only import KNOWN, words


def test_asking_for_a_citizen_shows_answer_sources_and_a_code_to_scan(officer, words_only_commune):
    came = officer.post("/quay/hoi", question=KNOWN)
    page = officer.page(came.location)
    assert KNOWN in page.select_one(".work .me").get_text()
    assert page.select_one(".beside .src blockquote")
    assert page.select_one(".work svg.qr")
    assert page.select_one(".work [data-print][hidden]")
    token = came.location.rsplit("/", 1)[1]
    assert words_only_commune.visitor().get(f"/hoi/{token}").status_code == 200
    assert officer.page("/cau-da-hoi").select_one("a.tile") is None, "it is the citizen's, not the officer's"


def test_an_empty_question_at_the_desk_is_refused(officer):
    came = officer.post("/quay/hoi", question=" ")
    assert came.status_code == 422
    assert "Bạn gõ câu hỏi vào ô" in came.get_data(as_text=True)


def test_a_question_asked_by_a_learner_is_not_opened_as_one_of_the_desk(officer, words_only_commune):
    token = words_only_commune.visitor().ask(KNOWN).rsplit("/", 1)[1].partition("#")[0]
    assert officer.get(f"/quay/hoi/{token}").status_code == 404


def test_the_desk_puts_a_question_into_the_queue_once(officer):
    place = officer.post("/quay/hoi", question="Giống lúa Hương Cốm gieo mấy cân một sào?").location
    officer.post(place + "/cho")
    officer.post(place + "/cho")
    lines = [link for link in officer.page("/quay").select("a.ticket") if "Hương Cốm" in link.get_text()]
    assert len(lines) == 1
    assert "Tại quầy" in lines[0].get_text()


def test_the_assistants_answer_can_be_checked_and_saved(officer, words_only_commune):
    place = officer.post("/quay/hoi", question="Làm VNeID mức độ 2 cần mang gì?").location
    path = officer.post(place + "/kiem-tra").location
    form = officer.page(path)
    said = form.select_one("textarea[name=text]").get_text().strip()
    assert said, "the form begins with what the assistant said"
    url = form.select_one("input[name=source_url]")["value"]
    assert url.startswith("/hoc/")
    came = officer.post(path, text=said, source_title="Bài học", source_url=url,
                        checked_on="2026-11-20", seen=seen(officer, path))  # fmt: skip
    assert came.status_code == 303, words(officer.page(path))
    page = words_only_commune.visitor()
    assert "Người thật đã kiểm tra" in words(page.page(page.ask("Làm VNeID mức độ 2 cần mang gì?")))
