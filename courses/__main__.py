"""python -m courses check | list | new | claims | pack"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from courses.checking.claims import Claim
from courses.reading.reader import FOLDER, load

COVERED = {"example": "ví dụ", "hedge": "tên có thể khác", "": "CHƯA CÓ NGUỒN"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 1 when something must be mended."""
    options = _parser().parse_args(arguments)
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m courses", description="Đọc và kiểm tra khóa học.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="thư mục courses (có audiences.yaml)")
    commands = parser.add_subparsers(required=True, metavar="LỆNH")
    check = commands.add_parser("check", help="kiểm tra mọi khóa học, hoặc một khóa")
    check.add_argument("course", nargs="?", help="chỉ hiện lỗi của khóa này")
    check.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    check.set_defaults(run=_check)
    listing = commands.add_parser("list", help="liệt kê khóa học và bài học")
    listing.set_defaults(run=_list)
    new = commands.add_parser("new", help="tạo khung một khóa học, hoặc thêm một bài")
    new.add_argument("course")
    new.add_argument("lesson", nargs="?")
    new.set_defaults(run=_new)
    claims = commands.add_parser("claims", help="liệt kê mọi con số, ngày, luật, tên nút kèm nguồn")
    claims.add_argument("course", nargs="?")
    claims.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    claims.set_defaults(run=_claims)
    pack = commands.add_parser("pack", help="đóng gói bài đọc không cần mạng và tờ phát tay")
    pack.add_argument("course", nargs="*")
    pack.add_argument("--to", type=Path, default=Path("instance/packs"), help="thư mục nhận (instance/packs)")
    pack.add_argument(
        "--site", default=None, help="địa chỉ của trang, để in mã QR, như https://hoc.xa.gov.vn"
    )
    pack.set_defaults(run=_pack)
    return parser


def _check(options: argparse.Namespace) -> int:
    from courses.checking.library import check

    report = check(load(options.folder))
    if options.course:
        report = report.of_course(options.course)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
        return 1 if report.errors else 0
    for problem in report.errors:
        print(problem)
    for notice in report.notices:
        print(f"Lưu ý: {notice.file}: {notice.message}")
    print(
        f"{report.audiences} nhóm, {report.courses} khóa, {report.lessons} bài, {report.questions} câu hỏi: "
        + (f"{len(report.errors)} chỗ cần sửa." if report.errors else "không có lỗi.")
    )
    return 1 if report.errors else 0


def _list(options: argparse.Namespace) -> int:
    library = load(options.folder)
    for course in library.courses:
        print(f"{course.id}: {course.title} ({len(course.lessons)} bài, {course.minutes} phút)")
        for lesson in course.lessons:
            holds = f"{', '.join(lesson.texts)}; {len(lesson.questions)} câu hỏi"
            print(f"  {lesson.number:02d} {lesson.id}: {lesson.title} [{holds}]")
    for problem in library.errors:
        print(problem, file=sys.stderr)
    return 0


def _new(options: argparse.Namespace) -> int:
    from courses.reading.new_course import SkeletonRefused, new_course, new_lesson

    try:
        if options.lesson:
            made = new_lesson(options.folder, options.course, options.lesson)
        else:
            made = new_course(options.folder, options.course)
    except SkeletonRefused as error:
        print(error, file=sys.stderr)
        return 1
    for path in made:
        print(path)
    return 0


def _claims(options: argparse.Namespace) -> int:
    from courses.checking.claims import claims_of, kind_name

    library = load(options.folder)
    claims = [
        claim
        for course in library.courses
        if options.course in (None, course.id)
        for claim in claims_of(library, course)
    ]
    if options.json:
        print(json.dumps([_claim_json(claim) for claim in claims], ensure_ascii=False))
    else:
        for claim in claims:
            covered = COVERED.get(claim.covered_by)
            if claim.source:
                covered = f"{claim.source.title} ({claim.source.publisher}), xem {claim.source.checked_on}"
            print(f"{claim.file}:{claim.line}\t{kind_name(claim.kind)}\t{claim.figure}\t{covered}")
    return 0 if all(claim.covered_by for claim in claims) else 1


def _claim_json(claim: Claim) -> dict[str, Any]:
    source = claim.source
    return {
        "file": claim.file,
        "line": claim.line,
        "course": claim.course_id,
        "kind": claim.kind,
        "figure": claim.figure,
        "sentence": claim.sentence,
        "covered_by": claim.covered_by,
        "source": source.id if source else None,
        "sure": source.sure if source else None,
        "dated": source.dated if source else None,
        "checked_on": source.checked_on.isoformat() if source else None,
    }


def _pack(options: argparse.Namespace) -> int:
    from courses.exchange.offline_pack import PackRefused, pack

    try:
        made = pack(load(options.folder), options.to, options.course, options.site)
    except PackRefused as error:
        print(error, file=sys.stderr)
        return 1
    for path in made:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
