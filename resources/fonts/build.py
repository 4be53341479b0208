"""Builds the fonts that figures are set in where no system font is wanted (PNG) or there is none.

descent-sans.ttf: Latin, Greek, signs of mathematics; a subset of Noto Sans.
descent-sans-cjk.otf: the 3,755 characters of GB 2312 level 1, CJK punctuation, and every character in src/locales;
a subset of Noto Sans CJK SC. Both sources are under the SIL Open Font License 1.1 (see LICENSE).

On Debian: apt-get install fonts-noto-core fonts-noto-cjk; pip install fonttools; then
    python3 resources/fonts/build.py /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf \\
        /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
"""
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

here = pathlib.Path(__file__).parent
text = "".join(p.read_text("utf-8") for p in sorted((here.parent.parent / "src").rglob("*.ts")))

latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x370, 0x400))
latin |= set(range(0x2000, 0x2300)) | set(range(0x25A0, 0x2600))
hanzi = {ord(c) for c in text if ord(c) >= 0x2E80}
hanzi |= set(range(0x2190, 0x2300)) | set(range(0x25A0, 0x2600))
hanzi |= set(range(0x3000, 0x3020)) | set(range(0xFF01, 0xFF5F))
for high in range(0xB0, 0xD8):
    for low in range(0xA1, 0xFF):
        try:
            hanzi.add(ord(bytes([high, low]).decode("gb2312")))
        except UnicodeDecodeError:
            pass


def build(font, characters, family, source, file):
    options = subset.Options(layout_features=["kern", "locl", "ccmp", "mark"], name_IDs=[0, 13, 14], notdef_outline=True)
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    post_script = family.replace(" ", "")
    values = {1: family, 2: "Regular", 3: f"{family} 1", 4: family, 5: f"Version 1.0, subset of {source}", 6: post_script}
    for record_id, value in values.items():
        font["name"].setName(value, record_id, 3, 1, 0x409)
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames[0] = post_script
        top[0].FullName = top[0].FamilyName = family
    font.recalcTimestamp = False
    font.save(here / file)


noto_sans = TTFont(sys.argv[1])
collection = TTCollection(sys.argv[2])
noto_cjk = next(f for f in collection.fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC")
covered = set(noto_sans.getBestCmap())
build(noto_sans, latin, "Descent Sans", "Noto Sans", "descent-sans.ttf")
build(noto_cjk, hanzi - (covered & latin), "Descent Sans CJK", "Noto Sans CJK SC", "descent-sans-cjk.otf")
