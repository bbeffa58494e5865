"""OFD files made by hand: pages of text objects at places, in millimetres."""

from bulletins.word import zipped

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(*pages: str, template: str = "") -> bytes:
    names = [f"Pages/Page_{at}/Content.xml" for at in range(len(pages))]
    places = "".join(f'<ofd:Page ID="{at}" BaseLoc="{name}"/>' for at, name in enumerate(names, 10))
    common = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    common += '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    files = {
        "OFD.xml": f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData>{common}</ofd:CommonData>"
        f"<ofd:Pages>{places}</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/Tpl_0/Content.xml": page(template),
    }
    return zipped((files | {f"Doc_0/{name}": page(each) for name, each in zip(names, pages, strict=True)}).items())


def page(objects: str) -> str:
    head = '<ofd:Template TemplateID="7"/>' if objects.startswith("!") else ""
    objects = objects.removeprefix("!")
    return f"<ofd:Page {SPACE}>{head}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"


def text_object(text: str, x: float, y: float, *, size: float = 5.0, deltas: str = "", more: str = "") -> str:
    deltas = f' DeltaX="{deltas}"' if deltas else ""
    code = f'<ofd:TextCode X="0" Y="{size}"{deltas}>{text}</ofd:TextCode>'
    return f'<ofd:TextObject Size="{size}" Boundary="{x} {y} 150 10" {more}>{code}</ofd:TextObject>'
