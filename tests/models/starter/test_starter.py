"""The content of day one is whole, in each language that has some."""

from collections import Counter

from models import starter
from models.knowledge.vocabulary import words_in
from models.language import LANGUAGES


def having(name: str) -> set[str]:
    return set(LANGUAGES) - set(starter.lacking(name))


def test_every_category_has_a_title_and_a_description_in_each_language() -> None:
    for category in starter.categories():
        assert set(category.titles) == set(category.descriptions) == having(starter.NAMES)


def test_every_category_has_at_least_25_examples_in_each_language() -> None:
    sizes = Counter((example.category, example.language) for example in starter.examples())

    for category in starter.categories():
        for language in having(starter.EXAMPLES):
            assert sizes[category.key, language] >= 25, (category.key, language)


def test_examples_and_articles_name_categories_that_exist() -> None:
    known = {category.key for category in starter.categories()}

    assert {example.category for example in starter.examples()} <= known
    assert {article.category for article in starter.articles()} <= known


def test_each_article_is_there_in_each_language() -> None:
    languages: dict[str, set[str]] = {}
    for article in starter.articles():
        languages.setdefault(article.id, set()).add(article.language)

    assert len(languages) >= 40
    assert all(found == having(starter.ARTICLES) for found in languages.values())


def test_each_article_answers_a_dozen_wordings_and_has_an_owner() -> None:
    for article in starter.articles():
        assert len(article.questions) >= 12, (article.id, article.language)
        assert article.owner
        assert article.answer.strip()


def test_no_two_articles_of_a_language_answer_the_same_words() -> None:
    for language in having(starter.ARTICLES):
        owners: dict[str, set[str]] = {}
        for article in starter.articles():
            if article.language == language:
                for text in (article.title, *article.questions):
                    owners.setdefault(" ".join(words_in(text)), set()).add(article.id)

        assert [text for text, names in owners.items() if len(names) > 1] == []


def test_each_article_has_counterexamples_that_it_does_not_hold_as_questions() -> None:
    sizes = Counter((one.article, one.language) for one in starter.counterexamples())
    asked = {" ".join(words_in(text)) for one in starter.articles() for text in one.questions}

    for article in starter.articles():
        assert sizes[article.id, article.language] >= 6, (article.id, article.language)
    for language in having(starter.COUNTEREXAMPLES):
        assert sizes["", language] >= 150, language
    assert {one.article for one in starter.counterexamples()} - {""} == {
        article.id for article in starter.articles()
    }
    assert [one for one in starter.counterexamples() if " ".join(words_in(one.text)) in asked] == []
