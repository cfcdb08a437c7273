/** A question or a note over the screen, which waits beneath. Escape and the lesser button close it. */

import { type JSX, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import styled from "styled-components";
import { Row } from "./parts";

const Box = styled.dialog`
  width: min(44rem, calc(100vw - 2rem));
  max-height: calc(100dvh - 2rem);
  padding: 2rem;
  border: 0;
  border-top: 0.5rem solid var(--accent);
  border-radius: 0.4rem;
  background: var(--paper);
  color: var(--ink);
  box-shadow: 0 0.5rem 3rem hsl(0 0% 0% / 35%), var(--edge);
  &::backdrop {
    background: hsl(214 60% 12% / 62%);
  }
`;

const Content = styled.div`
  display: flex;
  flex-direction: column;
  gap: 1.2rem;
`;

const Title = styled.h2`
  font-size: 1.7rem;
  font-weight: 600;
  line-height: 1.15;
`;

export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  actions: ReactNode;
}): JSX.Element {
  const { title, onClose, children, actions } = props;
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = box.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, []);
  return (
    <Box
      aria-labelledby={titleId}
      aria-modal="true"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      ref={box}
    >
      <Content>
        <Title id={titleId}>{title}</Title>
        {children}
        <Row>{actions}</Row>
      </Content>
    </Box>
  );
}
