"""Write every generated file, and the README's session: `make help`."""

import tempfile
from pathlib import Path

from support.reference import session
from support.reference.files import README, generated

for path, text in generated().items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
with tempfile.TemporaryDirectory() as folder:
    shown = session.play(Path(folder))
README.write_bytes(session.expected(README.read_text("utf-8"), shown).encode())
