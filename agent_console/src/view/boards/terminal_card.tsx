import type { EnrolledTerminalView, EnrolmentState } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { TerminalActions } from "../../model/actions";
import { canRevoke } from "../../model/terminals";
import { pastMomentOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { ActSign, NobodySign, NoLineSign, ReadySign } from "../parts/icons";
import { nameOf } from "../parts/words_of";
import { alert, alertPale, ground, line, quiet, success, successPale, warning, warningPale } from "../theme";
import { Card, CardName, CardState } from "./card";

const SIGNS = { none: NobodySign, enrolled: ReadySign, quarantined: ActSign, revoked: NoLineSign } as const;
const EDGES: Record<EnrolmentState, string> = {
  none: line,
  enrolled: success,
  quarantined: alert,
  revoked: warning,
};
const GROUNDS: Record<EnrolmentState, string> = {
  none: ground,
  enrolled: successPale,
  quarantined: alertPale,
  revoked: warningPale,
};

const Facts = styled.dl`
  flex: 1;
  display: grid;
  grid-template-columns: auto minmax(0, 1fr);
  align-content: start;
  gap: 4px 16px;
  padding: 12px 16px;
  font-size: 15px;
  line-height: 1.35;
  dt {
    color: ${quiet};
  }
  dd {
    overflow-wrap: anywhere;
  }
`;

const Acts = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  padding: 4px 16px 16px;
`;

interface TerminalCardProps {
  readonly of: EnrolledTerminalView;
  readonly now: number;
  readonly actions: TerminalActions;
}

export function TerminalCard({ of, now, actions }: TerminalCardProps): JSX.Element {
  const { t, language } = useWords();
  const { terminal, state } = of;
  const Sign = SIGNS[state];
  const name = nameOf(terminal, language);
  const enrol = t(state === "enrolled" ? "terminals.replace" : "terminals.enrol");
  return (
    <Card $edge={EDGES[state]} data-enrolment={state} data-terminal={terminal.id}>
      <CardName>
        <h3>{name}</h3>
        <p>{t(`matter.terminal_kind.${terminal.kind}`)}</p>
      </CardName>
      <CardState $ground={GROUNDS[state]}>
        <Sign size={22} />
        <span>{t(`terminals.state.${state}`)}</span>
      </CardState>
      {state === "none" ? <Facts /> : <KeyFacts now={now} of={of} />}
      <Acts>
        <Button
          aria-haspopup="dialog"
          aria-label={`${enrol}: ${name}`}
          onClick={() => actions.begin("code", terminal.id)}
          variant={state === "enrolled" ? "secondary" : "default"}
        >
          {enrol}
        </Button>
        {canRevoke(of) && (
          <Button
            aria-haspopup="dialog"
            aria-label={`${t("terminals.revoke")}: ${name}`}
            onClick={() => actions.begin("revoke", terminal.id)}
            variant="secondary"
          >
            {t("terminals.revoke")}
          </Button>
        )}
      </Acts>
    </Card>
  );
}

function KeyFacts({ of, now }: Pick<TerminalCardProps, "of" | "now">): JSX.Element {
  const { t, language } = useWords();
  const moment = (iso: string): string => pastMomentOf(iso, now, language);
  return (
    <Facts>
      {of.fingerprint !== null && (
        <>
          <dt>{t("terminals.fingerprint")}</dt>
          <dd translate="no">{of.fingerprint}</dd>
        </>
      )}
      {of.enrolled_at !== null && (
        <>
          <dt>{t("terminals.enrolled_at")}</dt>
          <dd>{[moment(of.enrolled_at), of.enrolled_by].filter(Boolean).join(", ")}</dd>
        </>
      )}
      <dt>{t("terminals.last_sign_in")}</dt>
      <dd>{of.last_sign_in_at === null ? t("terminals.never") : moment(of.last_sign_in_at)}</dd>
      {of.state === "enrolled" && (
        <>
          <dt>{t("matter.terminal")}</dt>
          <dd>{t(of.connected ? "terminals.connected" : "terminals.not_connected")}</dd>
        </>
      )}
    </Facts>
  );
}
