"""Documents made for tests: DOCX and PDF of a few lines, and what an attacker sends."""

import zipfile
from io import BytesIO

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:styles {_W}>
<w:style w:type="paragraph" w:styleId="Rubrik1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Rubrik2"><w:name w:val="Rubrik 2"/></w:style>
</w:styles>"""
_STYLES_RELATION = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
</Relationships>"""


def paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    drawn = ""
    for row in rows:
        drawn += f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
    return f"<w:tbl>{drawn}</w:tbl>"


def docx(
    *body: str, before: str = "", more: dict[str, bytes] | None = None, styles: str = _STYLES
) -> bytes:
    """Make a Word document; ``before`` stands before its root, ``more`` are further files."""
    document = f'<?xml version="1.0"?>{before}<w:document {_W}><w:body>{"".join(body)}</w:body></w:document>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", document)
        archive.writestr("word/styles.xml", styles)
        archive.writestr("word/_rels/document.xml.rels", _STYLES_RELATION)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def zip_bomb(unpacked: int = 500_000_000) -> bytes:
    """Make a Word document that unpacks to ``unpacked`` bytes of zeros."""
    out = BytesIO(docx(paragraph("x")))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/bomb.bin", "w", force_zip64=True) as bomb,
    ):
        for _ in range(unpacked // 1_000_000):
            bomb.write(bytes(1_000_000))
    return out.getvalue()


def billion_laughs() -> str:
    """Return a document type whose entity ``l9`` is a billion words."""
    lines = ['<!ENTITY l0 "lol">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE w:document [{''.join(lines)}]>"


def pdf(source: str) -> bytes:
    """Return a PDF of Typst source."""
    import typst

    return bytes(typst.compile(source.encode()))


def bare_pdf(pages: int = 1, password: str = "") -> bytes:
    """Return a PDF of empty pages, as a scanner without OCR gives."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
