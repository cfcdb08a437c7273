import type { JSX } from "react";
import styled from "styled-components";
import { IconChevronDown, IconChevronUp } from "suomifi-ui-components";
import { focusRing, highlight } from "../theme";

const Toggle = styled.button`
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 44px;
  padding: 8px 12px;
  border: 0;
  background: none;
  color: ${highlight};
  font-size: 16px;
  text-align: left;
  cursor: pointer;
  svg {
    flex: none;
  }
  &:hover {
    text-decoration: underline;
  }
  ${focusRing}
  &:focus-visible {
    outline-offset: -3px;
  }
`;

interface DisclosureProps {
  /** The id of what it opens. */
  readonly area: string;
  readonly label: string;
  /** What it belongs to, for those who hear it alone. */
  readonly of: string;
  readonly name: string;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** What opens what stands below it, in place. */
export function Disclosure({ area, label, of, name, open, onToggle }: DisclosureProps): JSX.Element {
  const Chevron = open ? IconChevronUp : IconChevronDown;
  return (
    <Toggle
      aria-controls={area}
      aria-expanded={open}
      aria-label={`${label}: ${of}`}
      data-toggle={name}
      onClick={onToggle}
      type="button"
    >
      <Chevron aria-hidden="true" />
      {label}
    </Toggle>
  );
}
