/** What the browser is asked for: notifications, and small choices that it keeps. */

import type { MatterView } from "@palvelurinki/call_kit";
import i18next from "i18next";
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

const QUESTION_MARK = "palvelurinki.console.question_mark";

export function questionMarkWanted(): boolean {
  return localStorage.getItem(QUESTION_MARK) !== "off";
}

export function keepQuestionMark(on: boolean): void {
  localStorage.setItem(QUESTION_MARK, on ? "on" : "off");
}
