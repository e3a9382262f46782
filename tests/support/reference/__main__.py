"""Write every generated file: `make help`."""

from support.reference.files import generated

for path, text in generated().items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
