"""The way of a batch of verbatims: clean, language, mask, rules, embeddings and heads, and one reading each.

A tier says how deep to look. Each gives the same `Reading`; what is not installed is left
out, and `Reading.model` says what was there. What a batch is on its way, `batch` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.batch import UNREAD, Judged, Prepared, prepare
from vivencia.understanding.budget import closer
from vivencia.understanding.clauses import HITS
from vivencia.understanding.embedders import embedder, is_folder, local_model, present
from vivencia.understanding.feelings import aspects_of, emotions_of
from vivencia.understanding.heads.adapting import adapt, enough_texts
from vivencia.understanding.heads.classified import with_sides
from vivencia.understanding.heads.company import CompanyHead, adapted_head
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.labelled import AspectHeads
from vivencia.understanding.heads.shipped import shipped_heads
from vivencia.understanding.labelled_aspects import relabelled
from vivencia.understanding.liking import Liking, like
from vivencia.understanding.own_aspects import own_aspects
from vivencia.understanding.reading import ASPECTS, EMOTIONS, READ, SENTIMENTS, UNDETERMINED, Reading
from vivencia.understanding.rules import uncollected
from vivencia.understanding.spoken import Spoken, spoken_of
from vivencia.understanding.valued import values_of
from vivencia.words.catalogue import OwnAspect
from vivencia.words.shapes.understanding import DEPTHS

Floats = NDArray[np.float64]

#: How deep to look: word lists alone; with USE; with E5 for the least sure; with E5 for all.
RULES, DEFAULT, CASCADE, DEEP = DEPTHS
#: Texts read in one go: their embeddings are held together.
AT_ONCE = 4096
#: Share of a batch that the cascade passes on to the deeper tier: those least sure.
PASSED_ON = 0.05


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read: the tier, what was learned from the company itself, and its own aspects.

    The tier is one of DEPTHS, or the folder of a model (`embedders.local`), which looks beside USE.
    `share` is the share of texts that is read as deep as the tier says: those that rules are
    least sure of (`budget.closer`); the others are read by rules alone. `labelled` are the aspects
    learned from the company's labels.
    Raises ValueError for an unknown tier.
    """

    tier: str = DEFAULT
    company: CompanyHead | None = None
    aspects: tuple[OwnAspect, ...] = ()
    share: float = 1.0
    labelled: AspectHeads | None = None

    def __post_init__(self) -> None:
        if self.tier not in DEPTHS and not is_folder(self.tier):
            raise ValueError(f"there is no tier {self.tier}: {', '.join(DEPTHS)}")


def read(
    texts: Sequence[str], languages: Sequence[str | None] | None = None, *, reader: Reader | None = None
) -> list[Reading]:
    """One reading for each text, in order; any text gives one.

    `languages` are the languages known beforehand (a code of LANGUAGES, or None to find out).
    """
    found: list[Reading] = []
    for first in range(0, len(texts), AT_ONCE):
        some = None if languages is None else languages[first : first + AT_ONCE]
        with uncollected():
            found += _readings(judge(texts[first : first + AT_ONCE], some, reader=reader))
    return found


def _readings(found: Judged) -> list[Reading]:
    batch, names = found.batch, (*SENTIMENTS, None)
    return values_of(
        Reading, batch.texts, batch.languages, batch.outcomes,
        [names[sentiment] for sentiment in found.sentiments.tolist()],
        found.polarity.tolist(), found.intensity.tolist(),
        list(zip(*found.probabilities.T.tolist(), strict=True)),
        list(zip(*found.emotions.T.tolist(), strict=True)),
        found.models, found.spoken.values(len(batch.texts)), batch.ruled.marked(), batch.masks,
        batch.ruled.worded(),
    )  # fmt: skip


def judge(
    texts: Sequence[str], languages: Sequence[str | None] | None = None, *, reader: Reader | None = None
) -> Judged:
    """The same as `read`, as arrays: a value for each text would cost more than reading it by rules."""
    with uncollected():
        return _judge(texts, languages, reader or Reader())


def _judge(texts: Sequence[str], languages: Sequence[str | None] | None, reader: Reader) -> Judged:
    batch = prepare(texts, languages)
    deep = closer(batch.texts, batch.ruled, reader.share)
    alike = reader.tier == RULES or bool(deep.all())
    found = _judged(batch, reader) if alike else _joined(batch, deep, reader)
    if reader.aspects:
        found.spoken = found.spoken.with_(_own(found, reader))
    found.spoken = relabelled(found, reader.labelled)
    return found


def _joined(batch: Prepared, deep: NDArray[np.bool_], reader: Reader) -> Judged:
    """Some of a batch read as deep as the reader says, the others by rules alone."""
    size = len(batch.texts)
    whole = Judged(
        batch, np.zeros((size, len(SENTIMENTS))), np.zeros(size), np.zeros(size),
        np.zeros((size, len(EMOTIONS))), np.full(size, UNREAD), [""] * size, spoken_of((), ASPECTS),
    )  # fmt: skip
    for places, one in ((np.flatnonzero(deep), reader), (np.flatnonzero(~deep), replace(reader, tier=RULES))):
        if not len(places):
            continue
        found = _judged(batch.part(places.tolist()), one)
        for name in ("probabilities", "polarity", "intensity", "emotions", "sentiments"):
            getattr(whole, name)[places] = getattr(found, name)
        for place, model in zip(places.tolist(), found.models, strict=True):
            whole.models[place] = model
        whole.spoken = whole.spoken.with_(found.spoken.of_others(places))
    return whole


def _own(found: Judged, reader: Reader) -> Spoken:
    """The company's own aspects in what was read."""
    batch = found.batch
    own = own_aspects(
        batch.texts, batch.ruled, reader.aspects, found.polarity.tolist(),
        by_likeness=reader.tier != RULES and reader.share >= 1,
    )  # fmt: skip
    known = [more if outcome == READ else () for more, outcome in zip(own, batch.outcomes, strict=True)]
    return spoken_of(known, (*ASPECTS, *(one.key for one in reader.aspects)))


def adapted(texts: Sequence[str], languages: Sequence[str | None] | None = None, *, reader: Reader) -> Reader:
    """The reader after it has seen how these customers write, without any label; see `heads.adapting`.

    The reader comes back as it was where it has a company's head already, reads by rules
    alone, or is sure of these texts as it is.
    """
    if reader.company is not None or reader.tier == RULES or not enough_texts(texts):
        return reader
    batch = prepare(texts, languages)
    look(batch, reader.tier)
    known = batch.known
    if not batch.embeddings or not enough_texts(known):
        return reader
    bodies = [batch.texts[place] for place in known]
    found, _ = adapt(joined(bodies, batch.embeddings), scored(batch).score[known])
    return reader if found is None else replace(reader, company=adapted_head(found, batch.embedder))


def look(batch: Prepared, tier: str) -> None:
    """Embed what could be read and let the shipped heads decide, as deep as the tier says."""
    if tier == RULES or not batch.known:
        return
    texts = [batch.texts[place] for place in batch.known]
    if present("use"):
        model = embedder("use")
        different = list(dict.fromkeys(texts))
        rows, place = model.embed(different), {text: at for at, text in enumerate(different)}
        rows = rows if len(different) == len(texts) else rows[[place[text] for text in texts]]
        heads = shipped_heads(model.name)
        batch.embeddings.append((model.name, rows))
        spoken = [batch.languages[place].code for place in batch.known]
        batch.decisions.append((heads, _spread_out(batch, heads.decide(rows, texts, spoken))))
    if is_folder(tier):
        _look_with(batch, texts, tier)
    if tier not in (CASCADE, DEEP) or not present("e5"):
        return
    chosen = np.ones(len(texts), dtype=bool)
    if tier == CASCADE and batch.decisions:
        unsure = np.abs(scored(batch).score[batch.known])
        chosen = unsure <= np.quantile(unsure, PASSED_ON)
    deep = embedder("e5")
    found = np.zeros((len(texts), shipped_heads("e5").weights.shape[1]))
    rows = deep.embed([text for text, on in zip(texts, chosen, strict=True) if on])
    found[chosen] = shipped_heads("e5").decide(rows)
    if chosen.all():
        batch.embeddings.append((deep.name, rows))
    batch.decisions.append((shipped_heads("e5"), _spread_out(batch, found)))
    batch.deeper = np.zeros(len(batch.texts), dtype=bool)
    batch.deeper[np.array(batch.known)[chosen]] = True


def _look_with(batch: Prepared, texts: Sequence[str], folder: str) -> None:
    """Let a folder's model look too: a classifier decides, a sentence encoder adds columns to learn on."""
    model = local_model(folder)
    batch.folder = folder
    if model.decides:
        batch.sides = _spread_out(batch, model.sides(texts))
    else:
        batch.embeddings.append((folder, model.embed(texts)))


def _spread_out(batch: Prepared, found: Floats) -> Floats:
    """Decisions of the texts that could be read, with zeros for the others.

    Embeddings know no pictures, so of a text of pictures alone they decide nothing either.
    """
    whole = np.zeros((len(batch.texts), found.shape[1]))
    whole[batch.known] = found
    whole[[language.code == UNDETERMINED for language in batch.languages]] = 0.0
    return whole


def scored(batch: Prepared) -> Liking:
    """What the shipped tiers say of a batch that was looked at, before anything learned from the company.

    The second embedder counts only where it looked.
    """
    if batch.deeper is None or batch.deeper.all():
        found = like(batch.ruled, batch.decisions)
        return found if batch.sides is None else with_sides(found, batch.sides)
    shallow = like(batch.ruled, batch.decisions[:1])
    deep = like(batch.ruled, batch.decisions)
    return Liking(
        np.where(batch.deeper, deep.score, shallow.score),
        np.where(batch.deeper, deep.opinion, shallow.opinion),
        np.where(batch.deeper, deep.mixed, shallow.mixed),
    )


def _company(batch: Prepared, liking: Liking, company: CompanyHead | None) -> Liking:
    if company is None or not batch.known:
        return liking
    score = liking.score.copy()
    texts = [batch.texts[place] for place in batch.known]
    # A head that was learned without embeddings learned beside the score of the rules alone.
    beside = liking if company.embedder else like(batch.ruled, [])
    score[batch.known] = company.score(texts, batch.embeddings, beside.score[batch.known])
    return Liking(score, liking.opinion, liking.mixed)


def _verdicts(liking: Liking, company: CompanyHead | None) -> Floats:
    """The probabilities that sentiments are said by: both sides even at the company's own cut."""
    if company is None or not company.cut:
        return liking.probabilities()
    return Liking(liking.score - company.cut, liking.opinion, liking.mixed).probabilities()


def _model(batch: Prepared, company: CompanyHead | None) -> str:
    names = [heads.embedder for heads, _ in batch.decisions] or ["lexicon"]
    if batch.folder:
        model = local_model(batch.folder)
        names.append(f"{model.name}@{model.version}")
    return "+".join([*names, *(["company"] if company else [])]) + "-1"


def _judged(batch: Prepared, reader: Reader) -> Judged:
    look(batch, reader.tier)
    # A head that was learned on embeddings says nothing of a text that was not embedded so.
    company = reader.company
    if company is not None and batch.known and company.embedder not in ("", batch.embedder):
        company = None
    liking = _company(batch, scored(batch), company)
    was_read = np.array([outcome == READ for outcome in batch.outcomes], dtype=bool)
    probabilities = np.where(was_read[:, None], liking.probabilities(), _ODDS_UNREAD)
    negative, neutral, mixed, positive = probabilities.T
    likes = (positive - negative + mixed * np.tanh(liking.score / 2)) / np.maximum(1 - neutral, 1e-9)
    first, last = batch.ruled.bounds(HITS)
    strength = batch.ruled.praise + batch.ruled.blame
    intensity = np.where(last > first, 1 - np.exp(-strength / 4), (1 - neutral) * 0.5)
    felt = emotions_of(batch.ruled, batch.decisions)
    return Judged(
        batch,
        probabilities,
        np.where(was_read, np.round((1 - neutral) * likes, _DECIMALS), 0.0),
        np.where(was_read, np.round(intensity, _DECIMALS), 0.0),
        np.where(was_read[:, None], np.round(felt, _DECIMALS), 0.0),
        np.where(was_read, _verdicts(liking, company).argmax(axis=1), UNREAD),
        [_model(batch, company)] * len(batch.texts),
        aspects_of(batch.ruled, batch.decisions, positive - negative),
    )


#: What is said of a text that could not be read.
_ODDS_UNREAD = np.array([0.0, 1.0, 0.0, 0.0])
_DECIMALS = 4
