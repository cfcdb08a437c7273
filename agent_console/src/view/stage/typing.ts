/** What has the focus, as far as keys are concerned. */

const NOT_TEXT = new Set(["button", "checkbox", "radio", "range", "submit", "reset", "file", "color", "image"]);

/** Whether keys pressed there make text. */
export function isTyping(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) {
    return !NOT_TEXT.has(element.type);
  }
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}

const CONTROL = "button, a[href], summary, input, [role=button], [role=link]";

export function focusKind(element: Element | null): "typing" | "control" | "none" {
  if (isTyping(element)) {
    return "typing";
  }
  return element?.matches(CONTROL) ? "control" : "none";
}
