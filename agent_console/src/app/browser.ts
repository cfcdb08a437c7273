/** What the browser is asked for: notifications, and small choices that it keeps. */

import type { MatterView } from "@palvelurinki/call_kit";
import i18next from "i18next";
import type { AdvisorCall } from "../model/desk/attention";
import { refusalIn } from "../model/sign_in";
import { isLanguage } from "../words/i18n";
import type { Notice } from "./alarm";

/** Asked when a person makes themselves ready: then it is plain what for. */
export function askToNotify(): void {
  if ("Notification" in globalThis && Notification.permission === "default") {
    Notification.requestPermission().catch(reportError);
  }
}

export function notifyOfRinging(offer: string, matter: MatterView): Notice | null {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") {
    return null;
  }
  const language = isLanguage(i18next.language) ? i18next.language : "fi";
  const body = `${matter.service.names[language]}, ${matter.point.names[language]}`;
  const notice = new Notification(i18next.t("stage.ringing.heading"), { body, tag: offer, requireInteraction: true });
  notice.onclick = () => globalThis.focus();
  return { close: () => notice.close() };
}

/** Tells an advisor who looks elsewhere that they are needed. */
export function notifyOfCall(call: AdvisorCall): Notice | null {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") {
    return null;
  }
  const body = i18next.t(`desk.call.said_${call.kind}`);
  const notice = new Notification(i18next.t("desk.call.title"), { body, tag: call.key });
  notice.onclick = () => globalThis.focus();
  return { close: () => notice.close() };
}

const ISSUER = "palvelurinki.console.issuer";

/** The issuer with which somebody went to sign in last. It is kept when they sign out. */
export function lastIssuer(): string | null {
  return localStorage.getItem(ISSUER);
}

export function keepIssuer(issuer: string): void {
  localStorage.setItem(ISSUER, issuer);
}

/** The code of a refused sign-in that the address tells; the address tells it once. */
export function takeRefusal(): string | null {
  const code = refusalIn(location.hash);
  if (code !== null) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return code;
}

const QUESTION_MARK = "palvelurinki.console.question_mark";

export function questionMarkWanted(): boolean {
  return localStorage.getItem(QUESTION_MARK) !== "off";
}

export function keepQuestionMark(on: boolean): void {
  localStorage.setItem(QUESTION_MARK, on ? "on" : "off");
}
