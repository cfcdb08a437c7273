import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { IconClose } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleState, Place } from "../../model/state";
import { useWords } from "../../words/i18n";
import { alert, alertPale, focusRing, ink, warning, warningPale } from "../theme";
import { ActSign, NoticeSign } from "./icons";

/** Empty, it takes no place, nor a gap of the grid that it stands in. */
const Region = styled.div`
  &:empty {
    position: absolute;
  }
`;

const Note = styled.div`
  display: flex;
  align-items: flex-start;
  gap: 8px;
  padding: 8px 4px 8px 12px;
  border-left: 4px solid ${alert};
  background: ${alertPale};
  color: ${ink};
  text-align: left;
  > svg {
    color: ${alert};
    margin-top: 1px;
  }
  > p {
    flex: 1;
    min-width: 0;
  }
`;

const Trying = styled(Note)`
  padding-right: 12px;
  border-left-color: ${warning};
  background: ${warningPale};
  > svg {
    color: ${ink};
  }
`;

const Dismiss = styled.button`
  flex: none;
  display: grid;
  place-items: center;
  width: 32px;
  height: 32px;
  margin: -4px 0;
  padding: 0;
  border: 0;
  background: none;
  color: ${ink};
  cursor: pointer;
  ${focusRing}
`;

interface FailureNoteProps {
  readonly state: ConsoleState;
  readonly place: Place;
  readonly actions: ConsoleActions;
}

/**
 * Why what was pressed here was not done, or not yet. The live region stands there before, so that the refusal is heard.
 */
export function FailureNote({ state, place, actions }: FailureNoteProps): JSX.Element {
  const { t, language } = useWords();
  const code = state.failures.get(place);
  const trying = state.repeating && state.pending.has(place);
  return (
    <Region role="alert">
      {code === undefined && trying && (
        <Trying data-trying={place}>
          <NoticeSign size={20} />
          <p>{t(place === "call" ? "common:connection.callEndingLater" : "common:connection.repeating")}</p>
        </Trying>
      )}
      {code !== undefined && (
        <Note data-failure={code}>
          <ActSign size={20} />
          <p>{errorText(language, code)}</p>
          <Dismiss aria-label={t("app.dismiss")} onClick={() => actions.failureRead(place)} type="button">
            <IconClose aria-hidden="true" />
          </Dismiss>
        </Note>
      )}
    </Region>
  );
}
