"""Languages by their codes.

The codes themselves are iso639's. It reads its tables when it is imported, and so is imported by whoever checks a code:
most commands, and a node that starts, check none.
"""

import re
from typing import Final

_LANGUAGE = re.compile(r"[a-z]{2,3}")
# ISO 639-3's scope of "undetermined", "no linguistic content" and the like.
_SPECIAL: Final = "S"
# The three Sámi languages of Finland are written alike (sme, smn, sms), and "se" is too easily taken for Sweden.
_EXCEPTIONS: Final = {"sme": "sme"}


def language_fault(code: str) -> str | None:
    """What is wrong with a language's code, or None.

    A language has one code here: two letters (ISO 639-1) where there are such, else three (ISO 639-3). Two spellings
    of one language would keep an expert and a customer apart.
    """
    import iso639

    match = _LANGUAGE.fullmatch(code)
    try:
        language = match and (iso639.Language.from_part1 if len(code) == 2 else iso639.Language.from_part3)(code)  # noqa: PLR2004
    except iso639.LanguageNotFoundError:
        language = None
    if not language and code != code.lower() and language_fault(code.lower()) is None:
        return f"write {code.lower()!r}, in lower case"
    if not language or language.scope == _SPECIAL:
        return f"{code!r} is not the ISO 639 code of a language; write for example fi, sv, sme or fse"
    ours = _EXCEPTIONS.get(language.part3, language.part1 or language.part3)
    return None if code == ours else f"write {ours!r} for {language.name}, not {code!r}"
