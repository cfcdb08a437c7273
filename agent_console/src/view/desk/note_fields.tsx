/** The note's three questions, each with what room there is left. */

import { type JSX, type KeyboardEvent, type RefObject, useId } from "react";
import styled from "styled-components";
import { leftOf, NOTE_PARTS, type Note, type NotePart } from "../../model/desk/note";
import { useWords } from "../../words/i18n";
import { alert, quiet } from "../theme";
import { Box, Label, TextArea } from "./parts";

const Count = styled.p<{ $over: boolean }>`
  color: ${({ $over }) => ($over ? alert : quiet)};
  font-weight: ${({ $over }) => ($over ? 600 : 400)};
  font-size: 14px;
  line-height: 1.3;
  text-align: right;
`;

interface TextFieldProps {
  readonly label: string;
  readonly name: string;
  readonly text: string;
  readonly onWrite: (text: string) => void;
  /** Enter, without Shift. */
  readonly onEnter?: () => void;
  readonly field?: RefObject<HTMLTextAreaElement | null> | undefined;
  /** Ids of what is to be read with it. */
  readonly describedBy?: string | undefined;
}

/** A few lines of text; what is too much is not cut, but said. */
export function TextField({ label, name, text, onWrite, onEnter, field, describedBy }: TextFieldProps): JSX.Element {
  const { t } = useWords();
  const [id, count] = [useId(), useId()];
  const left = leftOf(text);
  const onKeyDown = (event: KeyboardEvent): void => {
    const plain = !(event.shiftKey || event.altKey || event.ctrlKey || event.metaKey);
    if (event.key === "Enter" && plain && onEnter !== undefined && !event.nativeEvent.isComposing) {
      event.preventDefault();
      // A key that was held down from the search on connects nobody.
      if (!event.repeat) {
        onEnter();
      }
    }
  };
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <TextArea
        aria-describedby={[count, describedBy].filter(Boolean).join(" ")}
        aria-invalid={left < 0}
        data-part={name}
        id={id}
        onChange={(event) => onWrite(event.target.value)}
        onKeyDown={onKeyDown}
        ref={field}
        rows={2}
        value={text}
      />
      <Count $over={left < 0} id={count}>
        {left < 0 ? t("desk.note.over", { count: -left }) : t("desk.note.left", { count: left })}
      </Count>
    </div>
  );
}

interface NoteFieldsProps {
  readonly note: Note;
  readonly onWrite: (part: NotePart, text: string) => void;
  readonly onEnter?: () => void;
  readonly first?: RefObject<HTMLTextAreaElement | null>;
  readonly describedBy?: string;
}

export function NoteFields({ note, onWrite, onEnter, first, describedBy }: NoteFieldsProps): JSX.Element {
  const { t } = useWords();
  return (
    <Box>
      {NOTE_PARTS.map((part) => (
        <TextField
          describedBy={part === "what" ? describedBy : undefined}
          field={part === "what" ? first : undefined}
          key={part}
          label={t(`desk.note.${part}`)}
          name={part}
          onWrite={(text) => onWrite(part, text)}
          text={note[part]}
          {...(onEnter === undefined ? {} : { onEnter })}
        />
      ))}
    </Box>
  );
}
