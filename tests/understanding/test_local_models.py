"""A transformer in a folder reads beside what ships; what is wrong with a folder is said with what to do."""

import json
import socket
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from vivencia.faces.cli import run
from vivencia.understanding.embedders import LocalModelWrong, embedder, local_model, named
from vivencia.understanding.pipeline import Reader, read

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

WORDS = ["[PAD]", "[UNK]", "kombi", "zarolho", "brisado"]
#: What each word brings: two numbers a token.
TABLE = np.array([[0, 0], [0, 0], [0, 0], [3, 0], [0, 3]], dtype=np.float32)


def tiny(folder: Path, *, classes: list[str] | None = None, weights: list[list[float]] | None = None) -> Path:
    """A transformer's shape without its body: a row a token; for a classifier, their sum times weights."""
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder.mkdir()
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token=WORDS[1]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    held = [numpy_helper.from_array(TABLE, "table")]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"], axis=0)]
    out, shape = "last_hidden_state", ["n", "t", 2]
    if classes:
        held += [numpy_helper.from_array(np.array(weights, dtype=np.float32), "weights")]
        held += [numpy_helper.from_array(np.array([1], dtype=np.int64), "axis")]
        nodes += [
            helper.make_node("ReduceSum", ["last_hidden_state", "axis"], ["summed"], keepdims=0),
            helper.make_node("MatMul", ["summed", "weights"], ["logits"]),
        ]
        out, shape = "logits", ["n", len(classes)]
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in ("input_ids",)]
    graph = helper.make_graph(
        nodes, "tiny", ids, [helper.make_tensor_value_info(out, TensorProto.FLOAT, shape)], held
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    config: dict = {"max_position_embeddings": 16, "pad_token_id": 0}
    if classes:
        config |= {"architectures": ["TinyForSequenceClassification"]}
        config |= {"id2label": {str(n): name for n, name in enumerate(classes)}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_a_sentence_encoder_pools_its_tokens_and_leaves_padding_out(tmp_path: Path) -> None:
    model = embedder(str(tiny(tmp_path / "encoder")))
    rows = model.embed(["zarolho brisado", "zarolho", "brisado kombi kombi kombi"])
    half = np.sqrt(0.5)
    assert rows == pytest.approx(np.array([[half, half], [1, 0], [0, 1]]), abs=1e-6)
    assert (model.dim, model.name) == (2, "local:encoder")
    assert len(model.embed([])) == 0


def test_where_the_folder_says_so_the_first_token_stands_for_the_text(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "first")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    assert embedder(str(folder)).embed(["brisado zarolho zarolho"]).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    ("classes", "weights"),
    [
        (["negative", "positive"], [[-2, 2], [2, -2]]),
        (["Negative", "Neutral", "Positive"], [[-2, 0, 2], [2, 0, -2]]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [[-2, -1, 0, 1, 2], [2, 1, 0, -1, -2]]),
    ],
)
def test_a_classifier_moves_what_is_read(tmp_path: Path, monkeypatch, classes, weights) -> None:
    folder = tiny(tmp_path / "judge", classes=classes, weights=weights)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket was opened"))
    tier = str(folder)
    good, bad, foreign = read(["O kombi veio zarolho", "O kombi veio brisado", "Привет"], reader=Reader(tier))
    assert good.polarity > 0 > bad.polarity
    # Two classes cannot say that there is no opinion at all, so they do not say that there is one.
    assert len(classes) == 2 or (good.sentiment, bad.sentiment) == ("positive", "negative")
    assert foreign.outcome == "unknown_language"
    digest = sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert f"local:judge@{digest[:12]}" in good.model
    assert local_model(tier).sides(["zarolho", "brisado"]).argmax(axis=1).tolist() == [2, 0]


def test_a_model_is_pinned_by_its_hash(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "pinned")
    digest = sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert named([f"{folder}#sha256={digest}"]) == f"local:pinned {digest[:12]}"
    with pytest.raises(LocalModelWrong, match=digest):
        embedder(f"{folder}#sha256=0123")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("tokenizer.json", None, "tokenizer.json is missing"),
        ("config.json", None, "config.json is missing"),
        ("model.onnx", None, "model.onnx is missing"),
        ("model.onnx", "no model", "model.onnx cannot be read"),
        ("tokenizer.json", "{", "tokenizer.json cannot be read"),
        ("config.json", "{", "config.json is no JSON"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said_with_its_name_and_a_remedy(
    tmp_path: Path, file: str, content: str | None, said: str
) -> None:
    folder = tiny(tmp_path / "broken")
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(LocalModelWrong) as wrong:
        embedder(str(folder))
    assert str(folder) in str(wrong.value)
    assert said in str(wrong.value)
    assert wrong.value.hint


def test_classes_without_a_meaning_are_refused(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "mute", classes=["LABEL_0", "LABEL_1"], weights=[[0, 1], [1, 0]])
    with pytest.raises(LocalModelWrong, match="LABEL_0"):
        embedder(str(folder))


def test_a_file_is_read_with_a_folder_and_a_wrong_one_is_said(tmp_path: Path, capsys) -> None:
    file, out = tmp_path / "said.csv", tmp_path / "read.ndjson"
    file.write_text("words\nO kombi veio zarolho\n", encoding="utf-8")
    folder = tiny(tmp_path / "judge", classes=["neg", "neu", "pos"], weights=[[-2, 0, 2], [2, 0, -2]])
    arguments = ["understand", str(file), "--text", "words", "--out", str(out), "--language", "pt", "--tier"]
    assert run([*arguments, str(folder)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["read_sentiment"] == "positive"
    capsys.readouterr()
    assert run([*arguments, str(tmp_path / "nowhere")]) == 1
    assert "there is no such folder" in " ".join(capsys.readouterr().err.split())
