"""Structured noise in four languages makes no claim: prices of goods, discounts, scores, weather, recipes, menus.

Lines are made from patterns with random figures, and put together to pages. What they have is what the reader looks
for: percentages, amounts, "down", "off", "up to", names that are ordinary words too, dates, tables and marks.
"""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from events.model import Said
from events.reading.article import read_article
from events.reading.claims import read_claims
from tests.corpus.metamorphic import PUBLISHED

# {p} a percentage, {n} a small number, {k} one of thousands, {d} a day, {t} a time, {f} a telephone number
LINES = {
    "en": [
        "Summer sale: {p}% off all garden chairs",
        "Up to {p}% off, ends {d}",
        "Buy one, get the second {p}% cheaper",
        "Apples ${n}.{n} a kilo (-{p}%)",
        "Amazon river level down {n} cm since {d}",
        "Target: {n} laps in {n} minutes",
        "Rovers {n}-{n} Wanderers, {k} spectators",
        "Possession {p}% to {p}%, shots {n} to {n}",
        "Team up {n} places to {n}th",
        "High {n}, low {n}, humidity up to {p}%",
        "Rain fell {n} mm by {t}; wind dropped to {n} knots",
        "Whisk {n} eggs with {n}0 g sugar, lower the heat by {p}%",
        "Bake for {n}0 minutes until it rises to double its size",
        "Home | Markets | Sport | Sign in",
        "Call {f} or write to desk{n}@example.org",
        "Page {n} of {n}0 · {k} views",
        "| Item | Price | Change |",
        "| Milk | ${n}.20 | -{p}% |",
        "Room {n}: ${n}9 a night, down from ${n}99",
        "Bus {n} every {n} minutes, fares up {p}% from {d}",
        "Unemployment fell {p} percentage points to {p}%",
        "Gap of {n} seconds at the half, lead grew by {p}%",
        "Visa fees rise {p}% to ${n}0",
        "Oracle of the village is {n}0 years old",
        "Shell collection grew to {k} pieces",
        "Downloaded {p}%... {p}%... done",
        "Battery at {p}%, down from {p}%",
        "The poll: yes {p}%, no {p}%, down {n} points",
        "Turnout rose {p} points to {p}%",
        "Block shares of the cake: {n} slices",
    ],
    "vi": [
        "Giảm {p}% toàn bộ áo khoác đến hết {d}",
        "Giảm ngay {k}.000 đồng khi mua hai",
        "Mua một tặng một, giảm thêm {p}%",
        "Táo {n}5.000 đồng/kg (-{p}%)",
        "Vàng nhẫn {n}5 triệu đồng một chỉ, tăng {n}00.000 đồng",
        "Xăng RON95 giảm {n}00 đồng còn {n}1.350 đồng",
        "Hà Nội thắng {n}-{n}, tăng {n} bậc",
        "Cầm bóng {p}%, dứt điểm {n} lần",
        "Đội nhà mất {n} điểm, rơi xuống hạng {n}",
        "Nhiệt độ giảm {n} độ, độ ẩm tăng lên {p}%",
        "Mực nước lúc {t} giảm {n} cm",
        "Gió giật cấp {n}, mưa {n}0 mm",
        "Cho {n} quả trứng, giảm lửa còn {p}%",
        "Trang chủ | Thời sự | Thể thao | Đăng nhập",
        "Hotline {f} - Zalo {f}",
        "Lượt xem: {k} · Bình luận: {n}",
        "Trang {n}/{n}0",
        "| Mặt hàng | Giá | Thay đổi |",
        "| Sữa | {n}2.000đ | -{p}% |",
        "Điểm chuẩn giảm {n},5 điểm",
        "Điểm trung bình tăng {n} điểm so với kỳ trước",
        "Sàn nhà rộng {n}0 m2, trần cao {n} m",
        "Vé tàu giảm {p}% từ {d}",
        "Lãi suất tăng {p} điểm phần trăm lên {p}%",
        "CPI tăng {p}% so với cùng kỳ",
        "Pin còn {p}%, giảm {n}% mỗi giờ",
        "Phiên chợ mở lúc {t}, đóng cửa lúc {t}",
        "Lãi {k} đồng mỗi bát phở, lỗ {n} bát",
        "Tỷ lệ thắng {p}%, mất {n} mạng",
        "Giá phòng từ {n}90.000 đồng, giảm {p}%",
    ],
    "zh-Hans": [
        "全场{n}折，低至{n}折",
        "满{k}减{n}0，再打{n}折",
        "苹果每斤{n}元，跌{n}毛",
        "苹果 {n}.30元 -{p}%",
        "小米粥{n}元一碗，涨了{n}元",
        "限时立减{p}%，{d}截止",
        "主队{n}比{n}取胜，排名上升{n}位",
        "控球率{p}%比{p}%",
        "全场{k}名观众，比上场下跌{p}%",
        "气温下降{n}度，湿度升至{p}%",
        "水位{t}下跌{n}厘米",
        "降雨{n}0毫米，风力减弱至{n}级",
        "加{n}个鸡蛋，糖减{p}%",
        "首页 | 财经 | 体育 | 登录",
        "电话：{f}",
        "阅读 {k} · 评论 {n}",
        "第{n}页/共{n}0页",
        "| 品名 | 价格 | 涨跌 |",
        "| 牛奶 | {n}.5元 | -{p}% |",
        "票价上涨{p}%，{d}起执行",
        "失业率下降{p}个百分点至{p}%",
        "CPI同比上涨{p}%",
        "电量{p}%，下降{n}%",
        "支持率跌{n}点至{p}%",
        "地球百分之{p}是水",
        "分数线下降{n}分",
        "酒店{n}99元起，直降{p}%",
        "开盘价{n}字头的楼盘上涨{p}%",
        "出生人口下降{p}%",
        "亚马逊雨林减少{p}%",
    ],
    "zh-Hant": [
        "全場{n}折，低至{n}折",
        "滿{k}減{n}0，再打{n}折",
        "蘋果每斤{n}元，跌{n}角",
        "蘋果 {n}.30元 -{p}%",
        "小米粥{n}元一碗，漲了{n}元",
        "限時立減{p}%，{d}截止",
        "主隊{n}比{n}取勝，排名上升{n}位",
        "控球率{p}%比{p}%",
        "全場{k}名觀眾，比上場下跌{p}%",
        "氣溫下降{n}度，濕度升至{p}%",
        "水位{t}下跌{n}厘米",
        "降雨{n}0毫米，風力減弱至{n}級",
        "加{n}個雞蛋，糖減{p}%",
        "首頁 | 財經 | 體育 | 登入",
        "電話：{f}",
        "瀏覽 {k} · 留言 {n}",
        "第{n}頁/共{n}0頁",
        "| 品名 | 價格 | 漲跌 |",
        "| 牛奶 | {n}.5元 | -{p}% |",
        "票價上漲{p}%，{d}起執行",
        "失業率下降{p}個百分點至{p}%",
        "CPI按年上升{p}%",
        "電量{p}%，下降{n}%",
        "支持度跌{n}點至{p}%",
        "六合彩頭獎{k}元，升{p}%",
        "分數線下降{n}分",
        "酒店{n}99元起，勁減{p}%",
        "二手樓價跌{p}%",
        "出生人口下降{p}%",
        "亞馬遜雨林減少{p}%",
    ],
}
PAGES = 40
_SLOT = re.compile(r"\{(\w)\}")


def line(pattern: str, dice: random.Random) -> str:
    """A line with figures in its slots."""
    made = {
        "p": lambda: str(dice.choice((dice.randint(1, 95), round(dice.uniform(0.1, 60), 1)))),
        "n": lambda: str(dice.randint(1, 9)),
        "k": lambda: str(dice.randint(1_000, 90_000)),
        "d": lambda: f"{dice.randint(1, 28)}/{dice.randint(1, 12)}",
        "t": lambda: f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}",
        "f": lambda: f"0{dice.randint(100, 999)} {dice.randint(100, 999)} {dice.randint(100, 999)}",
    }
    return _SLOT.sub(lambda slot: made[slot[1]](), pattern)


def page(language: str, dice: random.Random) -> str:
    """Some lines of a language, as lines, as sentences of paragraphs, as a table or as a web page."""
    lines = [line(dice.choice(LINES[language]), dice) for _ in range(dice.randint(1, 25))]
    stop = "。" if language.startswith("zh") else ". "
    shape = dice.randrange(4)
    if shape == 0:
        return "\n".join(lines)
    if shape == 1:
        return stop.join(lines) + stop
    if shape == 2:
        return "\n".join("\t".join(lines[start : start + 3]) for start in range(0, len(lines), 3))
    rows = "".join(f"<li>{one}</li>" for one in lines)
    return f"<html><body><nav>{lines[0]}</nav><article><p>{stop.join(lines)}</p><ul>{rows}</ul></article></body></html>"


def claims(text: str | bytes, language: str | None = None) -> tuple:
    return read_claims(read_article(text, published=Said(day=PUBLISHED), language=language)).claims  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LINES)
def test_a_line_of_noise_makes_no_claim(language):
    dice = random.Random(11)
    for pattern in LINES[language]:
        for _ in range(6):
            text = line(pattern, dice)
            assert claims(text, language) == (), text


@pytest.mark.parametrize("language", LINES)
def test_pages_of_noise_make_no_claim(language):
    for number in range(PAGES):
        text = page(language, random.Random(number))
        assert claims(text, language) == (), text
        assert claims(text) == (), text


def test_pages_of_all_languages_in_one_make_no_claim():
    for number in range(PAGES // 2):
        dice = random.Random(number)
        text = "\n".join(page(language, dice) for language in LINES)
        assert claims(text) == (), text


ALPHABETS = {
    "Vietnamese": "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđĐ0123456789 .,%",
    "Simplified": "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要涨跌升降亿元0123456789%，。",
    "Traditional": "的一是了我不人在他有這個上們來到時大地為子中你說生國年著就那和要漲跌升降億元0123456789%，。",
    "marks": "%$€¥₫+-−±▲▼↑↓()（）[]【】“”‘’/\\|#*_~`<>&=:;：；,，.。、!?！？0123456789 \n\t",
    "controls": "".join(map(chr, [*range(32), 0x7F, 0x85, 0xA0, 0x200B, 0x200F, 0x2028, 0x202E, 0xFEFF, 0xFFFD]))
    + "4%跌",
    "wide": "０１２３４５６７８９％＋－（）ＡＢＣａｂｃ，．　",
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_letters_at_random_make_no_claim(alphabet):
    dice = random.Random(5)
    for _ in range(12):
        text = "".join(dice.choice(ALPHABETS[alphabet]) for _ in range(700))
        assert claims(text) == (), text
        assert claims(unicodedata.normalize("NFD", text)) == (), text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "utf-16-be", "gb18030", "big5", "cp1258", "cp1252", "shift_jis"]
)
def test_noise_in_the_bytes_of_any_encoding_makes_no_claim(encoding):
    for number in range(10):
        for language in LINES:
            content = page(language, random.Random(number)).encode(encoding, errors="replace")
            assert claims(content) == (), (encoding, language, number)
            assert claims(content[1:-1]) == (), (encoding, language, number)


# The letters of two old fonts, as they come out where nobody knows them: TCVN3 and VNI.
OLD_FONTS = [
    "VN-Index gi¶m 4,87 ®iÓm xuèng 1.204,33 ®iÓm. Cæ phiÕu FPT mÊt 2,1%, HPG gi¶m 1,3%.",
    "VN-Index giaûm 4,87 ñieåm xuoáng 1.204,33 ñieåm. Coå phieáu FPT maát 2,1%, HPG giaûm 1,3%.",
]


@pytest.mark.parametrize("text", OLD_FONTS)
def test_letters_of_old_vietnamese_fonts_are_never_read_as_a_rise(text):
    for content in (text, text.encode("cp1252", errors="replace")):
        for claim in claims(content):
            stated = getattr(claim, "stated", None)
            assert getattr(claim, "direction", "") != "up", claim
            assert stated is None or stated.value < 0 or type(claim).__name__ == "Level", claim


def windows_1258(text: str) -> bytes:
    """Bytes of the old code page, which keeps a tone as a letter of its own behind its vowel."""
    out = []
    for one in text:
        base, *marks = unicodedata.normalize("NFD", one)
        letter = next((whole for mark in marks if len(whole := unicodedata.normalize("NFC", base + mark)) == 1
                       and whole.encode("cp1258", errors="ignore")), base)  # fmt: skip
        tones = [mark for mark in marks if unicodedata.normalize("NFC", base + mark) != letter]
        out.append(one if one.encode("cp1258", errors="ignore") else letter + "".join(tones))
    return "".join(out).encode("cp1258")


def test_windows_1258_reads_as_unicode_does():
    text = "VN-Index giảm 4,87 điểm xuống 1.204,33 điểm, Vietcombank mất 2,1%. Hôm nay trời mưa cả ngày ở Hà Nội."
    told = [(type(one).__name__, one.symbol, one.stated.value) for one in claims(windows_1258(text))]
    assert told == [("Move", "^VNINDEX.VN", -4.87), ("Level", "^VNINDEX.VN", 1204.33), ("Move", "VCB.VN", -2.1)]
