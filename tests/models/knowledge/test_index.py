"""The search finds what people mean, however they spell it."""

from models.knowledge.index import Index, content, fold
from models.tables import Article


def article(name: str, *questions: str, answer: str = "", language: str = "sv") -> Article:
    return Article(
        document="faq",
        external_id=name,
        language=language,
        title=name,
        questions=list(questions),
        answer=answer,
        sha256="",
    )


INDEX = Index(
    [
        article("Lösenord", "hur byter jag lösenord?", answer="Öppna självbetjäningsportalen."),
        article("Skrivare", "skrivaren skriver inte ut", answer="Starta om skrivaren."),
        article("Semester", "hur söker jag semester?", answer="Sök i lönesystemet."),
        article("Lösenord", "how do I change my password?", language="en", answer="Open it."),
    ]
)


def first(text: str) -> str:
    return INDEX.search(text, "sv")[0].article.title


def test_a_question_finds_its_article() -> None:
    assert first("Hur byter jag lösenord?") == "Lösenord"
    assert first("skrivaren är trasig") == "Skrivare"


def test_it_finds_words_inside_compounds() -> None:
    assert first("portalen") == "Lösenord"
    assert first("semesteransökan") == "Semester"


def test_dots_and_rings_may_be_missing() -> None:
    assert first("losenordet maste bytas") == "Lösenord"
    assert first("LÖSENORD") == "Lösenord"


def test_letters_are_folded_as_people_type_them() -> None:
    assert fold("Åsas Çürü ØL Straße") == "asas curu ol strasse"


def test_small_words_count_only_where_there_is_nothing_else() -> None:
    assert content("hur byter jag mitt lösenord") == "byter losenord"
    assert content("vad är det") == "vad ar det"


def test_the_version_in_the_askers_language_is_shown() -> None:
    assert INDEX.search("how do I change my password", "en")[0].article.language == "en"
    found = INDEX.search("how do I change my password", "sv")[0]
    assert (found.article.language, found.foreign) == ("sv", True)


def test_an_article_is_found_once_though_it_has_two_versions() -> None:
    names = [found.article.title for found in INDEX.search("lösenord password", "sv", 10)]

    assert names.count("Lösenord") == 1


def test_the_order_is_the_same_each_time() -> None:
    assert INDEX.search("lösenord skrivare", "sv") == INDEX.search("lösenord skrivare", "sv")


def test_scores_are_shares() -> None:
    for found in INDEX.search("hur byter jag lösenord?", "sv"):
        assert 0 < found.score <= 1 + 1e-9
        assert 0 <= found.coverage <= 1


def test_nothing_is_found_in_nothing() -> None:
    assert Index([]).search("lösenord", "sv") == ()
    assert INDEX.search("", "sv") == ()
    assert INDEX.search("???", "sv") == ()
    assert INDEX.search("こんにちは", "sv") == ()


def test_articles_without_questions_are_found_by_their_answers() -> None:
    index = Index(
        [
            Article(
                document="d",
                external_id=str(number),
                language="sv",
                title="",
                answer=answer,
                sha256="",
            )
            for number, answer in enumerate(("Kanyler är smittförande.", "Barn kan samtycka."))
        ]
    )

    assert index.search("är kanyler farliga", "sv")[0].article.external_id == "0"
