"""Which company, index or currency a text names, in four languages, by name and ticker, on its day; and which not."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from events.errors import DataError
from events.reading import companies_table
from events.reading.companies import Mention, find_companies
from events.reading.companies_table import load

DAY = date(2025, 2, 11)


def told(mentions: list[Mention]) -> str:
    """Return the mentions as the cases write them: symbols (or company keys), "~" where one only modifies a noun."""
    return " ".join((one.symbol or one.company) + "~" * one.modifies for one in mentions)


ENGLISH = [
    # companies by name
    ("Nvidia fell 17% on Monday.", "NVDA"),
    ("NVIDIA SHARES SINK", "NVDA"),
    ("Microsoft and Amazon.com rose", "MSFT AMZN"),
    ("Bank of America and Morgan Stanley beat estimates; JPMorgan Chase & Co missed", "BAC MS JPM"),
    ("J.P. Morgan’s profit", "JPM"),
    ("Berkshire Hathaway’s Class B shares", "BRK-B"),
    ("Coca-Cola and PepsiCo", "KO PEP"),
    ("Coca‑Cola rose", "KO"),
    ("eBay gained; Ebay users", "EBAY EBAY"),
    ("Procter & Gamble, Johnson & Johnson and AT&T", "PG JNJ T"),
    ("Lowe's trails Home Depot", "LOW HD"),
    ("AMD, IBM and SAP", "AMD IBM SAP"),
    ("Taiwan Semiconductor Manufacturing rose, as did ASML and Samsung Electronics", "TSM ASML 005930.KS"),
    ("Toyota, Sony and SoftBank in Tokyo", "7203.T 6758.T 9984.T"),
    ("L'Oréal and Hermès lost; LVMH gained", "OR.PA RMS.PA MC.PA"),
    ("Eli Lilly and Novo Nordisk", "LLY NVO"),
    ("MicroStrategy bought more bitcoin", "MSTR BTC-USD"),
    ("UnitedHealth dragged the Dow down 300 points", "UNH ^DJI"),
    ("Hewlett Packard Enterprise and Hewlett-Packard", "HPE HPQ"),
    ("Warner Bros. Discovery and Paramount Global", "WBD PSKY"),
    # tickers in their forms
    ("Apple Inc. (AAPL) rose", "AAPL"),
    ("Alphabet (NASDAQ: GOOG) fell", "GOOG"),
    ("Berkshire (NYSE:BRK.B) gained", "BRK-B"),
    ("Long $META and $BRK.B, cash of US$500", "META BRK-B"),
    ("Alibaba (HKEX: 9988) jumped", "9988.HK"),
    ("HKEX: 700 and 0005.HK and 9988 HK", "0700.HK 0005.HK 9988.HK"),
    ("Ford (F) and AT&T (T) and Citigroup (C)", "F T C"),
    ("Micron (MU.O) and 7203.T", "MU 7203.T"),
    ("Shares of Apple (AAPL, AAPL.US) rose", "AAPL"),
    ("Meta Platforms (META) fell. META closed at 600.", "META META"),
    ("NYSE: ZZZQ fell", "ZZZQ"),
    # on its own day
    ("Alphabet Class A (GOOGL) and Class C (GOOG)", "GOOGL GOOG"),
    # indices, currencies, commodities
    ("The S&P 500 rose 1%, the Nasdaq Composite 2% and the Dow Jones Industrial Average 0.5%", "^GSPC ^IXIC ^DJI"),
    ("The Nasdaq 100 and the Russell 2000; the VIX fell", "^NDX ^RUT ^VIX"),
    ("The Dow rose 200 points, the S&P fell", "^DJI ^GSPC"),
    ("Hong Kong's Hang Seng Index lost 2%, the Hang Seng Tech Index 3%", "^HSI HSTECH.HK"),
    (
        "The CSI 300 and the Shanghai Composite; Japan's Nikkei 225, the Topix, Kospi",
        "000300.SS 000001.SS ^N225 998405.T ^KS11",
    ),
    ("The STOXX 600, the DAX, the CAC 40 and the FTSE 100", "^STOXX ^GDAXI ^FCHI ^FTSE"),
    ("The yuan fell to 7.3; USD/CNY and EUR/USD", "CNYUSD USDCNY EURUSD"),
    ("Brent crude rose 2% to $80 and WTI 1%", "BZ=F CL=F"),
    ("Gold rose 1%, spot gold at 2,900; Bitcoin and Ether fell", "GC=F GC=F BTC-USD ETH-USD"),
    ("The dollar index eased", "DX-Y.NYB"),
    # ordinary words
    ("Target shares rose 5%", "TGT"),
    ("Target Corp reports on Tuesday. Analysts like Target here.", "TGT TGT"),
    ("Walmart, Target and Costco", "WMT TGT COST"),
    ("Gap (NYSE: GAP) jumped. Gap beat.", "GAP GAP"),
    ("Visa and Mastercard", "V MA"),
    ("Visa rose 2%", "V"),
    ("Shell Plc and BP; Shell fell 2%", "SHEL BP SHEL"),
    ("Block fell 18%", "XYZ"),
    ("Shares of Match Group; Snap plunged", "MTCH SNAP"),
    ("Arm jumped 16% after results", "ARM"),
    ("Delta Air Lines, United Airlines", "DAL UAL"),
]
ENGLISH_MORE = [
    ("Apple Inc. (NASDAQ: AAPL), Target Corporation (NYSE: TGT)", "AAPL TGT"),
    ("Tesla, Inc.'s shares; Tesla's stock", "TSLA TSLA"),
    ("Nike, Starbucks and McDonald's fell 2%, 3% and 1%", "NKE SBUX MCD"),
    ("Nvidia (NVDA, +3.2%), AMD (-1%) and Intel", "NVDA AMD INTC"),
    ("Dow Jones futures rose; Nasdaq futures fell", "^DJI~ ^IXIC~"),
    ("Alibaba, JD.com and PDD led gains; Tencent slipped", "BABA JD PDD 0700.HK"),
    ("GM and Ford posted sales; Stellantis did not", "GM F STLA"),
    ("Google Cloud revenue rose; AWS grew 19%; Azure 31%", "GOOGL AMZN MSFT"),
    ("Chevron and Exxon Mobil; ConocoPhillips", "CVX XOM COP"),
    ("TSMC (2330.TW) in Taipei", "2330.TW"),
]
ENGLISH_NOT = [
    "The Amazon rainforest and the Amazon River burn; deforestation in the Brazilian Amazon",
    "Apple pie, apple juice and Apple orchards in Washington",
    "A meta-analysis of trials. Meta-analysis shows it.",
    "We raise our price target to $20; Target price 30",
    "the target was missed",
    "The gap between rich and poor; a gap of 5%",
    "Visa applications rose 20%; a tourist visa",
    "They ford the river; Harrison Ford; the Ford Foundation",
    "the block on exports; a match for nobody; oracle bones",
    "Gold medal winners won 5%",
    "He paid 500 million yuan for it",
    "30 billion yuan fell to the state",
    "a chevron on the sleeve; a shell company",
    "artificial intelligence (AI), information technology (IT), the chief operating officer (COO)",
    "in (2024) and (0700)",
    "the United States; Southern California; a progressive income tax",
    "ALL NOW ARE ON THE WAY",
    "www.Amazon.com and https://example.com/Tesla?q=Nvidia",
    "Now and then, a snap decision in the arms race",
    "Listed on Nasdaq; a Nasdaq-listed firm",
    "the dove and the key; strategy matters. Strategy is hard.",
    "Sap rises in trees; ups and downs; ice cream",
    "",
]
CHINESE = [
    ("Meta（META）、微软（MSFT）、亚马逊（AMZN）和谷歌母公司Alphabet（GOOG）", "META MSFT AMZN GOOG"),
    ("英伟达跌3%，特斯拉涨2%", "NVDA TSLA"),
    ("亚马逊(AMZN.US)大跌", "AMZN"),
    ("谷歌(GOOG.US)股价下挫，谷歌(GOOGL.US)预计", "GOOG GOOGL"),
    ("微软(Microsoft，MSFT.US)", "MSFT"),
    ("腾讯控股(00700.HK)收报500港元", "0700.HK"),
    ("腾讯（700.HK）", "0700.HK"),
    ("阿里巴巴-SW（09988.HK）涨3%，阿里股价创新高", "9988.HK 9988.HK"),
    ("阿里巴巴(BABA.US)盘前涨5%", "BABA"),
    ("贵州茅台(600519.SH)与五粮液(000858.SZ)", "600519.SS 000858.SZ"),
    ("宁德时代（300750）跌2%", "300750.SZ"),
    ("股票代码：00700", "0700.HK"),
    ("港交所：9988", "9988.HK"),
    ("摩根大通、高盛、花旗和摩根士丹利", "JPM GS C MS"),
    ("小摩上调目标价，大摩看空", "JPM MS"),
    ("美国银行涨1%，中国银行跌1%", "BAC 3988.HK"),
    ("甲骨文、博通、高通、英特尔", "ORCL AVGO QCOM INTC"),
    ("台积电、阿斯麦和超威半导体", "TSM ASML AMD"),
    ("苹果股价涨2%", "AAPL"),
    ("波音、迪士尼、沃尔玛、可口可乐", "BA DIS WMT KO"),
    ("伯克希尔·哈撒韦", "BRK-B"),
    ("伯克希尔・哈撒韦B类股", "BRK-B"),
    ("拼多多、京东、百度、网易、哔哩哔哩", "PDD JD BIDU NTES BILI"),
    ("蔚来、小鹏汽车、理想汽车", "NIO XPEV LI"),
    ("蔚来、小鹏、理想涨跌不一", "NIO XPEV LI"),
    ("小米股价大涨，比亚迪跌", "1810.HK 1211.HK"),
    ("中国平安跌2%，平安股价", "2318.HK 2318.HK"),
    ("美的集团涨3%", "000333.SZ"),
    ("美的股价跌", "000333.SZ"),
    ("格力、美的、海尔", "000651.SZ 000333.SZ 6690.HK"),
    ("工商银行、建设银行、农业银行", "1398.HK 0939.HK 1288.HK"),
    ("汇丰控股与友邦保险", "0005.HK 1299.HK"),
    ("SK海力士与三星电子", "000660.KS 005930.KS"),
    ("丰田、索尼、软银", "TM SONY 9984.T"),
    ("标普500指数涨1%，道指跌0.2%，纳指涨2%", "^GSPC ^DJI ^IXIC"),
    ("道琼斯工业平均指数收跌", "^DJI"),
    ("纳斯达克综合指数，费城半导体指数", "^IXIC ^SOX"),
    ("恒指跌1%，恒生科技指数跌2%，国企指数", "^HSI HSTECH.HK ^HSCE"),
    ("沪指涨0.5%，深成指跌，创业板指、沪深300", "000001.SS 399001.SZ 399006.SZ 000300.SS"),
    ("日经225指数涨，日经收涨2%，韩国综合指数", "^N225 ^N225 ^KS11"),
    ("在岸人民币、离岸人民币与美元指数", "CNYUSD CNHUSD DX-Y.NYB"),
    ("美元兑日元跌破150，欧元兑美元", "USDJPY EURUSD"),
    ("布伦特原油、WTI原油、现货黄金和比特币", "BZ=F CL=F GC=F BTC-USD"),
    ("富时100、德国DAX指数、法国CAC40指数、欧洲斯托克600指数", "^FTSE ^GDAXI ^FCHI ^STOXX"),
    ("奈飞(NFLX.US)盘后跌。NFLX今年涨三成", "NFLX NFLX"),
    ("Palantir(PLTR.US)、德勤(Deloitte)、思爱普(SAP.US)", "PLTR deloitte SAP"),
    ("在DeepSeek与OpenAI之后，Meta旗下", "deepseek openai META"),
    ("富士康母公司鸿海", "2317.TW"),
    ("AMD（AMD.US）、优步（UBER.US）", "AMD UBER"),
    ("Ｍｅｔａ（ＭＥＴＡ）跌", "META"),
]
CHINESE_MORE = [
    ("亚马逊的支出远超微软和谷歌", "AMZN MSFT GOOGL"),
    ("公司对美的集团持股", "000333.SZ"),
    ("腾讯阿里等公司", "0700.HK BABA"),
    ("特斯拉（TSLA.O）收涨", "TSLA"),
    ("高通大涨，沃尔玛领跌道指", "QCOM WMT ^DJI"),
    ("美光科技（MU.US）盘后涨5%，带动费半指数", "MU ^SOX"),
    ("昨夜今晨：道指涨0.3%，纳指跌0.1%，标普500指数持平", "^DJI ^IXIC ^GSPC"),
    ("上证指数收报3300点，深证成指、创业板指收跌", "000001.SS 399001.SZ 399006.SZ"),
    ("友邦（01299.HK）、汇丰（00005.HK）、港交所（00388.HK）", "1299.HK 0005.HK 0388.HK"),
    ("京东集团-SW跌4%，阿里巴巴-W跌3%，拼多多涨", "9618.HK 9988.HK PDD"),
    ("快手-W(01024.HK)跌4%，美团-W（03690.HK）跌3%", "1024.HK 3690.HK"),
]
CHINESE_NOT = [
    "小米粥很香，小米椒很辣",
    "亚马逊雨林大火，亚马逊河流域",
    "高通胀拖累消费，提高通行效率",
    "苹果汁与苹果期货，三个苹果",
    "最美的风景，完美的一天，优美的旋律",
    "平安夜快乐，一路平安",
    "北京东路与南京东站",
    "元宇宙与元月，元旦假期",
    "据报道指出，消费增长和投资增长",
    "殷墟甲骨文字",
    "三星堆出土文物，三星级酒店",
    "加强生态保护，强生产",
    "集中行动，其中行业",
    "花旗参与西洋参",
    "联想到过去，理想很丰满",
    "在纳斯达克上市",
    "投资1.7万亿元人民币",
    "人工智能（AI）与首席运营官（COO）",
    "美好未来，良好时机",
    "本科和硕士，航空客运",
    "推特别优惠，以上证据",
    "近日经批准，6月5日经审议",
    "互联网飞速发展",
    "威士忌与化工行业、基建行业",
    "金融创新与欧美银行",
    "公布油价，分布油田",
    "前景顺利，智慧与勇气",
    "掀起亚洲热潮，公安联合执法",
    "创新基金与百亿航空订单",
    "反思科技，全力拓展",
    "中国移动互联网与中国银行业",
]
TRADITIONAL = [
    ("輝達跌3%，超微漲2%", "NVDA AMD"),
    ("英偉達（NVDA）與亞馬遜（AMZN）", "NVDA AMZN"),
    ("臉書母公司Meta", "META"),
    ("微軟、谷歌、特斯拉", "MSFT GOOGL TSLA"),
    ("台積電、鴻海、聯發科", "2330.TW 2317.TW 2454.TW"),
    ("騰訊控股（00700.HK）、阿里巴巴（09988.HK）", "0700.HK 9988.HK"),
    ("滙豐控股跌1%", "0005.HK"),
    ("波克夏與摩根大通", "BRK-B JPM"),
    ("標普500指數、道瓊、納斯達克指數", "^GSPC ^DJI ^IXIC"),
    ("上證指數漲，滬指、恒生指數、日經225指數", "000001.SS 000001.SS ^HSI ^N225"),
    ("蘋果供應商立訊精密", "AAPL~ 002475.SZ"),
    ("艾司摩爾、輝達、網飛、臉書", "ASML NVDA NFLX"),
    ("那斯達克指數、費城半導體指數", "^IXIC ^SOX"),
    ("美團、小米集團、比亞迪、中國移動", "3690.HK 1810.HK 1211.HK 0941.HK"),
]
SIMPLIFIED_FROM_TRADITIONAL = [
    ("辉达跌3%", "NVDA"),
    ("标普500、道琼、那斯达克指数", "^GSPC ^DJI ^IXIC"),
    ("艾司摩尔与网飞", "ASML NFLX"),
    ("波克夏、超微、好市多", "BRK-B AMD COST"),
]
VIETNAMESE = [
    ("Cổ phiếu Apple giảm 3%, Microsoft tăng 2%", "AAPL MSFT"),
    ("Vinamilk (HOSE: VNM) tăng trần", "VNM.VN"),
    ("Cổ phiếu VNM chốt phiên giảm 1,2%", "VNM.VN"),
    ("mã HPG tăng 2%, mã chứng khoán: SSI", "HPG.VN SSI.VN"),
    ("các mã VIC, VHM và VRE giảm", "VIC.VN VHM.VN VRE.VN"),
    ("HPG (-1,2%), FPT (+2%), MWG (+0,5%)", "HPG.VN FPT.VN MWG.VN"),
    ("Hòa Phát và Hoà Phát", "HPG.VN HPG.VN"),
    ("Vingroup, Vinhomes và Vietcombank", "VIC.VN VHM.VN VCB.VN"),
    ("Thế Giới Di Động (MWG) lao dốc", "MWG.VN"),
    ("Ngân hàng Á Châu, BIDV, VietinBank, Techcombank", "ACB.VN BID.VN CTG.VN TCB.VN"),
    ("VN-Index tăng 10 điểm, VN30-Index, HNX-Index và UPCoM-Index", "^VNINDEX.VN ^VN30.VN ^HNXINDEX.VN ^UPCOM.VN"),
    ("VNIndex mất 15 điểm", "^VNINDEX.VN"),
    ("chỉ số Dow Jones giảm, S&P 500 tăng, Nasdaq Composite tăng", "^DJI ^GSPC ^IXIC"),
    ("chỉ số Nikkei 225 và Hang Seng", "^N225 ^HSI"),
    ("giá vàng thế giới tăng, dầu Brent giảm", "GC=F BZ=F"),
    ("tỷ giá USD/VND tăng", "USDVND"),
    ("cổ phiếu của Tesla tăng 5%", "TSLA"),
    ("Meta, công ty mẹ của Facebook, giảm", "META"),
    ("Alphabet, công ty mẹ của Google, tăng 2%", "GOOGL"),
    ("công ty mẹ của Google Alphabet tăng", "GOOGL"),
    ("Cổ phiếu FPT (mã: FPT) tăng", "FPT.VN"),
    ("VCB tăng 1% còn GAS giảm 2%", "VCB.VN GAS.VN"),
    ("PV GAS (GAS) và Petrolimex (PLX)", "GAS.VN PLX.VN"),
    ("Apple, Google và Microsoft một lần nữa", "AAPL GOOGL MSFT"),
    ("Sacombank (STB), SHB (SHB)", "STB.VN SHB.VN"),
]
VIETNAMESE += [
    ("CTG, TCB và MBB cùng tăng", "CTG.VN TCB.VN MBB.VN"),
    ("khối ngoại bán ròng HPG, VNM", "HPG.VN VNM.VN"),
    ("Vingroup (mã VIC) tăng trần, VIC kéo chỉ số", "VIC.VN VIC.VN"),
]
VIETNAMESE_NOT = [
    "rừng Amazon và sông Amazon",
    "xin visa du lịch, thẻ Visa",
    "niêm yết trên Nasdaq",
    "trí tuệ nhân tạo (AI) và công nghệ thông tin (IT)",
    "500 triệu nhân dân tệ",
    "hoa sen nở, con đường đất xanh",
    "VND là đồng tiền của Việt Nam",
]
MODIFIERS = [
    ("en", "Apple supplier Foxconn fell 5%", "AAPL~ 2317.TW"),
    ("en", "Apple’s supplier Foxconn fell", "AAPL~ 2317.TW"),
    ("en", "Apple chip supplier TSMC", "AAPL~ TSM"),
    ("en", "Apple iPhone assembler Hon Hai", "AAPL~ 2317.TW"),
    ("en", "Tesla rival BYD; Tesla's biggest rival BYD", "TSLA~ 1211.HK TSLA~ 1211.HK"),
    ("en", "rival Tesla fell", "TSLA"),
    ("en", "Amazon-backed Rivian jumped", "AMZN~ RIVN"),
    ("en", "Nvidia-backed CoreWeave", "NVDA~ CRWV"),
    ("en", "Skyworks, a supplier to Apple, fell", "SWKS AAPL~"),
    ("en", "suppliers to Apple and Samsung fell", "AAPL~ 005930.KS~"),
    ("en", "JPMorgan analyst Jane Doe on Google", "JPM~ GOOGL"),
    ("en", "economists at Goldman Sachs see oil lower", "GS~"),
    ("en", "Apple beat analyst expectations", "AAPL"),
    ("en", "Tesla shares fell as rivals gained", "TSLA"),
    ("en", "Apple stock rose 3%", "AAPL"),
    ("zh-Hans", "苹果供应商立讯精密跌停", "AAPL~ 002475.SZ"),
    ("zh-Hans", "苹果的主要供应商", "AAPL~"),
    ("zh-Hans", "特斯拉最大竞争对手比亚迪", "TSLA~ 1211.HK"),
    ("zh-Hans", "英伟达概念股大涨", "NVDA~"),
    ("zh-Hans", "苹果、特斯拉供应商", "AAPL~ TSLA~"),
    ("zh-Hans", "摩根大通分析师表示，谷歌", "JPM~ GOOGL"),
    ("zh-Hans", "高盛首席经济学家", "GS~"),
    ("zh-Hans", "为特斯拉供货的宁德时代", "TSLA~ 300750.SZ"),
    ("zh-Hans", "苹果产业链个股走强", "AAPL~"),
    ("zh-Hans", "苹果股价创新高", "AAPL"),
    ("vi", "nhà cung cấp của Apple giảm 5%", "AAPL~"),
    ("vi", "BYD, đối thủ của Tesla, tăng", "1211.HK TSLA~"),
    ("vi", "nhà phân tích của JPMorgan cho biết Google", "JPM~ GOOGL"),
    ("vi", "Foxconn, đối tác lắp ráp của Apple", "2317.TW AAPL~"),
    ("vi", "cổ phiếu của Apple tăng", "AAPL"),
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH + ENGLISH_MORE)
def test_an_english_text_names(text, expected):
    assert told(find_companies(text, DAY, "en")) == expected


@pytest.mark.parametrize(("text", "expected"), CHINESE + CHINESE_MORE + SIMPLIFIED_FROM_TRADITIONAL)
def test_a_simplified_chinese_text_names(text, expected):
    assert told(find_companies(text, DAY, "zh-Hans")) == expected


@pytest.mark.parametrize(("text", "expected"), TRADITIONAL)
def test_a_traditional_chinese_text_names(text, expected):
    assert told(find_companies(text, DAY, "zh-Hant")) == expected


@pytest.mark.parametrize(("text", "expected"), VIETNAMESE)
def test_a_vietnamese_text_names(text, expected):
    assert told(find_companies(text, DAY, "vi")) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", text) for text in ENGLISH_NOT]
    + [("zh-Hans", text) for text in CHINESE_NOT]
    + [("vi", text) for text in VIETNAMESE_NOT],
)
def test_ordinary_words_are_nobody(language, text):
    assert told(find_companies(text, DAY, language)) == ""


@pytest.mark.parametrize(("language", "text", "expected"), MODIFIERS)
def test_a_name_that_only_modifies_a_noun_is_marked(language, text, expected):
    assert told(find_companies(text, DAY, language)) == expected


@pytest.mark.parametrize(
    ("on", "text", "symbol", "listed", "company"),
    [
        (date(2021, 5, 3), "Facebook (FB) rose", "META", "FB", "meta"),
        (date(2022, 6, 8), "$FB rose", "META", "FB", "meta"),
        (date(2022, 6, 9), "Meta Platforms rose", "META", "META", "meta"),
        (date(2022, 1, 3), "Meta rose", "META", "FB", "meta"),
        (date(2022, 10, 27), "Twitter rose", "TWTR", "TWTR", "twitter"),
        (date(2024, 1, 3), "Twitter rose", "", "", "twitter"),
        (None, "Twitter rose", "TWTR", "", "twitter"),
        (date(2022, 6, 27), "Anthem Inc (ANTM) fell", "ELV", "ANTM", "elevance"),
        (date(2023, 6, 6), "Fiserv (FISV) fell", "FISV", "FISV", "fiserv"),
        (date(2024, 6, 6), "Fiserv (FI) fell", "FISV", "FI", "fiserv"),
        (date(2017, 6, 6), "Priceline Group (PCLN) fell", "BKNG", "PCLN", "booking"),
        (date(2020, 3, 2), "United Technologies (UTX) fell", "RTX", "UTX", "rtx"),
        (date(2024, 3, 4), "Block (SQ) fell", "XYZ", "SQ", "block"),
        (date(2020, 3, 4), "Square (SQ) fell", "XYZ", "SQ", "block"),
        (date(2021, 3, 4), "ViacomCBS (VIAC) fell", "PSKY", "VIAC", "paramount"),
        (date(2019, 3, 4), "Ctrip (CTRP) fell", "TCOM", "CTRP", "trip-com"),
    ],
)
def test_a_symbol_is_the_one_of_its_day_and_its_history_goes_on(on, text, symbol, listed, company):
    (mention,) = find_companies(text, on, "en")
    assert (mention.symbol, mention.listed, mention.company) == (symbol, listed, company)


@pytest.mark.parametrize(
    ("on", "text"),
    [
        (date(2020, 5, 3), "Meta rose"),
        (date(2024, 5, 3), "Facebook users posted more"),
        (date(2020, 5, 3), "Strategy rose 5%"),
        (None, "Facebook rose"),
    ],
)
def test_a_name_is_nobodys_outside_its_days(on, text):
    assert find_companies(text, on, "en") == []


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("AMZN.US fell", "ticker", "AMZN.US"),
        ("Amazon (AMZN) fell", "name", "Amazon (AMZN)"),
        ("AWS revenue rose", "unit", "AWS"),
        ("the S&P 500 rose", "index", "S&P 500"),
        ("USD/CNY rose", "currency", "USD/CNY"),
        ("Brent crude rose", "commodity", "Brent crude"),
    ],
)
def test_a_mention_says_its_kind_and_keeps_the_printed_words(text, kind, name):
    (mention,) = find_companies(text, DAY, "en")
    assert (mention.kind, mention.name) == (kind, name)
    assert text[slice(*mention.span)] == name


def test_one_company_told_by_several_names_together_is_one_mention():
    text = "谷歌母公司Alphabet（GOOG）与微軟(Microsoft，MSFT.US)"
    assert [text[slice(*one.span)] for one in find_companies(text, DAY, "")] == [
        "谷歌母公司Alphabet（GOOG）",
        "微軟(Microsoft，MSFT.US)",
    ]


def test_google_parent_alphabet_is_one_mention_and_google_alone_takes_the_share_class_printed():
    first, second = find_companies("Google parent Alphabet (GOOG) fell. Google said", DAY, "en")
    assert (first.name, first.symbol, second.symbol) == ("Google parent Alphabet (GOOG)", "GOOG", "GOOG")


def test_spans_count_characters_of_the_text_as_given():
    text = "İstanbul\u00a0｜ Ｍｅｔａ\nBank\u00a0of\nAmerica"
    assert [text[slice(*one.span)] for one in find_companies(text, DAY, "en")] == ["Ｍｅｔａ", "Bank\u00a0of\nAmerica"]


def test_a_bare_ticker_counts_only_where_the_text_introduces_it():
    assert told(find_companies("NFLX rose", DAY, "en")) == ""
    assert told(find_companies("Netflix (NFLX) fell; later NFLX rose", DAY, "en")) == "NFLX NFLX"


def test_a_users_file_adds_and_overrides(tmp_path):
    own = tmp_path / "mine.csv"
    own.write_text(
        "symbol,company,en,zh_hans\nACMX,acme,Acme Rockets|Acme?,极致火箭\n005930.KS,samsung,Samsung,\n", "utf-8"
    )
    assert told(find_companies("Acme Rockets rose; Acme fell 2%. 极致火箭", DAY, "en", (own,))) == "ACMX ACMX ACMX"
    assert find_companies("Acme Rockets rose", DAY, "en") == []
    (samsung,) = find_companies("Samsung rose", DAY, "en", (own,))
    assert samsung.company == "samsung"


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("symbol,name\nA,B\n", 1, "wanted company"),
        ("symbol,company\nA,b,c\n", 2, "3 cells"),
        ("symbol,company,valid_from\nA,b,2024-13-01\n", 2, "month"),
        ("symbol,company,valid_from,valid_to\nA,b,2024-02-01,2024-01-01\n", 2, "after"),
        ("symbol,company,kind\nA,b,firm\n", 2, "kind"),
        ("symbol,company,en\nA,,Name\n", 2, "company"),
        ("symbol,company,en\nA,b,X|Good\n", 2, "two characters"),
        ("symbol,company,en\nA,b,Name[2021..]\n", 2, "bounds"),
    ],
)
def test_a_faulty_user_file_is_refused_with_its_line(tmp_path, content, line, says):
    own = tmp_path / "bad.csv"
    own.write_text(content, "utf-8")
    with pytest.raises(DataError) as error:
        load(own)
    (problem,) = error.value.problems
    assert problem.line == line
    assert says in problem.message
    assert str(own) in str(problem)


# The table itself

ROWS = list(
    csv.DictReader(Path(companies_table.__file__).with_name("companies.csv").open(encoding="utf-8", newline=""))
)
COMPANIES = [row for row in ROWS if row["kind"] != "none"]
MARKETS = frozenset(
    (
        *("XNYS", "XNAS", "OTCM", "XHKG", "XSHG", "XSHE", "XTAI", "XTKS", "XKRX", "XLON", "XETR", "XPAR", "XAMS"),
        *("XCSE", "XSWX", "XMIL", "XMAD", "XSTO", "XBRU", "XSAU", "XNSE", "XASX", "XSES", "XSTC", "HSTC", "UPCOM"),
    )
)


def test_no_symbol_stands_twice_on_one_day():
    days = defaultdict(list)
    for row in COMPANIES:
        if row["symbol"]:
            days[row["symbol"]].append((row["valid_from"] or "0000", row["valid_to"] or "9999"))
    for symbol, spans in days.items():
        for (_, end), (start, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
            assert end < start, symbol


def test_no_name_stands_for_two_companies_in_one_language():
    owners = defaultdict(set)
    for column, cell in [(column, row) for row in ROWS for column in ("en", "zh_hans", "zh_hant", "vi", "units")]:
        for name in filter(None, cell[column].split("|")):
            owners[column, name.split("[")[0].rstrip("?")].add(cell["company"])
    assert {name: sorted(keys) for name, keys in owners.items() if len(keys) > 1} == {}


def test_every_listed_symbol_names_a_known_market_that_fits_its_form():
    endings = {
        ".HK": "XHKG", ".SS": "XSHG", ".SZ": "XSHE", ".TW": "XTAI", ".T": "XTKS", ".KS": "XKRX", ".L": "XLON",
        ".DE": "XETR", ".PA": "XPAR", ".SW": "XSWX",
    }  # fmt: skip
    for row in COMPANIES:
        if row["kind"] != "company" or not row["symbol"]:
            continue
        assert row["exchange"] in MARKETS, row
        ending = "." + row["symbol"].rpartition(".")[2] if "." in row["symbol"] else ""
        if ending in endings:
            assert row["exchange"] == endings[ending], row
        if ending == ".HK":
            assert len(row["symbol"]) == len("0700.HK"), row
        if not ending:
            assert row["exchange"] in ("XNYS", "XNAS", "OTCM"), row


def test_every_company_has_a_name_and_every_cell_is_clean():
    named = {row["company"] for row in COMPANIES if row["en"] or row["zh_hans"] or row["vi"]}
    assert {row["company"] for row in COMPANIES} == named
    for row in ROWS:
        assert all(cell == cell.strip() for cell in row.values()), row
        for column in ("en", "zh_hans", "zh_hant", "vi", "units"):
            names = row[column].split("|")
            assert len(set(names)) == len(names), row
            assert row[column] == "" or all(len(name.rstrip("?")) > 1 for name in names), row


def test_every_traditional_name_is_found_again_after_conversion_to_simplified():
    to_simplified = pytest.importorskip("events.reading.language").to_simplified()
    for row in ROWS:
        simplified = set(row["zh_hans"].split("|"))
        for name in filter(None, row["zh_hant"].split("|")):
            assert name.translate(to_simplified) in simplified, (row["symbol"], name)


MEMBERS = {
    "S&P 500, the large ones": """
        AAPL MSFT NVDA GOOGL GOOG AMZN META TSLA AVGO BRK-B JPM V LLY UNH XOM MA JNJ WMT PG HD COST ORCL
        NFLX CVX MRK
    """,
    "Nasdaq 100, a part": """
        ADBE AMD AMGN ASML AZN BIIB BKNG CDNS CEG CHTR CMCSA CRWD CSCO CSX DASH DDOG EA EXC FTNT GEHC GILD
        HON INTC
    """,
    "Chinese companies in New York": """
        BABA JD PDD BIDU NTES NIO XPEV LI TCOM BILI TME IQ VIPS WB ZTO YUMC EDU TAL BEKE FUTU
    """,
    "Hang Seng": """
        0001.HK 0002.HK 0003.HK 0005.HK 0006.HK 0012.HK 0016.HK 0027.HK 0066.HK 0101.HK 0175.HK 0241.HK
        0267.HK 0285.HK 0288.HK 0291.HK 0316.HK 0322.HK 0386.HK 0388.HK 0669.HK 0688.HK 0700.HK 0728.HK
        0762.HK 0823.HK 0836.HK 0857.HK 0868.HK 0881.HK 0883.HK 0939.HK 0941.HK 0960.HK 0968.HK 0981.HK
        0992.HK 1024.HK 1038.HK 1044.HK 1088.HK 1093.HK 1099.HK 1109.HK 1113.HK 1177.HK 1209.HK 1211.HK
        1299.HK 1378.HK 1398.HK 1810.HK 1876.HK 1928.HK 1929.HK 1997.HK 2015.HK 2020.HK 2269.HK 2313.HK
        2318.HK 2319.HK 2331.HK 2359.HK 2382.HK 2388.HK 2618.HK 2628.HK 2688.HK 2899.HK 3690.HK 3692.HK
        3968.HK 3988.HK 6618.HK 6690.HK 6862.HK 9618.HK 9633.HK 9888.HK 9901.HK 9961.HK 9988.HK 9999.HK
    """,
    "VN30": """
        ACB.VN BCM.VN BID.VN BVH.VN CTG.VN FPT.VN GAS.VN GVR.VN HDB.VN HPG.VN LPB.VN MBB.VN MSN.VN MWG.VN
        PLX.VN POW.VN SAB.VN SHB.VN SSB.VN SSI.VN STB.VN TCB.VN TPB.VN VCB.VN VHM.VN VIB.VN VIC.VN VJC.VN
        VNM.VN VPB.VN VRE.VN DGC.VN
    """,
    "indices and currencies": """
        ^GSPC ^DJI ^IXIC ^NDX ^RUT ^VIX ^SOX ^HSI HSTECH.HK 000300.SS 000001.SS 399001.SZ 399006.SZ ^N225
        ^KS11 ^FTSE ^GDAXI ^FCHI ^STOXX ^VNINDEX.VN USDCNY USDCNH USDVND EURUSD USDJPY GBPUSD DX-Y.NYB GC=F
        BZ=F CL=F BTC-USD ETH-USD
    """,
}


@pytest.mark.parametrize("group", MEMBERS)
def test_the_table_holds(group):
    held = {row["symbol"] for row in COMPANIES if not row["valid_to"]}
    assert set(MEMBERS[group].split()) - held == set()


def test_a_symbol_that_ends_before_another_begins_leaves_no_gap_by_a_slip():
    for row in COMPANIES:
        family = [other["valid_from"] for other in COMPANIES if other["company"] == row["company"]]
        later = [first for first in family if first > row["valid_to"]]
        if row["valid_to"] and later:
            gap = date.fromisoformat(min(later)) - date.fromisoformat(row["valid_to"])
            assert gap <= timedelta(days=4), row


def test_the_time_is_bounded_by_the_length():
    noise = "a(A.$(" * 700 + "美" * 7000 + "Meta Meta " * 700 + "（META" * 700 + " " * 7000
    start = time.perf_counter()
    find_companies(noise, DAY, "")
    find_companies(noise * 4, DAY, "")
    assert time.perf_counter() - start < 10
