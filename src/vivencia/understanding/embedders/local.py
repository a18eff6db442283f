"""A transformer of one's own, in a folder on this machine: a sentence encoder or a sentiment classifier.

The folder holds `model.onnx` (or `onnx/model.onnx`), `tokenizer.json` and `config.json`, as exporters
write them; `1_Pooling/config.json` says where a sentence encoder takes the first token instead of the
mean. A classifier names its classes in `id2label` of `config.json`: negative, neutral and positive, or
stars. Nothing is fetched: the folder is all there is (`vivencia[transformers]`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.embedders.use import shortened
from vivencia.words.errors import InputError

#: Written after the folder, followed by the SHA-256 of the model's file: another model is refused.
PIN = "#sha256="
#: Tokens read of a text at most, and texts read at once.
LONGEST, AT_ONCE = 512, 32
_NEEDED = ("tokenizer.json", "config.json")
_WORDS = {
    "negative": 0, "neg": 0, "negativo": 0, "negativa": 0, "neutral": 1, "neu": 1, "neutro": 1,
    "positive": 2, "pos": 2, "positivo": 2, "positiva": 2,
}  # fmt: skip
_STARS = re.compile(r"([1-5])(?:[ _-]?(?:stars?|estrel\w*|stell\w*))?")


class LocalModelWrong(InputError):
    """The folder of a model cannot be used."""


def is_folder(tier: str) -> bool:
    """Whether a tier is the folder of a model, by its form."""
    return "/" in tier or "\\" in tier or PIN in tier


@cache
def local_model(tier: str) -> "LocalModel":
    """The model in a folder, loaded once in a process; raises LocalModelWrong."""
    return LocalModel(tier)


class LocalModel:
    """A folder's model behind the `Embedder` interface; `decides` where it is a classifier.

    `name` and `version` are the folder's own name and the first characters of the SHA-256 of its model.
    """

    def __init__(self, tier: str) -> None:
        """Load the folder; raises LocalModelWrong that names it, what is wrong and what to do."""
        place, _, pin = tier.partition(PIN)
        self._folder = Path(place)
        model = self._model_file()
        digest = sha256(model.read_bytes()).hexdigest()
        if pin and not digest.startswith(pin.lower()):
            self._refuse(f"its model has the SHA-256 {digest}", f"it is pinned to {pin}: put that model back")
        self._config = self._json("config.json")
        self._tokenizer, self._session = self._loaded(model)
        self.name, self.version = f"local:{self._folder.name}", digest[:12]
        self._classes = self._sides() if self._is_classifier() else None
        self._first = bool(self._json("1_Pooling/config.json", {}).get("pooling_mode_cls_token"))
        self.dim = 0 if self.decides else int(self.embed(["."]).shape[1])

    @property
    def decides(self) -> bool:
        """Whether it is a classifier, and not a sentence encoder."""
        return self._classes is not None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        rows = np.concatenate([self._pooled(*self._run(some)) for some in _batches(texts)])
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)

    def sides(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probability of negative, neutral and positive of each text: n × 3, by a classifier."""
        if not texts:
            return np.empty((0, 3))
        logits = np.concatenate([self._run(some)[0] for some in _batches(texts)]).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True) @ self._classes)

    def _run(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """The first output for some texts, and the mask of their tokens."""
        found = self._tokenizer.encode_batch([shortened(text) or "." for text in texts])
        given = {
            "input_ids": np.array([one.ids for one in found], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in found], dtype=np.int64),
            "token_type_ids": np.array([one.type_ids for one in found], dtype=np.int64),
        }
        wanted = {one.name: given[one.name] for one in self._session.get_inputs() if one.name in given}
        return self._session.run(None, wanted)[0], given["attention_mask"]

    def _pooled(self, hidden: Any, mask: Any) -> Any:
        if hidden.ndim == 2:
            return hidden
        if self._first:
            return hidden[:, 0]
        weight = mask[:, :, None].astype(hidden.dtype)
        return (hidden * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)

    def _model_file(self) -> Path:
        if not self._folder.is_dir():
            self._refuse(
                "there is no such folder", "give the folder that holds model.onnx and tokenizer.json"
            )
        for name in _NEEDED:
            if not (self._folder / name).is_file():
                self._refuse(f"{name} is missing", "export the model with its tokenizer, as a fast tokenizer")
        found = [
            file
            for file in (self._folder / "model.onnx", self._folder / "onnx" / "model.onnx")
            if file.is_file()
        ]
        if not found:
            self._refuse("model.onnx is missing", "export the model to ONNX and put it there")
        return found[0]

    def _loaded(self, model: Path) -> tuple[Any, Any]:
        for package in ("onnxruntime", "tokenizers"):
            if find_spec(package) is None:
                self._refuse(f"{package} is not installed", "pip install 'vivencia[transformers]'")
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = 1
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as wrong:  # the library raises nothing narrower
            self._refuse(f"tokenizer.json cannot be read ({wrong})", "export the tokenizer again")
        try:
            session = InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as wrong:
            self._refuse(f"{model.name} cannot be read ({wrong})", "export the model to ONNX again")
        most = int(self._config.get("max_position_embeddings") or LONGEST)
        tokenizer.enable_truncation(max_length=min(LONGEST, most))
        tokenizer.enable_padding(pad_id=int(self._config.get("pad_token_id") or 0))
        return tokenizer, session

    def _is_classifier(self) -> bool:
        named = " ".join(self._config.get("architectures") or ())
        return "SequenceClassification" in named or self._session.get_outputs()[0].name == "logits"

    def _sides(self) -> NDArray[np.float64]:
        """Which of negative, neutral, positive each class counts for: classes × 3."""
        labels: Mapping[str, str] = self._config.get("id2label") or {}
        names = [labels[key] for key in sorted(labels, key=int)]
        table = np.zeros((len(names), 3))
        for place, name in enumerate(names):
            said = name.strip().lower()
            stars = _STARS.fullmatch(said)
            if stars is None and said not in _WORDS:
                self._refuse(
                    f"config.json names a class {name!r}",
                    "id2label must name negative, neutral and positive, or stars from 1 to 5",
                )
            table[place, _WORDS[said] if stars is None else (0, 0, 1, 2, 2)[int(stars[1]) - 1]] = 1.0
        if not table[:, 0].any() or not table[:, 2].any():
            self._refuse("config.json names no class of one side", "id2label must name negative and positive")
        return table

    def _json(self, name: str, otherwise: Any = None) -> Any:
        file = self._folder / name
        if otherwise is not None and not file.is_file():
            return otherwise
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except ValueError as wrong:
            self._refuse(f"{name} is no JSON ({wrong})", "export the model again")

    def _refuse(self, what: str, remedy: str) -> NoReturn:
        raise LocalModelWrong(f"The model in {self._folder} cannot be used: {what}.", hint=remedy)


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)]
