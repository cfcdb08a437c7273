/** What a terminal can offer, as the screens ask it: providers that have something, services, and whether one is open. */

import type { Catalogue, CatalogueRing, CatalogueService, NamedView } from "@palvelurinki/call_kit";
import type { Language } from "./language";

/** The most choices that one screen shows. */
export const CHOICES_A_SCREEN = 6;

export type Availability =
  | { kind: "open"; closesAt: Date | null }
  | { kind: "closed"; opensAt: Date | null }
  /** Open still, and taking no more contacts before it closes. */
  | { kind: "closing"; closesAt: Date | null; opensAt: Date | null }
  | { kind: "not_remote" };

export function serviceOf(catalogue: Catalogue | null, id: string): CatalogueService | null {
  return catalogue?.services.find((service) => service.id === id) ?? null;
}

export function providerOf(catalogue: Catalogue | null, id: string): NamedView | null {
  return catalogue?.providers.find((provider) => provider.id === id) ?? null;
}

/** Providers with at least one service here, by name. */
export function providersWithServices(catalogue: Catalogue, language: Language): NamedView[] {
  const offering = new Set(catalogue.services.map((service) => service.provider));
  return byName(
    catalogue.providers.filter((provider) => offering.has(provider.id)),
    language,
  );
}

export function servicesOf(catalogue: Catalogue, provider: string, language: Language): CatalogueService[] {
  return byName(
    catalogue.services.filter((service) => service.provider === provider),
    language,
  );
}

/** Whether a service can be had by video now. A ring that the catalogue does not tell of counts as closed. */
export function availabilityOf(catalogue: Catalogue, service: CatalogueService): Availability {
  if (!service.remote || service.ring === null) {
    return { kind: "not_remote" };
  }
  const ring = ringOf(catalogue, service);
  const [closesAt, opensAt] = [moment(ring?.closes_at ?? null), moment(ring?.opens_at ?? null)];
  if (ring?.open) {
    return { kind: "open", closesAt };
  }
  return closesAt === null ? { kind: "closed", opensAt } : { kind: "closing", closesAt, opensAt };
}

/** What the server's refusal `ring.closed` says; only the catalogue knows when the ring closes. */
export function availabilityRefused(
  catalogue: Catalogue | null,
  service: CatalogueService,
  refusal: { opensAt: string | null; closing: boolean },
): Availability {
  const opensAt = moment(refusal.opensAt);
  if (!refusal.closing) {
    return { kind: "closed", opensAt };
  }
  const ring = catalogue && ringOf(catalogue, service);
  return { kind: "closing", closesAt: moment(ring?.closes_at ?? null), opensAt };
}

/** When the ring of a service opens next, if that is known. */
export function openingOf(catalogue: Catalogue | null, service: string | null): Date | null {
  const found = service === null ? null : serviceOf(catalogue, service);
  return moment((catalogue && found && ringOf(catalogue, found)?.opens_at) ?? null);
}

function ringOf(catalogue: Catalogue, service: CatalogueService): CatalogueRing | null {
  return catalogue.rings.find((ring) => ring.id === service.ring) ?? null;
}

/** One service of each provider in turn, remote ones first: examples for a person who has not begun to search. */
export function exampleServices(catalogue: Catalogue, language: Language): CatalogueService[] {
  const queues = providersWithServices(catalogue, language).map((provider) =>
    catalogue.services
      .filter((service) => service.provider === provider.id)
      .toSorted((a, b) => Number(b.remote) - Number(a.remote)),
  );
  const rounds = Math.max(0, ...queues.map((queue) => queue.length));
  const turns = Array.from({ length: rounds }, (_, round) => queues.map((queue) => queue[round]));
  return turns
    .flat()
    .filter((service) => service !== undefined)
    .slice(0, CHOICES_A_SCREEN);
}

export interface Page<T> {
  items: T[];
  number: number;
  count: number;
}

/** The page `number` (from 0, brought within bounds) of choices; what fits on one screen is not divided. */
export function pageOf<T>(items: readonly T[], number: number): Page<T> {
  const count = Math.max(1, Math.ceil(items.length / CHOICES_A_SCREEN));
  const bounded = Math.min(Math.max(0, number), count - 1);
  return {
    items: items.slice(bounded * CHOICES_A_SCREEN, (bounded + 1) * CHOICES_A_SCREEN),
    number: bounded,
    count,
  };
}

function byName<T extends NamedView>(things: T[], language: Language): T[] {
  return things.toSorted((a, b) => a.names[language].localeCompare(b.names[language], language));
}

function moment(iso: CatalogueRing["opens_at"]): Date | null {
  return iso === null ? null : new Date(iso);
}
