"""The words of tables, charts and their files, in three languages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """In which language results are shown."""

    FI = "fi"
    SV = "sv"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said of results. `decimal` is the sign before decimals."""

    decimal: str
    all_rings: str
    ring: str
    hour: str
    arrivals: str
    served: str
    abandoned: str
    unserved: str
    turned_away: str
    service_level: str
    mean_wait: str
    median: str
    occupancy: str
    on_duty: str
    missed: str
    declined: str
    overflowed: str
    needed_formula: str
    needed_simulated: str
    reached: str
    target: str
    within: str
    of_contacts: str
    wait_minutes: str
    middle: str
    band: str
    time_of_day: str
    experts: str
    title_waits: str
    title_level: str
    title_occupancy: str
    title_experts: str
    by_ring: str
    by_hour: str
    per_day: str
    estimates: str
    estimated: str
    left_unserved: str
    mean_error: str
    estimate: str
    within_p80: str
    in_band: str
    had_nobody_left: str
    seed: str
    runs: str
    days: str


WORDS: Final = {
    Language.EN: Words(
        decimal=".",
        all_rings="All rings",
        ring="Ring",
        hour="Hour",
        arrivals="Arrived",
        served="Served",
        abandoned="Left",
        unserved="Not served",
        turned_away="Closed",
        service_level="Service level",
        mean_wait="Mean wait",
        median="Median",
        occupancy="Occupancy",
        on_duty="On duty",
        missed="Missed",
        declined="Declined",
        overflowed="Overflowed",
        needed_formula="Needed, formula",
        needed_simulated="Needed, simulated",
        reached="Reached",
        target="Target",
        within="within {seconds} s",
        of_contacts="Share of contacts, %",
        wait_minutes="Wait, minutes",
        middle="Median",
        band="Half to 95 %: median, 80th and 95th percentile",
        time_of_day="Time of day",
        experts="Experts",
        title_waits="Waits by hour",
        title_level="Service level by hour",
        title_occupancy="Occupancy by hour",
        title_experts="Experts on duty and needed by hour",
        by_ring="A day by ring",
        by_hour="A day by ring and hour",
        per_day="Counts are of one day",
        estimates="Waiting estimates beside what came",
        estimated="Estimated",
        left_unserved="Of them left",
        mean_error="Mean error, s",
        estimate="estimate",
        within_p80="At most P80 (aim 80 %)",
        in_band="P50 to P80 (aim 30 %)",
        had_nobody_left="had nobody left",
        seed="Seed",
        runs="runs",
        days="days",
    ),
    Language.FI: Words(
        decimal=",",
        all_rings="Kaikki ringit",
        ring="Rinki",
        hour="Tunti",
        arrivals="Saapui",
        served="Palveltiin",
        abandoned="Luovutti",
        unserved="Jäi ilman",
        turned_away="Suljettu",
        service_level="Palvelutaso",
        mean_wait="Odotus keskim.",
        median="Mediaani",
        occupancy="Käyttöaste",
        on_duty="Vuorossa",
        missed="Ei vastattu",
        declined="Torjuttu",
        overflowed="Ylivuoto",
        needed_formula="Tarve, kaava",
        needed_simulated="Tarve, simulointi",
        reached="Saavutettu",
        target="Tavoite",
        within="{seconds} sekunnissa",
        of_contacts="Osuus asioinneista, %",
        wait_minutes="Odotus, minuuttia",
        middle="Mediaani",
        band="Mediaanista 80 ja 95 prosenttiin",
        time_of_day="Kellonaika",
        experts="Asiantuntijoita",
        title_waits="Odotus tunneittain",
        title_level="Palvelutaso tunneittain",
        title_occupancy="Käyttöaste tunneittain",
        title_experts="Asiantuntijat: vuorossa ja tarve tunneittain",
        by_ring="Päivä ringeittäin",
        by_hour="Päivä ringeittäin ja tunneittain",
        per_day="Määrät ovat yhden päivän",
        estimates="Odotusarviot ja toteutuneet odotukset",
        estimated="Arvioitiin",
        left_unserved="Heistä luovutti",
        mean_error="Virhe keskim., s",
        estimate="arvio",
        within_p80="Enintään P80 (tavoite 80 %)",
        in_band="P50–P80 (tavoite 30 %)",
        had_nobody_left="jos kukaan ei luovuttaisi",
        seed="Siemen",
        runs="ajoa",
        days="päivää",
    ),
    Language.SV: Words(
        decimal=",",
        all_rings="Alla ringar",
        ring="Ring",
        hour="Timme",
        arrivals="Anlände",
        served="Betjänades",
        abandoned="Gav upp",
        unserved="Blev utan",
        turned_away="Stängt",
        service_level="Servicenivå",
        mean_wait="Medelväntan",
        median="Median",
        occupancy="Beläggning",
        on_duty="I tjänst",
        missed="Obesvarade",
        declined="Avvisade",
        overflowed="Överflöde",
        needed_formula="Behov, formel",
        needed_simulated="Behov, simulering",
        reached="Uppnått",
        target="Mål",
        within="inom {seconds} s",
        of_contacts="Andel av ärendena, %",
        wait_minutes="Väntan, minuter",
        middle="Median",
        band="Från medianen till 80 och 95 procent",
        time_of_day="Klockslag",
        experts="Experter",
        title_waits="Väntan per timme",
        title_level="Servicenivå per timme",
        title_occupancy="Beläggning per timme",
        title_experts="Experter i tjänst och behov per timme",
        by_ring="En dag per ring",
        by_hour="En dag per ring och timme",
        per_day="Antalen gäller en dag",
        estimates="Väntetidsprognoser och faktisk väntan",
        estimated="Uppskattades",
        left_unserved="Av dem gav upp",
        mean_error="Medelfel, s",
        estimate="prognos",
        within_p80="Högst P80 (mål 80 %)",
        in_band="P50–P80 (mål 30 %)",
        had_nobody_left="om ingen hade gett upp",
        seed="Frö",
        runs="körningar",
        days="dagar",
    ),
}
