/** The small parts of the desk: its panels, fields and sentences. */

import { type JSX, type ReactNode, useId } from "react";
import styled from "styled-components";
import { alert, alertPale, focus, focusRing, highlight, ink, line, panel, paper, quiet, unseen } from "../theme";

export const Panel = styled.section`
  ${panel}
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 14px;
  padding: 16px;
`;

export const Heading = styled.h2`
  font-size: 20px;
  font-weight: 600;
  line-height: 1.25;
  overflow-wrap: anywhere;
  ${focusRing}
`;

export const Small = styled.h3`
  margin-bottom: 4px;
  font-size: 16px;
  font-weight: 600;
  line-height: 1.3;
`;

export const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
  line-height: 1.4;
`;

export const Unseen = styled.span`
  ${unseen}
`;

export const Row = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 12px;
  && button {
    min-height: 44px;
  }
`;

export const Box = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 8px;
`;

const field = `
  width: 100%;
  min-width: 0;
  padding: 8px 12px;
  border: 1px solid ${quiet};
  border-radius: 2px;
  background: ${paper};
  color: ${ink};
  font: inherit;
  line-height: 1.35;
  &:focus-visible {
    outline: 3px solid ${focus};
    outline-offset: 1px;
    border-color: ${highlight};
  }
  &[aria-invalid="true"] {
    border: 2px solid ${alert};
  }
`;

export const Input = styled.input`
  ${field}
  min-height: 48px;
  font-size: 18px;
`;

export const TextArea = styled.textarea`
  ${field}
  display: block;
  min-height: 64px;
  resize: vertical;
  field-sizing: content;
  max-height: 240px;
`;

const Native = styled.select`
  ${field}
  min-height: 44px;
`;

export const Label = styled.label`
  display: block;
  margin-bottom: 4px;
  font-weight: 600;
  line-height: 1.3;
`;

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string) => void;
}

/** One of a few, by the browser's own control: its keys are those that everybody knows. */
export function Select({ label, name, value, choices, onChoose }: SelectProps): JSX.Element {
  const id = useId();
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <Native data-field={name} id={id} onChange={(event) => onChoose(event.target.value)} value={value}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Native>
    </div>
  );
}

const Bad = styled.p`
  padding: 8px 12px;
  border-left: 4px solid ${alert};
  background: ${alertPale};
  line-height: 1.4;
`;

/** Empty, it takes no place, nor a gap of the grid that it stands in. */
const Region = styled.div`
  &:empty {
    position: absolute;
  }
`;

/** What is wrong; the region stands there before, so that it is heard. */
export function Wrong({ children, of }: { readonly children: ReactNode; readonly of: string | null }): JSX.Element {
  return <Region role="alert">{of !== null && <Bad data-wrong={of}>{children}</Bad>}</Region>;
}

export const Key = styled.kbd`
  padding: 1px 6px;
  border: 1px solid ${line};
  border-radius: 3px;
  color: ${quiet};
  font: inherit;
  font-size: 14px;
  white-space: nowrap;
`;
