/** What the advisor can connect to now, and what a matter's instructions lead to first. */

import type { CatalogueRing, CatalogueService, NamedView, PointCatalogue } from "@palvelurinki/call_kit";

/**
 * Whether a matter can be settled by video now. `closing`: its ring is open still, and takes no more contacts today. A ring
 * that the catalogue does not tell of counts as closed.
 */
export type Availability =
  | { readonly kind: "open" | "closed" | "closing"; readonly ring: CatalogueRing | null }
  | { readonly kind: "not_remote" };

export function serviceOf(catalogue: PointCatalogue | null, id: string | null): CatalogueService | null {
  return catalogue?.services.find((service) => service.id === id) ?? null;
}

export function providerOf(catalogue: PointCatalogue, service: CatalogueService): NamedView | null {
  return catalogue.providers.find((provider) => provider.id === service.provider) ?? null;
}

export function availabilityOf(catalogue: PointCatalogue, service: CatalogueService): Availability {
  if (!service.remote || service.ring === null) {
    return { kind: "not_remote" };
  }
  const ring = catalogue.rings.find((each) => each.id === service.ring) ?? null;
  if (ring?.open) {
    return { kind: "open", ring };
  }
  return { kind: (ring?.closes_at ?? null) === null ? "closed" : "closing", ring };
}

export function isOffered(catalogue: PointCatalogue, service: CatalogueService): boolean {
  return availabilityOf(catalogue, service).kind === "open";
}
