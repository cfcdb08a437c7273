import { type JSX, type RefObject, useEffect, useId, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import type { Status, StatusKind } from "../model/status";
import { useWords } from "../words/i18n";
import { Clock } from "./parts/clock";
import { FailureNote } from "./parts/failure_note";
import { Handset, NoLineSign, NoticeSign, PauseSign, ReadySign } from "./parts/icons";
import { PauseChoice } from "./parts/pause_choice";
import { nameOf } from "./parts/words_of";
import {
  brand,
  highlight,
  highlightPale,
  ink,
  panel,
  quiet,
  success,
  successPale,
  unseen,
  warning,
  warningPale,
} from "./theme";

const SIGNS = {
  ready: ReadySign,
  paused: PauseSign,
  ringing: Handset,
  in_call: Handset,
  wrap_up: NoticeSign,
  no_line: NoLineSign,
} as const;
const EDGES: Record<StatusKind, string> = {
  ready: success,
  paused: warning,
  ringing: highlight,
  in_call: brand,
  wrap_up: brand,
  no_line: warning,
};
const GROUNDS: Record<StatusKind, string> = {
  ready: successPale,
  paused: warningPale,
  ringing: highlightPale,
  in_call: highlightPale,
  wrap_up: highlightPale,
  no_line: warningPale,
};

const Panel = styled.section`
  ${panel}
  overflow: hidden;
`;

const Unseen = styled.h2`
  ${unseen}
`;

const Now = styled.div<{ $kind: StatusKind }>`
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 12px 16px;
  border-left: 6px solid ${({ $kind }) => EDGES[$kind]};
  background: ${({ $kind }) => GROUNDS[$kind]};
  font-size: 20px;
  font-weight: 600;
  line-height: 1.25;
  > span:last-child {
    margin-left: auto;
  }
`;

const Body = styled.div`
  display: grid;
  gap: 12px;
  padding: 12px 16px 16px;
`;

const Explain = styled.p`
  color: ${quiet};
  font-size: 15px;
  strong {
    color: ${ink};
    font-weight: 600;
  }
`;

interface StatusProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

/** What follows from the status, in one sentence. */
function explanationKey(status: Status) {
  if (status.kind === "no_line" || status.afterCall === null) {
    return status.kind === "in_call" ? ("after_ready" as const) : status.kind;
  }
  return status.afterCall === "ready" ? ("after_ready" as const) : ("after_paused" as const);
}

/** The reason of a pause, and of one that begins when the call is over. */
function Why({ status }: { readonly status: Status }): JSX.Element | null {
  const { t, language } = useWords();
  const { reason } = status;
  if (reason === null || !(status.kind === "paused" || status.afterCall === "paused")) {
    return null;
  }
  const words = typeof reason === "string" ? t(`status.reason.${reason}`) : nameOf(reason, language);
  return (
    <strong data-pause-reason>
      {`${status.afterCall === "paused" ? t("status.after_call", { reason: words }) : `${words}.`} `}
    </strong>
  );
}

function Controls({ model, actions }: StatusProps): JSX.Element | null {
  const { t } = useWords();
  const { status } = model;
  if (status === null) {
    return null;
  }
  // In a wrap-up the controls stand on the stage, where the eye is.
  if (model.stage.kind === "wrap_up") {
    return null;
  }
  if (model.state.open === "pausing") {
    return <PauseChoice actions={actions} model={model} />;
  }
  const after = status.afterCall !== null;
  const busy = model.state.pending.has("status");
  if (status.canMakeReady) {
    return (
      <>
        <Button
          aria-disabled={busy}
          aria-keyshortcuts="Alt+R"
          fullWidth
          onClick={() => (busy ? undefined : actions.makeReady())}
          variant={after ? "secondary" : "default"}
        >
          {busy ? t("status.preparing") : t(after ? "status.make_ready_after" : "status.make_ready")}
        </Button>
        {!(after || busy) && (
          <Button fullWidth onClick={() => actions.open("pausing")} variant="secondaryNoBorder">
            {t("status.change_pause")}
          </Button>
        )}
      </>
    );
  }
  return (
    <Button
      aria-keyshortcuts="Alt+P"
      disabled={!status.canPause}
      fullWidth
      onClick={() => actions.open("pausing")}
      variant="secondary"
    >
      {t(after ? "status.pause_after" : "status.pause")}
    </Button>
  );
}

/** When the choice of a pause closes, what had the focus is gone: the keyboard goes on from the control that is left. */
function useFocusBack(choosing: boolean): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  const before = useRef(choosing);
  useEffect(() => {
    if (before.current && !choosing && document.activeElement === document.body) {
      place.current?.querySelector("button")?.focus();
    }
    before.current = choosing;
  }, [choosing]);
  return place;
}

/** My status with its clock, and the control that changes it. */
export function StatusPanel({ model, actions }: StatusProps): JSX.Element | null {
  const { t } = useWords();
  const heading = useId();
  const place = useFocusBack(model.state.open === "pausing");
  const { status } = model;
  if (status === null) {
    return null;
  }
  const Sign = SIGNS[status.kind];
  return (
    <Panel aria-labelledby={heading} data-status={status.kind} ref={place}>
      <Unseen id={heading}>{t("status.heading")}</Unseen>
      <Now $kind={status.kind}>
        <Sign size={26} />
        <span>{t(`status.${status.kind}`)}</span>
        <Clock now={model.now} since={status.since} />
      </Now>
      <Body>
        <Explain>
          <Why status={status} />
          {t(`status.explain.${explanationKey(status)}`)}
        </Explain>
        <Controls actions={actions} model={model} />
        {model.stage.kind !== "wrap_up" && <FailureNote actions={actions} place="status" state={model.state} />}
      </Body>
    </Panel>
  );
}
