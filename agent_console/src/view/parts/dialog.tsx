import { type JSX, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import styled from "styled-components";
import { focusRing, ink, paper } from "../theme";

const Frame = styled.dialog`
  width: min(560px, calc(100vw - 32px));
  max-height: calc(100dvh - 32px);
  padding: 24px;
  border: 0;
  border-radius: 4px;
  background: ${paper};
  color: ${ink};
  box-shadow: 0 8px 32px hsla(0, 0%, 13%, 0.3);
  ${focusRing}
  &::backdrop {
    background: hsla(0, 0%, 13%, 0.6);
  }
`;

const Heading = styled.h2`
  font-size: 22px;
  line-height: 1.25;
  font-weight: 600;
  margin-bottom: 12px;
`;

interface DialogProps {
  readonly heading: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal dialog. The browser keeps the focus in it and gives it back afterwards; Esc closes it. */
export function Dialog({ heading, onClose, children }: DialogProps): JSX.Element {
  const frame = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  useLayoutEffect(() => {
    const dialog = frame.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <Frame
      aria-labelledby={headingId}
      aria-modal="true"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      ref={frame}
    >
      <Heading id={headingId}>{heading}</Heading>
      {children}
    </Frame>
  );
}
