"""Whether more of an indicator is better, by the phrases of its name."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import tomli
from attrs import define, evolve, field, frozen

from hubrank.errors import without_accents
from hubrank.i18n import gettext


@frozen
class Judgement:
    """The direction of an indicator inferred from its name.

    Attributes:
        direction: 1 if more is better, -1 if less is; 0 if the name does not show it.
        why: The reason, in one line.
    """

    direction: Literal[1, -1, 0]
    why: str


def direction_of(name: str, unit_of_measure: str = "") -> Judgement:
    """Whether more of an indicator is better, by its name in Chinese, English, French, German or Spanish."""
    sign, phrase = _sign_of(f"{name} ({unit_of_measure})" if unit_of_measure else name)
    if not sign:
        return Judgement(0, gettext("the name gives no clue"))
    return Judgement(1 if sign > 0 else -1, gettext('its name contains "{word}"', word=phrase))


#: A word, a run of Chinese, or a sign that parts a name; of these, those that end a phrase or join two.
_TOKEN, _STOPS = re.compile(r"[㐀-鿿]+|[^\W_㐀-鿿]+|[][,;:()/|%‰&–—、]"), "[],;()&/、"
_CHINESE = re.compile(r"[㐀-鿿]")
#: Traditional characters as the simplified ones of the lexicon, as Unihan has them.
_SIMPLIFIED = str.maketrans(
    "丟並乾佔併來係倖備傢傳債傷價億償優儲兇兒內凈剎剝創劃劑動務勝勞匯匱區厤參員問喪單嚮國園圖埰執報場壓壘壞壽夥奪奬婦學宮寀實寬專對屬師帶幹庫廢強彔彙後從復態慮應懸戰戶採換損搶撈撫擁擊擔擠擴擾攜敎敗數斷"
    "於昇時曆曏曠書會朮査桿棄業榘榦槓樁標樣機檯權歷歸殺毀氣汙沒沖洩淨淩減測準溫溼滅滙滿漲潔潛潤澇濕濟濫瀕災無煉煙熱營燬爭爾牀獎獨獲獻現環產産畢異痠瘡瘧療癒癥發盜監盪眞睏確礎礙禦禮稅種積穩穫窮竊競節篩糧"
    "糾約紅級紛細結絕絡絲絶經綜綠綫維網緑線緩緻縴總績繫續纔纖習聯聲職脅脩脫脹腦臺與舘菸萬葯蓋蔘蕩藥處蝕蟲術衛衝裏補裡製複覈規視訂計訓託記訟設訴証詐評誌認誠誤課論謀證識譟譭護譽貝負財貢貧貨販買貸費貼貿賂"
    "賄資賓質賬賴購贈跡踰蹟蹤車軍載輕輟轉農迴週進遊運過達違適遲鄰醣醫銷錄錢錯録鍊鍛鎭鎮鐵長開閑閒間閤關陞隊隨險隱雜離難電靈韆韌頃項預頓顆題額願風颱飢飯飲養餓餘館饑馬駛騙騷驗體髮鬱鹽麪麫麯麴麵黃點齡齣",
    "丢并干占并来系幸备家传债伤价亿偿优储凶儿内净刹剥创划剂动务胜劳汇匮区历参员问丧单向国园图采执报场压垒坏寿伙夺奖妇学宫采实宽专对属师带干库废强录汇后从复态虑应悬战户采换损抢捞抚拥击担挤扩扰携教败数断"
    "于升时历向旷书会术查杆弃业矩干杠桩标样机台权历归杀毁气污没冲泄净凌减测准温湿灭汇满涨洁潜润涝湿济滥濒灾无炼烟热营毁争尔床奖独获献现环产产毕异酸疮疟疗愈症发盗监荡真困确础碍御礼税种积稳获穷窃竞节筛粮"
    "纠约红级纷细结绝络丝绝经综绿线维网绿线缓致纤总绩系续才纤习联声职胁修脱胀脑台与馆烟万药盖参荡药处蚀虫术卫冲里补里制复核规视订计训托记讼设诉证诈评志认诚误课论谋证识噪毁护誉贝负财贡贫货贩买贷费贴贸赂"
    "贿资宾质账赖购赠迹逾迹踪车军载轻辍转农回周进游运过达违适迟邻糖医销录钱错录炼锻镇镇铁长开闲闲间合关升队随险隐杂离难电灵千韧顷项预顿颗题额愿风台饥饭饮养饿余馆饥马驶骗骚验体发郁盐面面曲曲面黄点龄出",
)
#: A run of Chinese that is longer may hold several clauses, of which the last need not be the head.
_CLAUSE = 14
#: In Chinese, "X in all Y" of which Y is the whole, a bracket within a name, and "a unit of GDP" as a denominator.
_SHARE_IN = re.compile(r"在[^在,]{1,14}中(?=所占|的?(?:份额|比例|比重|占比))")
_BRACKET = re.compile(r"\([^()]*\)(?=[㐀-鿿])")
_PER_GDP = re.compile(r"(?<=单位|万元|亿元)gdp")
#: A number after "below" that is no share: it is an age.
_AGE = re.compile(r"[ -]*\d++(?! *(?:%|per ?cent|pour ?cent|prozent|por ciento))")
#: Signs between a theme and what is measured of it.
_PART = re.compile(r": |:$|:(?=\D)| [-–—|] ")
#: German words with this ending are nouns, which may be followed by a genitive.
_NOUNS = ("ung", "heit", "keit", "litat", "vitat", "sitat")

#: The sign of each kind of phrase that has one.
_SIGNS = {"higher": 1, "helper": 1, "theme": 1, "lower": -1, "matter": -1, "slight": -1, "open": 0}
#: Kinds that decide only where nothing else does.
_WEAK = ("theme", "slight")


def _sign_of(name: str) -> tuple[int, str]:
    """The sign, and the phrase of the name that shows it."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ")  # aName is two words
    text = unicodedata.normalize("NFKC", parted).replace("ß", "ss")
    # letter by letter, so that a phrase is found again in the name
    plain = "".join(without_accents(each).casefold()[:1] or " " for each in text)
    plain = plain.translate(_SIMPLIFIED)
    plain = _BRACKET.sub(lambda found: " " * len(found[0]), plain)
    plain = _PER_GDP.sub("   ", plain)
    plain = _SHARE_IN.sub(lambda found: "占" + found[0][1:], plain)
    marks = list(_marks(plain))
    if said := [mark for mark in marks if mark.kind in ("said_higher", "said_lower")]:
        return (1 if said[-1].kind == "said_higher" else -1), text[said[-1].start : said[-1].end]
    sign, mark = _of_parts(plain, [mark for mark in marks if mark.kind not in _WEAK])
    if mark is None:
        sign, mark = _of_parts(plain, marks)
        if mark is None or sign != _SIGNS.get(mark.kind, sign):  # a reversed theme shows nothing
            return 0, ""
    start, end = mark.start, mark.end
    while start and text[start - 1].isalnum() and not _CHINESE.match(text[start]):
        start -= 1
    while end < len(text) and text[end].isalnum() and not _CHINESE.match(text[end]):
        end += 1
    return sign, text[start:end]


def _of_parts(plain: str, marks: Sequence[_Mark]) -> tuple[int, _Mark | None]:
    """The sign of the parts of a name separated by a colon or dash: of one of them, or of all if they agree."""
    begins, told = [0, *(found.start() for found in _PART.finditer(plain))], []
    for part, those in itertools.groupby(marks, lambda mark: bisect.bisect(begins, mark.start)):
        sign, mark = _Reader(begin=begins[part - 1]).read(list(those))
        if mark is not None:
            told.append((sign, mark))
    signed = [item for item in told if item[0]] or told
    if len({sign for sign, _ in signed}) > 1:
        return 0, signed[-1][1]
    return signed[-1] if signed else (0, None)


@frozen
class _Mark:
    """A phrase of the lexicon in a name.

    Attributes:
        kind: The table of `directions.toml` with it, or `stop` for a sign that ends a phrase.
        start: Its start in the name.
        end: Its end in the name.
        run: The length of the run of Chinese that contains it; 0 elsewhere.
        behind: Whether it is French or Spanish, in which the head of a phrase comes first.
    """

    kind: str
    start: int
    end: int
    run: int = 0
    behind: bool = False


@frozen
class _Lexicon:
    """The phrases of `directions.toml`: words, kind and language, by the first word, whole or its beginning.

    Parts and ends of words have their kind alone; `longest` is the letters of the longest, except whole words.
    """

    whole: Mapping[str, list[tuple[Sequence[str], str, str]]]
    begun: Mapping[str, list[tuple[Sequence[str], str, str]]]
    within: Mapping[str, str]
    ending: Mapping[str, str]
    longest: int


@functools.cache
def _lexicon() -> _Lexicon:
    whole: dict[str, list[tuple[Sequence[str], str, str]]] = {}
    begun: dict[str, list[tuple[Sequence[str], str, str]]] = {}
    within: dict[str, str] = {}
    ending: dict[str, str] = {}
    tables = tomli.loads(Path(__file__).with_name("directions.toml").read_text(encoding="utf-8"))
    for kind, language, phrases in ((kind, *pair) for kind, table in tables.items() for pair in table.items()):
        for words in filter(None, map(str.split, phrases.split(","))):
            first = words[0].strip("*")
            if _CHINESE.match(first) or (words[0][0] == "*" == words[0][-1]):
                within[first] = kind
            elif words[0][0] == "*":
                ending[first] = kind
            else:
                (begun if words[0][-1] == "*" else whole).setdefault(first, []).append((words, kind, language))
    longest = max(map(len, (*begun, *within, *ending)))
    return _Lexicon(whole=whole, begun=begun, within=within, ending=ending, longest=longest)


def _marks(plain: str) -> Iterator[_Mark]:
    """The phrases of a name in their order, the longest at each place, with the signs that end phrases."""
    lexicon, at = _lexicon(), 0
    tokens = list(_TOKEN.finditer(plain))
    words = [token[0] for token in tokens]
    while at < len(words):
        word, token = words[at], tokens[at]
        found = [*lexicon.whole.get(word, ())]
        for length in range(2, min(len(word), lexicon.longest) + 1):
            found += lexicon.begun.get(word[:length], ())
        fitting = [item for item in found if _fits(item[0], words[at : at + len(item[0])])]
        if fitting:
            phrase, kind, _ = max(fitting, key=lambda item: (len(item[0]), len("".join(item[0]).strip("*"))))
            at += len(phrase)
            last, end = tokens[at - 1], tokens[at - 1].end()
            if kind != "below" or not _AGE.match(plain, end):
                behind = all(item[2] in ("es", "fr") for item in fitting)
                yield _Mark(kind, token.start(), end, behind=behind)
            if len(phrase) > 1 < len(phrase[-1]):  # "control of", "energy per"
                alone = (kind for words, kind, _ in lexicon.whole.get(phrase[-1], ()) if words == [phrase[-1]])
                yield from (_Mark(kind, end, end) for kind in alone if kind in ("of", "per"))
            if phrase[-1][-1] == "*":
                yield from _parts(last[0], last.start(), len(phrase[-1]) - 1)
        else:
            at += 1
            if word in _STOPS:
                yield _Mark("and" if word in "&/、" else "stop", token.start(), token.end())
            yield from _parts(word, token.start())
        if word.endswith(_NOUNS):
            yield _Mark("of", token.end(), token.end())


def _fits(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return len(phrase) == len(words) and all(
        word.startswith(part[:-1]) if part[-1] == "*" else word == part
        for part, word in zip(phrase, words, strict=True)
    )


def _parts(word: str, start: int, at: int = 0) -> Iterator[_Mark]:
    """The parts of a compound from a letter on, or of a run of Chinese, in their order, the longest at each place."""
    lexicon, run = _lexicon(), len(word) if _CHINESE.match(word) else 0
    while at < len(word):
        for end in range(min(len(word), at + lexicon.longest), at, -1):
            kind = lexicon.within.get(word[at:end]) or (lexicon.ending.get(word[at:]) if end == len(word) else None)
            if kind:
                yield _Mark(kind, start + at, start + end, run)
                at = end - 1
                break
        at += 1


@define
class _Reader:
    """Reads a part of a name from left to right, phrase by phrase, until one has a sign.

    A phrase ends at a preposition or comma. The last word in it is the head: "crime prevention" is better where higher,
    "health risk" where lower. Words after "per" or "share of" decide nothing.

    Attributes:
        begin: The start of the part, or of the text after its last comma.
        told: The sign of the first phrase that has one, 0 if it may be either, with its mark.
        now: The same for this phrase so far.
        before: The same for the text before an "and" in it.
        pending: -1 if a reversing word waits for the word that it reverses.
        turned_at: The end of that word.
        lacking: A word such as "without" or "consumption", better where lower if nothing after it has a sign.
        marred: Whether a word such as "unsafe" makes the rest of this phrase worse.
        below: Whether "less than" or the like makes it worse up to the next comma.
        mending: A word such as "recycled", which improves the word after it.
        seen: Words without a sign that were read, by kind: "ratio", and people served, such as "patients".
        shared: Whether "share" or the like was read.
        sharing: Whether it follows the whole of a share.
        passing: Whether a denominator is read.
        last: The kind of the mark before.
        undone: Whether "reduction" or "less than" follows the sign in `told`.
    """

    begin: int
    told: tuple[int, _Mark] | None = None
    now: tuple[int, _Mark] | None = None
    before: tuple[int, _Mark] | None = None
    pending: int = 1
    turned_at: int = 0
    lacking: _Mark | None = None
    marred: bool = False
    below: bool = False
    mending: _Mark | None = None
    seen: dict[str, _Mark] = field(factory=dict)
    shared: bool = False
    sharing: bool = False
    passing: bool = False
    last: str = ""
    undone: bool = False

    def read(self, marks: Sequence[_Mark]) -> tuple[int, _Mark | None]:
        """The sign, and the text that shows it; None if there is none."""
        for mark in marks:
            if mark.kind == "stop":
                self._close()
                self.passing, self.below, self.begin = False, False, mark.end
            elif self.passing:
                if "people" in self.seen and mark.kind == "helper" and self.told is None:  # patients per nurse
                    return -1, evolve(self.seen["people"], end=mark.end)
            elif self.told is None:
                self._take(mark)
            elif mark.kind == "mended" and self.told[1].kind == "matter":  # waste that is recycled
                self.told = (-1 if self.last in ("few", "lack") else 1), mark
            else:
                self.passing = mark.kind == "per"
                self.undone |= mark.kind in ("turn", "below") or (mark.kind, self.told[1].kind) == ("higher", "matter")
            self.last = mark.kind
        self._close()
        if self.told is None:
            turned = self.lacking and self.lacking.kind == "use"  # reduction of consumption
            return (-self.pending if turned else -1, self.lacking) if self.lacking else (0, None)
        sign, mark = self.told
        return (0 if self.undone or ("ratio" in self.seen and sign > 0) else sign), mark

    def _take(self, mark: _Mark) -> None:
        kind = mark.kind
        if kind in ("of", "part", "per", "below"):
            self._preposition(mark)
        elif kind == "and":
            self.before, self.now = self.now or self.before, None
        elif kind == "share":
            self.sharing, self.shared = mark.start > self.begin + 1, True
        elif kind in ("people", "ratio"):
            self.seen[kind] = mark
        elif kind in ("turn", "few", "lack"):
            self._turn(mark)
        elif kind == "use":
            self.lacking = mark
        elif kind == "marred":
            self.marred, self.lacking = True, mark
            self.now = self.now and (-1, evolve(self.now[1], end=mark.end))  # jobs lost
        elif kind == "mended":
            turned = self.last in ("few", "lack")
            self.now, self.mending = (-1 if turned else 1, mark) if self.now or turned else None, mark
        elif kind in _SIGNS:
            self._sign(mark, _SIGNS[kind])

    def _preposition(self, mark: _Mark) -> None:
        kind = mark.kind
        self.undone = kind == "below" and self.now is not None
        self._close()
        if (kind == "per" and not self.below) or (kind == "part" and self.shared) or (kind == "of" and self.sharing):
            self.passing, self.sharing = mark.start > 0, False
        self.below |= kind == "below"

    def _sign(self, mark: _Mark, sign: int) -> None:
        if self.marred or self.below:
            sign = -1
        elif self.mending and sign < 0:
            sign = 1
        if not mark.run or mark.start == self.turned_at or (self.lacking and sign > 0):
            sign, self.turned_at = sign * self.pending, mark.end  # in Chinese "not" stands right before its word
        self.lacking = None
        if self.now is None or self.now[0] != -sign:
            self.now = (sign, mark)
        elif not mark.behind:
            self.now = (0 if mark.run > _CLAUSE else sign, mark)

    def _turn(self, mark: _Mark) -> None:
        if self.now is not None:
            sign, what = self.now
            self.now = (-sign, evolve(what, end=mark.end))
        elif mark.kind == "turn" and self.last == "use" and self.lacking:  # consumption reduction
            self.now = (self.pending, evolve(self.lacking, end=mark.end))
        else:
            self.pending, self.turned_at = -1, mark.end
            self.lacking = mark if mark.kind == "lack" else None

    def _close(self) -> None:
        """End the phrase; a word that turns round waits on where nothing was said."""
        if self.told is not None:
            return
        now = self.now or ((1, self.mending) if self.mending else None)
        if now and self.before and now[0] != self.before[0]:
            now = (0, now[1])
        self.told = now or self.before
        self.now = self.before = self.mending = None
        self.marred = False
