/** Which parts of the console a person has, by their roles and by what the server lets them see. */

import type { StaffSnapshot } from "@palvelurinki/call_kit";
import type { StageKind } from "./stage";

/** The expert's workplace, the advisor's desk, boards of rings and points, interpreting, terminals' keys; and what comes later. */
export type Section = "work" | "desk" | "rings" | "points" | "interpreting" | "terminals" | "other";

/** In the order of the menu; never empty. */
export function sectionsOf(snapshot: StaffSnapshot): readonly Section[] {
  const roles = new Set(snapshot.staff.roles);
  const hosts = snapshot.staff.organisation_kinds.includes("host_municipality");
  const administrator = roles.has("administrator");
  const found: Section[] = [];
  if (roles.has("expert")) {
    found.push("work");
  }
  if (roles.has("advisor")) {
    found.push("desk");
  }
  if (roles.has("supervisor") || (administrator && snapshot.rings.length > 0)) {
    found.push("rings");
  }
  if (administrator && (hosts || snapshot.points.length > 0)) {
    found.push("points");
  }
  if (roles.has("interpreter")) {
    found.push("interpreting");
  }
  if (administrator) {
    found.push("terminals");
  }
  return found.length > 0 ? found : ["other"];
}

const BUSY_STAGES: ReadonlySet<StageKind> = new Set(["ringing", "answering", "call"]);

/** What to show: the chosen section if the person has it, but never anything else than the work while it rings. */
export function sectionOf(sections: readonly Section[], chosen: string | null, stage: StageKind): Section {
  if (sections.includes("work") && BUSY_STAGES.has(stage)) {
    return "work";
  }
  return sections.find((section) => section === chosen) ?? sections[0] ?? "other";
}
