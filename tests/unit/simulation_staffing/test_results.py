"""What a run counts, and that the same scenario and seed give the same bytes."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from palvelurinki.cli import app
from palvelurinki.domain.directory import RingId
from palvelurinki.simulation.log import Fate
from palvelurinki.simulation.needed import needs_by_formula, needs_by_simulation
from palvelurinki.simulation.results import Results
from palvelurinki.simulation.running import run_all
from palvelurinki.simulation.scenario import Scenario, read_scenario, shipped_scenario, shipped_scenarios
from palvelurinki.simulation.world import World

# Bounded by what is played, which a busy machine does slowly.
pytestmark = pytest.mark.timeout(600)

# One expert, who takes everything; one customer about every ten minutes, each served in exactly five.
PLAIN = """version: 1
hours: "08:00-16:00"
target: {percent: 80, within_s: 120}
services: {asia: {ring: ringi, handling: {distribution: deterministic, mean_s: 300}}}
rings: {ringi: {}}
points: {piste: {per_hour: {asia: {"08:00-16:00": 6}}}}
experts: {neuvoja: {count: 1, rings: {ringi: 1}, shifts: ["08:00-16:00"]}}
"""


def scenario(*changes: tuple[str, str]) -> Scenario:
    text = PLAIN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_scenario(text, "scenario.yaml")


def test_everybody_is_counted_once() -> None:
    results = Results(
        scenario(("services:", "patience: {distribution: exponential, mean_s: 200}\nservices:")),
        [World(scenario(("services:", "patience: {distribution: exponential, mean_s: 200}\nservices:"))).run()],
    )
    whole = results.whole
    assert whole.arrivals == whole.served + whole.abandoned + whole.unserved > 20
    assert whole.abandoned > 0
    assert sum(each.arrivals for each in results.hours_of(RingId("ringi"))) == whole.arrivals


def test_occupancy_is_the_time_in_calls_of_the_time_on_duty() -> None:
    plain = scenario()
    (log,) = run_all(plain, 1, lambda _share: None)
    served = sum(trace.fate is Fate.SERVED for trace in log.traces)
    on_duty_s = sum(end - start for _, start, end in log.duty)
    found = Results(plain, [log]).whole.occupancy
    assert found is not None
    assert found.mean == pytest.approx(served * 300 / on_duty_s)
    assert on_duty_s == pytest.approx(8 * 3600, abs=300)  # the last call is finished


def test_who_comes_is_not_changed_by_more_experts() -> None:
    few, many = (World(scenario(("count: 1", f"count: {number}"))).run() for number in (1, 4))
    assert [trace.requested_s for trace in few.traces] == [trace.requested_s for trace in many.traces]
    assert sum(trace.wait_s for trace in few.traces) > sum(trace.wait_s for trace in many.traces)


def test_nobody_is_offered_a_contact_during_a_break_or_after_the_shift() -> None:
    pause = ', breaks: [{at: "10:00", length_min: 60}]}'
    log = World(scenario((', shifts: ["08:00-16:00"]}', ', shifts: ["08:00-15:00"]' + pause))).run()
    begun = [trace.ended_wait_s / 3600 for trace in log.traces if trace.fate is Fate.SERVED]
    assert not any(10 < hour < 11 or hour > 15 for hour in begun)
    assert any(11 <= hour < 11.5 for hour in begun)
    assert any(trace.fate is Fate.CLOSED for trace in log.traces)


def test_missed_offers_go_on_to_the_next_and_are_counted() -> None:
    log = World(scenario(("count: 1", "count: 2"), ("shifts:", "missed: 0.3, shifts:"))).run()
    missed = [trace for trace in log.traces if trace.missed]
    assert missed
    assert all(trace.wait_s >= 19.99 for trace in missed if trace.fate is Fate.SERVED)


def test_a_ring_that_closes_ends_what_waits_and_takes_nobody_after_the_last_entry() -> None:
    ring = '{hours: {every_day: ["08:00-12:00"], closed_on_public_holidays: false}, at_closing: end, last_entry_s: 600}'
    log = World(scenario(("{ringi: {}}", f"{{ringi: {ring}}}"), ("}}}}\n", "}}}}\n"))).run()
    assert max(trace.requested_s for trace in log.traces) < 12 * 3600 - 600
    assert all(trace.ended_wait_s <= 12 * 3600 + 20 for trace in log.traces)
    assert all(at_s >= 12 * 3600 - 600 for _, at_s in log.turned_away)
    assert log.turned_away


def test_a_kiosk_in_use_makes_the_next_customer_wait_for_it() -> None:
    log = World(scenario(("{piste: {per", "{piste: {kiosks: 1, per"), ("count: 1", "count: 3"))).run()
    ends = [trace.ended_wait_s + 300 for trace in log.traces]
    assert all(later.requested_s >= end - 1e-6 for end, later in zip(ends, log.traces[1:], strict=False))
    assert any(begun > came for _, came, begun in log.kiosk_waits)


def test_the_experts_found_by_simulation_meet_the_target_and_are_about_those_of_the_formula() -> None:
    busy = scenario(
        ('08:00-16:00": 6', '08:00-12:00": 40'), ("distribution: deterministic", "distribution: exponential")
    )
    needs = needs_by_simulation(busy, contacts=2500)
    assert [need.formula for need in needs] == [need.formula for need in needs_by_formula(busy)] == [5] * 4
    for need in needs:
        assert need.reached is not None
        assert need.reached >= busy.target_share
        # The queue that an hour leaves to the next is not in the formula, nor the empty ring of the morning.
        assert need.simulated in {4, 5, 6}


def test_runs_at_the_same_time_give_what_runs_in_turn_give() -> None:
    plain = scenario()
    shares: list[float] = []
    assert run_all(plain, 2, shares.append, jobs=2) == run_all(plain, 2, shares.append)
    assert shares[1] == shares[-1] == 1.0


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(PLAIN.replace('16:00": 6', '10:00": 12'), encoding="utf-8")
    first, again, other = (simulated(file, tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert sorted(first) == [
        "experts.png",
        "hours.csv",
        "occupancy.png",
        "results.csv",
        "said",
        "service-level.png",
        "waits.png",
    ]
    assert first == again
    assert all(first[name] != other[name] for name in ("results.csv", "hours.csv", "waits.png", "said"))


def simulated(file: Path, folder: Path, seed: int) -> dict[str, bytes]:
    """The files that are written, and what is said."""
    arguments = ["simulate", str(file), "--seed", str(seed), "--runs", "2", "--estimates", "--output", str(folder)]
    answer = CliRunner().invoke(app, [*arguments, "--language", "fi"])
    assert answer.exit_code == 0, answer.output
    assert "Palvelutaso" in answer.output
    assert "luovuttaisi" in answer.output
    assert answer.output.count("Kaikki ringit") == 3  # of what was served, what became of all, and the estimates
    said = answer.output.replace(str(folder), "")
    return {path.name: path.read_bytes() for path in folder.iterdir()} | {"said": said.encode()}


def test_without_matplotlib_the_tables_are_written_and_a_sentence_says_why_no_charts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palvelurinki.simulate_command.find_spec", lambda _name: None)
    (tmp_path / "scenario.yaml").write_text(PLAIN, encoding="utf-8")
    folder = tmp_path / "results"
    answer = CliRunner().invoke(app, ["simulate", str(tmp_path / "scenario.yaml"), "--output", str(folder)])
    assert answer.exit_code == 0
    assert "No charts: they need matplotlib" in answer.output
    assert {path.name for path in folder.iterdir()} == {"results.csv", "hours.csv"}


def test_the_shipped_scenarios_are_listed_and_what_is_not_there_is_told() -> None:
    listed = CliRunner().invoke(app, ["simulate", "--list"])
    assert [line.split(":")[0] for line in listed.output.splitlines()] == list(shipped_scenarios())
    missing = CliRunner().invoke(app, ["simulate", "nowhere.yaml"])
    assert missing.exit_code == 1
    assert "nowhere.yaml: No such file or directory. Shipped are: bookings" in missing.output
    unsaid = CliRunner().invoke(app, ["simulate"])
    assert unsaid.exit_code == 2


def test_a_faulty_scenario_is_told_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(PLAIN.replace("mean_s: 300", "mean_s: -300"), encoding="utf-8")
    answer = CliRunner().invoke(app, ["simulate", str(file)])
    assert answer.exit_code == 1
    assert f"{file}:4:" in answer.output
    assert "number.negative: the number must be not below 0" in answer.output


def test_swedish_speakers_wait_for_a_swedish_speaking_expert() -> None:
    languages = shipped_scenario("languages")
    first_day = tuple(replace(stream, rates=stream.rates[:1]) for stream in languages.arrivals)
    log = World(replace(languages, days=1, arrivals=first_day)).run()
    assert len(log.traces) > 100
    spoken = {staff: person.languages for staff, person in languages.directory.staff.items()}
    early = [trace for trace in log.traces if trace.staff is not None and trace.wait_s < 590]
    assert all(trace.language in spoken[trace.staff] for trace in early if trace.staff is not None)
