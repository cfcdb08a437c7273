import type { MatterView, OfferView } from "@palvelurinki/call_kit";
import { type JSX, useEffect, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import { whyMe } from "../../model/why";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { FailureNote } from "../parts/failure_note";
import { Handset } from "../parts/icons";
import { say } from "../parts/say";
import { languageName, nameOf } from "../parts/words_of";
import { alert, alertPale, brand, ground, highlight, line, quiet } from "../theme";
import { Countdown } from "./countdown";
import { Decline } from "./decline";
import { TimedStage, TimedSubject, TimedTop } from "./frame";
import { isTyping } from "./typing";

const Calling = styled.h2`
  display: flex;
  align-items: center;
  gap: 8px;
  color: ${highlight};
  font-size: 18px;
  font-weight: 600;
`;

const Service = styled.p`
  color: ${brand};
  font-size: 30px;
  font-weight: 600;
  line-height: 1.2;
  overflow-wrap: anywhere;
  text-wrap: balance;
`;

const Where = styled.p`
  font-size: 18px;
`;

const Chips = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  margin-top: 4px;
  li {
    padding: 3px 12px;
    border-radius: 14px;
    background: ${ground};
  }
`;

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 16px;
  width: 100%;
  && button {
    flex: 1 1 220px;
    max-width: 280px;
    min-height: 60px;
    font-size: 20px;
  }
`;

const Quiet = styled.p`
  color: ${quiet};
`;

const Reasons = styled.div`
  margin-top: 8px;
  padding: 2px 0 2px 12px;
  border-left: 4px solid ${line};
  line-height: 1.35;
  h3 {
    color: ${quiet};
    font-size: 15px;
    font-weight: 400;
  }
  p {
    min-height: 1.35em;
    text-wrap: pretty;
  }
`;

const Warning = styled.p`
  padding: 10px 16px;
  border-left: 4px solid ${alert};
  background: ${alertPale};
`;

interface RingingProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly offer: OfferView;
  readonly matter: MatterView;
}

/** Always in the same place, so that nothing moves when others begin or stop to ring. */
function Why({ offer, matter }: Pick<RingingProps, "offer" | "matter">): JSX.Element | null {
  const { t, language } = useWords();
  const said = whyMe(offer, matter);
  if (said.length === 0) {
    return null;
  }
  return (
    <Reasons data-why={said.map((each) => each.key).join(" ")}>
      <h3>{t("stage.ringing.why")}</h3>
      {said.map((each) => (
        <p key={each.key}>{say(each, t, language)}</p>
      ))}
    </Reasons>
  );
}

function Caller({ model, matter, offer }: Pick<RingingProps, "model" | "matter" | "offer">): JSX.Element {
  const { t, language } = useWords();
  const point = nameOf(matter.point, language);
  const host = nameOf(matter.point.host, language);
  return (
    <TimedSubject>
      <Calling>
        <Handset />
        {t("stage.ringing.heading")}
      </Calling>
      <Service>{nameOf(matter.service, language)}</Service>
      <Where>
        {nameOf(matter.provider, language)}
        <br />
        {point === host ? point : `${point}, ${host}`}
      </Where>
      <Chips>
        <li>{languageName(matter.language, t, language)}</li>
        <li>{t(`matter.at.${matter.terminal_kind}`)}</li>
        <li>
          {`${t("matter.waited")} `}
          <Clock now={model.now} since={Date.parse(matter.requested_at)} />
        </li>
      </Chips>
      <Why matter={matter} offer={offer} />
    </TimedSubject>
  );
}

function Answer({ model, actions }: Pick<RingingProps, "model" | "actions">): JSX.Element {
  const { t } = useWords();
  const accept = useRef<HTMLButtonElement>(null);
  const decline = useRef<HTMLButtonElement>(null);
  const lost = model.state.connection.kind === "offline";
  const busy = model.state.pending.has("offer");
  useEffect(() => {
    // The ringing takes the focus, but never out of something that is being typed.
    if (!isTyping(document.activeElement)) {
      const target = accept.current?.disabled ? decline.current : accept.current;
      target?.focus();
    }
  }, []);
  return (
    <>
      {lost && <Warning>{t("stage.ringing.lost")}</Warning>}
      {!(lost || model.devices.canAnswer) && <Warning>{t("devices.cannot_answer")}</Warning>}
      <Buttons>
        <Button
          aria-disabled={busy}
          aria-keyshortcuts="Enter"
          disabled={lost || !model.devices.canAnswer}
          onClick={() => (busy ? undefined : actions.accept())}
          ref={accept}
        >
          {t("stage.ringing.accept")}
        </Button>
        <Button
          aria-keyshortcuts="Escape"
          disabled={lost}
          onClick={() => actions.open("declining")}
          ref={decline}
          variant="secondary"
        >
          {t("stage.ringing.decline")}
        </Button>
      </Buttons>
      <Quiet>{t("stage.ringing.keys")}</Quiet>
    </>
  );
}

/** A customer rings: who, what, where, why me, since when, and how long there is to answer. */
export function Ringing({ model, actions, offer, matter }: RingingProps): JSX.Element {
  return (
    <TimedStage $ink={highlight}>
      <TimedTop>
        <Countdown now={model.now} offer={offer} />
        <Caller matter={matter} model={model} offer={offer} />
      </TimedTop>
      {model.state.open === "declining" ? (
        <Decline actions={actions} busy={model.state.pending.has("offer")} />
      ) : (
        <Answer actions={actions} model={model} />
      )}
      <FailureNote actions={actions} place="offer" state={model.state} />
    </TimedStage>
  );
}
