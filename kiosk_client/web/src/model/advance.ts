/**
 * Every transition of the kiosk: `advance(state, event, now) → { state, effects }`.
 *
 * Pure: the clock is an argument, and what is to be done in the world is returned. `world.ts` holds the events that the
 * customer does not make.
 */

import { askHelp, takeHelpBack } from "./advisor";
import { answer } from "./asked";
import { chooseNextMatter, rate, sayGoodbye } from "./ending";
import type { CustomerEvent, KioskEvent } from "./events";
import type { Language } from "./language";
import { checkAgain, goWithout, isProven, tendLine, type Without } from "./line";
import { changed, forgotten, type Outcome, quietly, withEffects } from "./outcome";
import { currentStep, type Dialog, type KioskState, type Stage, type Step, type Visit } from "./state";
import { byWorld } from "./world";

export function advance(state: KioskState, event: KioskEvent, now: number): Outcome {
  return tendLine(byWhom(state, event, now), now);
}

function byWhom(state: KioskState, event: KioskEvent, now: number): Outcome {
  switch (event.type) {
    case "session_changed":
    case "access_changed":
    case "devices_changed":
    case "catalogue_loaded":
    case "catalogue_failed":
    case "command_refused":
    case "line_progressed":
    case "line_checked":
    case "line_unchecked":
    case "ticked":
      return byWorld(state, event, now);
    default:
      // Whatever the customer does shows that somebody is there.
      return byCustomer(changed(state, { touchedAt: now }), event, now);
  }
}

function byCustomer(state: KioskState, event: CustomerEvent, now: number): Outcome {
  const { visit } = state;
  switch (event.type) {
    case "touch":
      return quietly(state);
    case "start":
      return withEffects(changed(state, { language: event.language, ...forward(visit, { at: "need" }) }), {
        do: "load_catalogue",
      });
    case "change_language":
      return changeLanguage(state, event.language);
    case "toggle_contrast":
      return quietly(changed(state, { contrast: !visit.contrast }));
    case "toggle_large":
      return quietly(changed(state, { large: !visit.large }));
    case "write_query":
      return quietly(changed(state, { query: event.query }));
    case "open_providers":
      return quietly(changed(state, forward(visit, { at: "providers", page: 0 })));
    case "open_provider":
      return quietly(changed(state, forward(visit, { at: "services", provider: event.provider, page: 0 })));
    case "open_service":
      return quietly(changed(state, forward(visit, { at: "matter", service: event.service })));
    case "turn_page":
      return quietly(turnPage(state, event.page));
    case "choose_another":
      return quietly(chooseAnother(state));
    case "continue_to_devices":
      return continueToDevices(state);
    case "retry_media":
      return withEffects({ ...state, devices: { kind: "opening" } }, { do: "reopen_media" });
    case "connect":
    case "try_again":
      return requestContact(state, event.type, now);
    case "back":
      return quietly(back(state));
    case "start_over":
      return visit.stage.kind === "asked" ? answer(state, "start_over", now) : quietly(startOver(state, now));
    case "continue_contact":
      return answer(state, "continue", now);
    case "ask_help":
      return askHelp(state, now);
    case "take_help_back":
      return takeHelpBack(state);
    case "check_line_again":
      return checkAgain(state, now);
    case "go_without":
      return goWithout(state, now);
    case "rate":
      return rate(state, event.satisfaction, now);
    case "another_matter":
      return chooseNextMatter(state);
    case "close_dialog":
      return quietly(changed(state, { dialog: null }));
    case "leave":
    case "hang_up":
      return quietly(visit.stage.kind === "live" ? askToEnd(state, visit.stage, event.type) : state);
    case "confirm":
      return confirm(state, now);
    case "set_sound":
      return quietly(changed(state, { muted: !event.on }));
    case "set_picture":
      return quietly(changed(state, { shutter: !event.on }));
    case "stop_countdown":
      return quietly(stopCountdown(state));
    case "stay":
      return quietly(changed(state, { idleUntil: null }));
    case "take_over":
      return withEffects(state, { do: "take_over" });
    case "enrol_anew":
      return withEffects(state, { do: "enrol_anew" });
    case "restart":
      return withEffects(state, { do: "restart" });
    default:
      return event satisfies never;
  }
}

function forward(visit: Visit, next: Step): Partial<Visit> {
  return { trail: [...visit.trail, next], problem: null };
}

function changeLanguage(state: KioskState, language: Language): Outcome {
  const { stage } = state.visit;
  const next = changed(state, { language });
  // The expert sees the language that the customer reads, and a page that is loaded again speaks it.
  if (stage.kind === "live" && language !== state.visit.language) {
    return withEffects(next, { do: "set_language", contact: stage.contact.id, language });
  }
  return quietly(next);
}

function turnPage(state: KioskState, page: number): KioskState {
  const step = currentStep(state.visit);
  if (step.at !== "providers" && step.at !== "services") {
    return state;
  }
  return changed(state, { trail: withLast(state.visit.trail, { ...step, page }) });
}

function withLast(trail: Visit["trail"], last: Step): Visit["trail"] {
  const [first, ...rest] = [...trail.slice(0, -1), last];
  return [first ?? last, ...rest];
}

function chooseAnother(state: KioskState): KioskState {
  return changed(state, { trail: [{ at: "language" }, { at: "need" }], query: "", problem: null });
}

function continueToDevices(state: KioskState): Outcome {
  const step = currentStep(state.visit);
  if (step.at !== "matter") {
    return quietly(state);
  }
  const next = changed(state, forward(state.visit, { at: "devices", service: step.service }));
  return quietly({ ...next, devices: { kind: "opening" } });
}

function requestContact(state: KioskState, trigger: "connect" | "try_again", now: number): Outcome {
  const { visit } = state;
  const service = trigger === "try_again" ? serviceToRetry(visit.stage) : serviceAtDevices(visit);
  if (service === null) {
    return quietly(state);
  }
  const direct: Visit["trail"] = [
    { at: "language" },
    { at: "need" },
    { at: "matter", service },
    { at: "devices", service },
  ];
  const next = changed(state, {
    stage: { kind: "choosing", askedAt: now },
    trail: trigger === "connect" ? visit.trail : direct,
    problem: null,
    without: withoutAt(state),
    visit: visit.stage.kind === "goodbye" ? visit.stage.visit : visit.visit,
  });
  return withEffects(
    next,
    { do: "ready_chime" },
    {
      do: "request_contact",
      service,
      language: visit.language,
      proven: isProven(state, now),
      visit: next.visit.visit,
    },
  );
}

/** What does not work, and the customer has pressed on without. */
function withoutAt({ devices, visit }: KioskState): Without | null {
  switch (devices.kind) {
    case "sound_only":
      return "camera";
    case "picture_only":
      return "microphone";
    default:
      return visit.without;
  }
}

function serviceToRetry(stage: Stage): string | null {
  return stage.kind === "goodbye" ? (stage.about?.service.id ?? null) : null;
}

function serviceAtDevices(visit: Visit): string | null {
  const step = currentStep(visit);
  const free = visit.stage.kind === "choosing" && visit.stage.askedAt === null;
  return free && step.at === "devices" ? step.service : null;
}

function back(state: KioskState): KioskState {
  const { visit } = state;
  if (visit.stage.kind === "live") {
    return askToEnd(state, visit.stage, dialogToEnd(visit.stage));
  }
  if (visit.stage.kind !== "choosing" || visit.stage.askedAt !== null || visit.trail.length === 1) {
    return state;
  }
  const [first, ...rest] = visit.trail.slice(0, -1);
  return first === undefined ? state : changed(state, { trail: [first, ...rest], problem: null });
}

function startOver(state: KioskState, now: number): KioskState {
  const { stage } = state.visit;
  if (stage.kind === "live") {
    return askToEnd(state, stage, dialogToEnd(stage));
  }
  return stage.kind === "choosing" && stage.askedAt !== null ? state : forgotten(state, now);
}

/** Asks once: whoever is leaving already is not asked again. */
function askToEnd(state: KioskState, stage: Extract<Stage, { kind: "live" }>, dialog: Dialog): KioskState {
  return stage.leavingSince === null ? changed(state, { dialog }) : state;
}

function dialogToEnd(stage: Extract<Stage, { kind: "live" }>): Dialog {
  return stage.contact.state === "in_call" ? "hang_up" : "leave";
}

/**
 * The answer "yes" to the question whether to leave. Camera, microphone and the call's media end with it. The word of it
 * comes from the server; when that is out of reach the customer is let go at once, and when it takes long, soon.
 */
function confirm(state: KioskState, now: number): Outcome {
  const { stage, dialog } = state.visit;
  if (stage.kind !== "live" || stage.leavingSince !== null || (dialog !== "leave" && dialog !== "hang_up")) {
    return quietly(changed(state, { dialog: null }));
  }
  const call = state.snapshot?.call;
  const inCall = stage.contact.state === "in_call" && call?.contact === stage.contact.id;
  const next =
    state.lostSince === null
      ? changed(state, { dialog: null, problem: null, stage: { ...stage, leavingSince: now } })
      : sayGoodbye(state, stage, "customer_left", now);
  return withEffects(
    next,
    inCall ? { do: "leave_call", call: call.id } : { do: "leave_contact", contact: stage.contact.id },
  );
}

function stopCountdown(state: KioskState): KioskState {
  const { stage } = state.visit;
  return stage.kind === "goodbye" ? changed(state, { stage: { ...stage, until: null } }) : state;
}
