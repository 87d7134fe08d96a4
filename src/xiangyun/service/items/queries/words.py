"""Words for search: rjieba words, bigrams and single characters, pinyin; the same cut for guides and for questions."""

import re
from collections.abc import Iterable

from xiangyun.foundation.packs import api as packs
from xiangyun.service.items.models import Synonym

# words of asking, which every guide would match
_STOP_WORDS = frozenset(
    (
        *(
            "我",
            "我要",
            "我想",
            "要",
            "想",
            "请问",
            "怎么",
            "怎样",
            "如何",
            "怎么办",
            "什么",
            "哪里",
            "哪儿",
            "哪些",
            "在哪",
            "可以",
        ),
        *(
            "能",
            "开",
            "吗",
            "呢",
            "的",
            "了",
            "和",
            "与",
            "在",
            "到",
            "给",
            "去",
            "是",
            "有",
            "没有",
            "不",
            "个",
            "一个",
            "一下",
        ),
        *("办", "办理", "办事", "申请", "申办", "需要", "手续", "流程", "材料", "条件", "多久", "多少", "钱"),
    )
)
_TEXT = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U000323af]+")
_LATIN = re.compile(r"[a-z][a-z ']*")
MAX_QUESTION = 60
_MAX_LEXEMES = 3000

_synonyms: packs.ContentCache[str, list[tuple[str, list[str]]]] = packs.ContentCache(seconds=600)


def search_vector(*, titles: Iterable[str], words: Iterable[str], bodies: Iterable[str]) -> str:
    """Return the text of a tsvector: words of titles A, their pieces B, words of results C, those of bodies D."""
    weights: dict[str, str] = {}
    for weight, lexemes in (
        ("A", (word for text in titles for word in cut(text))),
        ("B", (piece for text in titles for piece in pieces(text))),
        ("C", (word for text in words for word in cut(text))),
        ("D", (piece for text in bodies for piece in [*cut(text), *bigrams(text)])),
    ):
        for lexeme in lexemes:
            if len(weights) < _MAX_LEXEMES:
                weights.setdefault(lexeme, weight)
    return " ".join(f"'{lexeme}':1{weight}" for lexeme, weight in sorted(weights.items()))


def search_query(question: str, *, is_strict: bool = True) -> str:
    """Return the text of a tsquery for what somebody typed; empty where nothing searchable is left.

    Each word must be found, as a word or by all its pairs of characters, or by a synonym; loosely, one word is enough.
    """
    text = question.lower()[:MAX_QUESTION]
    groups: list[str] = []
    for phrase, terms in _synonyms.get("", _read_synonyms):
        if phrase in text:
            groups.append(_any_of([phrase, *terms]))
            text = text.replace(phrase, " ")
    words = cut(text)
    kept = [word for word in words if word not in _STOP_WORDS] or ([] if groups else words)
    groups += [_any_of([word]) for word in dict.fromkeys(kept)]
    return (" & " if is_strict else " | ").join(groups)


def latin_query(question: str) -> str:
    """Return the letters of a question typed in pinyin (`spjy`, `shi pin`), or nothing."""
    text = question.lower().strip()
    return text.replace(" ", "").replace("'", "") if _LATIN.fullmatch(text) else ""


def cut(text: str) -> list[str]:
    """Cut text into words, also the shorter ones inside longer ones."""
    import rjieba

    return [word for run in _TEXT.findall(text.lower()) for word in rjieba.cut_for_search(run)]


def bigrams(text: str) -> list[str]:
    """Return all pairs of neighbouring characters."""
    return [run[i : i + 2] for run in _TEXT.findall(text.lower()) for i in range(len(run) - 1)]


def pieces(text: str) -> list[str]:
    """Return pairs of characters and single characters."""
    return bigrams(text) + [char for run in _TEXT.findall(text.lower()) for char in run]


def pinyin_of(texts: Iterable[str]) -> tuple[str, str]:
    """Return first letters and full pinyin of each text, the texts parted by spaces."""
    from pypinyin import Style, lazy_pinyin

    initials, full = [], []
    for text in texts:
        letters = "".join(_TEXT.findall(text.lower()))
        initials.append("".join(lazy_pinyin(letters, style=Style.FIRST_LETTER, errors="ignore")))
        full.append("".join(lazy_pinyin(letters, errors="ignore")))
    return " ".join(initials), " ".join(full)


def _any_of(terms: list[str]) -> str:
    """Return the alternatives of a group: each term as one lexeme or by its pairs of characters."""
    alternatives: list[str] = []
    for term in terms:
        for run in _TEXT.findall(term):
            alternatives.append(f"'{run}'")
            pairs = bigrams(run)
            if len(run) > 2:
                alternatives.append("(" + " & ".join(f"'{pair}'" for pair in pairs) + ")")
    return "(" + " | ".join(dict.fromkeys(alternatives)) + ")" if alternatives else ""


def _read_synonyms() -> list[tuple[str, list[str]]]:
    """Return phrase → library terms, longest phrase first."""
    found = [
        (word.lower(), list(terms)) for words, terms in Synonym.objects.values_list("words", "terms") for word in words
    ]
    return sorted(found, key=lambda entry: -len(entry[0]))
