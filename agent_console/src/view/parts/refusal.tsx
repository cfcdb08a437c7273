/** Why what was asked was not done, in a dialog or on a board. The region stands there before, so that it is heard. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { useWords } from "../../words/i18n";
import { alert, alertPale, ink } from "../theme";
import { ActSign } from "./icons";

const Region = styled.div`
  &:empty {
    position: absolute;
  }
`;

const Note = styled.div`
  display: flex;
  align-items: flex-start;
  gap: 8px;
  padding: 8px 12px;
  border-left: 4px solid ${alert};
  background: ${alertPale};
  color: ${ink};
  > svg {
    color: ${alert};
    margin-top: 1px;
  }
`;

export function Refusal({ code }: { readonly code: string | null }): JSX.Element {
  const { language } = useWords();
  return (
    <Region role="alert">
      {code !== null && (
        <Note data-failure={code}>
          <ActSign size={20} />
          <p>{errorText(language, code)}</p>
        </Note>
      )}
    </Region>
  );
}
