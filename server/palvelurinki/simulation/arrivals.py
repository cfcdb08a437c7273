"""Who comes in a run, when, and with what: drawn before the run, so that nothing that happens in it changes them."""

from dataclasses import dataclass

from palvelurinki.domain.directory import PointId, ServiceId
from palvelurinki.simulation.chance import Streams
from palvelurinki.simulation.scenario import ArrivalStream, Scenario


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer. Times in seconds; `at_s` from the scenario's origin; `patience_s` None when they never give up."""

    at_s: float
    point: PointId
    service: ServiceId
    language: str
    handling_s: float
    wrap_up_s: float
    patience_s: float | None


def draw_visits(scenario: Scenario, streams: Streams) -> list[Visit]:
    """Everybody who comes, in order of arrival: a Poisson process whose rate changes at the given times."""
    visits = [visit for stream in scenario.arrivals for visit in _visits(scenario, stream, streams)]
    visits.sort(key=lambda visit: (visit.at_s, visit.point, visit.service))
    return visits


def _visits(scenario: Scenario, stream: ArrivalStream, streams: Streams) -> list[Visit]:
    service = scenario.services[stream.service]
    codes = [code for code, _ in stream.languages]
    shares = [share for _, share in stream.languages]
    arriving, speaking, handling, wrapping, staying = (
        streams.of(purpose, stream.point, stream.service)
        for purpose in ("arrivals", "language", "handling", "wrap_up", "patience")
    )
    found: list[Visit] = []
    for rate in stream.rates:
        at_s = rate.start_s + arriving.expovariate(rate.per_s)
        while at_s < rate.end_s:
            found.append(
                Visit(
                    at_s=at_s,
                    point=stream.point,
                    service=stream.service,
                    language=codes[0] if len(codes) == 1 else speaking.choices(codes, shares)[0],
                    handling_s=service.handling.draw(handling),
                    wrap_up_s=service.wrap_up.draw(wrapping),
                    patience_s=None if service.patience is None else service.patience.draw(staying),
                )
            )
            at_s += arriving.expovariate(rate.per_s)
    return found
