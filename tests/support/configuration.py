"""A small valid configuration for tests, to be changed by replacing a piece of its text; and what is wrong with it."""

import pytest

from palvelurinki.application.configuration import ConfigurationRefused, read

FILE = "asetukset.yaml"

SMALL = """\
version: 1
organisations:
  kela:
    kinds: [provider]
    names: {fi: Kela, sv: FPA, en: Kela}
  vero:
    kinds: [provider]
    names: {fi: Vero, sv: Skatt, en: Tax}
  mikkeli:
    kinds: [provider, host_municipality]
    names: {fi: Mikkeli, sv: S:t Michel, en: Mikkeli}
    municipality_code: 491
  oulu:
    kinds: [host_municipality]
    names: {fi: Oulu, sv: Uleåborg, en: Oulu}
    municipality_code: 564
  tulkit:
    kinds: [interpreter_agency]
    names: {fi: Tulkit, sv: Tolkar, en: Interpreters}
units:
  kela-etela:
    organisation: kela
    names: {fi: Etelä, sv: Söder, en: South}
services:
  kela-asumistuki:
    provider: kela
    ring: kela
    names: {fi: Asumistuki, sv: Bostadsbidrag, en: Housing allowance}
  kela-kortti:
    provider: kela
    names: {fi: Kela-kortti, sv: FPA-kort, en: Kela card}
rings:
  kela:
    provider: kela
    names: {fi: Kela, sv: FPA, en: Kela}
    hours:
      mon-fri: ["09:00-16:00"]
      sat: ["10:00-12:00", "13:00-14:00"]
      exceptions:
        2026-12-31: ["09:00-12:00"]
    members: [kela-1, kela-2]
points:
  mikkeli:
    host: mikkeli
    names: {fi: Mikkeli, sv: S:t Michel, en: Mikkeli}
    address: Esimerkkikatu 1, Mikkeli
    providers: [kela, mikkeli]
    terminals:
      mikkeli-kioski:
        kind: kiosk
        names: {fi: Kioski, sv: Kiosk, en: Kiosk}
      mikkeli-tiski:
        kind: desk
        names: {fi: Tiski, sv: Disk, en: Desk}
  oulu:
    host: oulu
    names: {fi: Oulu, sv: Uleåborg, en: Oulu}
    address: Esimerkkikatu 2, Oulu
    providers: [kela]
    terminals:
      oulu-kioski: {kind: kiosk, names: {fi: Kioski, sv: Kiosk, en: Kiosk}}
staff:
  kela-1:
    organisation: kela
    unit: kela-etela
    name: Esimerkki Ensimmäinen
    roles: [expert]
    languages: [fi, sv]
  kela-2:
    organisation: kela
    name: Esimerkki Toinen
    roles: [expert, supervisor]
  vero-1:
    organisation: vero
    name: Esimerkki Verottaja
    roles: [expert]
  neuvoja:
    organisation: mikkeli
    point: mikkeli
    name: Esimerkki Neuvoja
    roles: [advisor]
  tulkki:
    organisation: tulkit
    name: Esimerkki Tulkki
    roles: [interpreter]
    languages: [fse, fi]
"""


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The text with one piece replaced; the piece must stand in it exactly once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)


def problems_of(text: str) -> list[tuple[str, int, int]]:
    """The code, line and column of each problem for which the text is refused."""
    with pytest.raises(ConfigurationRefused) as refused:
        read(text, FILE)
    return [(problem.code, problem.line, problem.column) for problem in refused.value.problems]


def unmarked(text: str) -> tuple[str, int, int]:
    """The text without the mark §, and the line and column where it was."""
    before, mark, after = text.partition("§")
    assert mark
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


SECOND = """\
  tuki:
    provider: kela
    names: {fi: Tuki, sv: Stöd, en: Support}
    hours: {every_day: ["00:00-24:00"], closed_on_public_holidays: false}
    members: [kela-2]
"""

UNITS = """\
  vero-itainen:
    organisation: vero
    names: {fi: Itäinen, sv: Östra, en: Eastern}
  kela-pohjoinen:
    organisation: kela
    names: {fi: Pohjoinen, sv: Norr, en: North}
services:
"""

SETTINGS = """\
    members: [kela-1, {staff: kela-2, level: 2}]
    strategy: best_skill
    ring_at_once: 2
    steps:
      - {unit: serving, level: 1, skill: 3}
      - {after_s: 30, unit: serving}
      - {after_s: 120, language: any}
    relax_when_unstaffed: false
    overflow:
      - {ring: tuki, after_s: 90}
    wrap_up_s: 30
    wrap_up_most_s: 300
    last_entry_s: 900
    at_closing: end
"""

SERVED = """\
    served_by:
      - {unit: kela-etela, validity: {last: 2026-06-30}}
      - {unit: kela-pohjoinen, validity: {first: 2026-07-01}}
    terminals:
      mikkeli-kioski:
"""

REASONS = "    pause_reasons:\n      koulutus: {fi: Koulutus, sv: Utbildning, en: Training}\n"

# The same with all that routing and the console can be told.
FULL = changed("services:\n", UNITS)
FULL = changed("points:\n", SECOND + "points:\n", FULL)
FULL = changed("    members: [kela-1, kela-2]\n", SETTINGS, FULL)
FULL = changed("    terminals:\n      mikkeli-kioski:\n", SERVED, FULL)
FULL = changed("    languages: [fi, sv]\n", "    languages: [fi, sv]\n    skills: {kela-asumistuki: 4}\n", FULL)
FULL = changed(
    "en: Housing allowance}\n",
    "en: Housing allowance}\n    head_start_s: 120\n",
    FULL,
)
FULL = changed(
    "names: {fi: Kela, sv: FPA, en: Kela}\n  vero:",
    f"names: {{fi: Kela, sv: FPA, en: Kela}}\n{REASONS}  vero:",
    FULL,
)
