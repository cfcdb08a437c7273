/** The handoff note as the expert sees it; the advisor is shown the same. */

import type { HandoffPart } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { NOTE_PARTS } from "../../model/desk/note";
import { useWords } from "../../words/i18n";
import { highlight, highlightPale, quiet } from "../theme";

const Parts = styled.dl`
  display: grid;
  gap: 8px;
  padding: 10px 12px;
  border-left: 4px solid ${highlight};
  background: ${highlightPale};
  dt {
    color: ${quiet};
    font-size: 14px;
    line-height: 1.3;
  }
  dd {
    line-height: 1.35;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
`;

export function NoteView({ handoff }: { readonly handoff: HandoffPart }): JSX.Element {
  const { t } = useWords();
  return (
    <Parts data-note={true}>
      {NOTE_PARTS.filter((part) => (handoff[part] ?? "").trim() !== "").map((part) => (
        <div key={part}>
          <dt>{t(`desk.note.${part}`)}</dt>
          <dd data-note-part={part}>{handoff[part]}</dd>
        </div>
      ))}
    </Parts>
  );
}
