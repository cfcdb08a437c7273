import type { EnrolledTerminalView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { TerminalActions } from "../../model/actions";
import { placeOf, type TerminalsState } from "../../model/terminals";
import { useWords } from "../../words/i18n";
import { Dialog } from "../parts/dialog";
import { Refusal } from "../parts/refusal";
import { quiet } from "../theme";

const Content = styled.div`
  display: grid;
  gap: 12px;
`;

const Where = styled.p`
  color: ${quiet};
`;

const Choices = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
  margin-top: 8px;
`;

interface RevokeDialogProps {
  readonly about: EnrolledTerminalView;
  readonly terminals: TerminalsState;
  readonly actions: TerminalActions;
}

/** Asks once, with what it means for whoever stands at the terminal. */
export function RevokeDialog({ about, terminals, actions }: RevokeDialogProps): JSX.Element {
  const { t, language } = useWords();
  return (
    <Dialog heading={t("terminals.revoking.heading")} onClose={actions.close}>
      <Content data-act="revoke">
        <Where>{placeOf(about, language)}</Where>
        <p>{t("terminals.revoking.help")}</p>
        {about.connected && <p>{t("terminals.revoking.contact")}</p>}
        <p>{t("terminals.revoking.back")}</p>
        <Refusal code={terminals.refusal} />
        <Choices>
          <Button aria-disabled={terminals.sending} onClick={actions.revoke}>
            {t("terminals.revoking.yes")}
          </Button>
          <Button onClick={actions.close} variant="secondary">
            {t("terminals.cancel")}
          </Button>
        </Choices>
      </Content>
    </Dialog>
  );
}
