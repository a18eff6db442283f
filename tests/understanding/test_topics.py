"""A planted new topic is found and named by its own words; without one nothing is called new."""

import numpy as np
import pytest

from vivencia.understanding.topics import Said, Topic, difference, kmeans, topics

OLD = {
    "pt": [
        ("a entrega da encomenda", ["atrasou", "demorou", "chegou tarde", "foi rápida"]),
        ("o preço do quarto", ["subiu", "é caro", "compensa", "está justo"]),
        ("a comida do jantar", ["estava fria", "estava quente", "era variada", "acabou cedo"]),
    ],
    "es": [
        ("la entrega del paquete", ["tardó", "llegó tarde", "fue rápida", "se retrasó"]),
        ("el precio del cuarto", ["subió", "es caro", "compensa", "es justo"]),
        ("la comida de la cena", ["estaba fría", "estaba caliente", "era variada", "se acabó"]),
    ],
}
NEW = {
    "pt": ("o aplicativo novo trava no login", ["sempre", "de manhã", "ao pagar", "sem aviso"]),
    "es": ("la aplicación nueva falla al entrar", ["siempre", "por la mañana", "al pagar", "sin aviso"]),
}


def told(planted: int, seed: int, vectors: bool = False) -> Said:
    """600 texts of three topics in two languages over two periods, and so many of a fourth in the second."""
    rng = np.random.default_rng(seed)
    texts, languages, recent, kinds = [], [], [], []
    for place in range(600 + planted):
        language = ("pt", "es")[place % 2]
        kind = int(rng.integers(3)) if place < 600 else 3
        stem, ends = NEW[language] if kind == 3 else OLD[language][kind]
        texts.append(f"{stem} {ends[int(rng.integers(4))]}")
        languages.append(language)
        recent.append(kind == 3 or bool(rng.integers(2)))
        kinds.append(kind)
    meant = np.eye(4, dtype=np.float32)[kinds] + rng.normal(0, 0.1, (len(kinds), 4)).astype(np.float32)
    customers = [f"c{place}" for place in range(len(texts))]
    return Said(texts, languages, customers, np.array(recent), meant if vectors else None)


def test_a_planted_topic_is_new_and_named_by_its_words_in_each_language() -> None:
    found = [topic for topic in topics(told(40, 1, vectors=True), groups=4) if topic.new]
    assert len(found) == 1
    topic = found[0]
    assert (topic.now, topic.before) == (40, 0)
    assert set(topic.words["pt"][:4]) == {"aplicativo", "novo", "trava", "login"}
    assert set(topic.words["es"][:4]) == {"aplicación", "nueva", "falla", "entrar"}
    assert topic.low < topic.change < topic.high
    assert topic.low > 0.05


def test_words_alone_find_it_too_one_language_at_a_time() -> None:
    found = [topic for topic in topics(told(40, 1), groups=8) if topic.new]
    assert {word for topic in found for words in topic.words.values() for word in words} >= {
        "aplicativo",
        "falla",
    }
    assert all(topic.before == 0 for topic in found)


@pytest.mark.parametrize("vectors", [True, False])
def test_where_nothing_is_new_nothing_is_called_so(vectors: bool) -> None:
    called = [topic for seed in range(10) for topic in topics(told(0, seed, vectors)) if topic.new]
    assert len(called) <= 2


def test_few_customers_are_withheld_with_their_words() -> None:
    said = told(4, 2, vectors=True)
    assert said.vectors is not None
    said = Said(said.texts, said.languages, said.customers, said.recent, np.round(said.vectors))
    found = topics(said, groups=4)
    withheld = [topic for topic in found if topic.withheld]
    assert withheld == [Topic({}, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, False, True, ())]
    assert found[-1].withheld
    one = Said(said.texts, said.languages, ["c"] * len(said.texts), said.recent, said.vectors)
    assert all(topic.withheld for topic in topics(one))


def test_the_same_seed_gives_the_same_topics_and_masked_words_name_none() -> None:
    said = told(40, 3)
    assert topics(said) == topics(said)
    masked = Said([f"⟨name⟩ {text}" for text in said.texts], said.languages, said.customers, said.recent)
    assert not any("name" in words for topic in topics(masked) for words in topic.words.values())


def test_a_period_without_texts_has_no_topics() -> None:
    empty = Said([], [], [], np.array([], dtype=bool))
    assert topics(empty) == []
    assert topics(Said(["a"], ["pt"], ["c"], np.array([True]))) == []


def test_the_interval_is_newcombes() -> None:
    # Newcombe (1998), table II, row (a): 56/70 − 48/80, method 10: 0.0524 to 0.3339.
    change, low, high = difference(56, 70, 48, 80)
    assert (round(change, 4), round(low, 4), round(high, 4)) == (0.2, 0.0524, 0.3339)


def test_kmeans_parts_what_lies_apart() -> None:
    points = np.array([[0.0, 0], [0.1, 0], [5, 5], [5, 5.1]])
    group, distance = kmeans(points, 2, np.random.default_rng(1))
    assert group[0] == group[1] != group[2] == group[3]
    np.testing.assert_allclose(distance, 0.0025, atol=1e-12)
