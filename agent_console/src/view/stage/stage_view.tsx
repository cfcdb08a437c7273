import { type JSX, useEffect, useRef } from "react";
import styled from "styled-components";
import { LoadingSpinner } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import { useWords } from "../../words/i18n";
import { panel, wide } from "../theme";
import { Call } from "./call";
import { OfferGone, Summary } from "./ends";
import { QuietStage } from "./frame";
import { Nothing } from "./nothing";
import { Ringing } from "./ringing";
import { WrapUp } from "./wrap_up";

const Place = styled.section`
  ${panel}
  min-height: 420px;
  outline: 0;
  > * {
    min-height: inherit;
  }
  ${wide} {
    position: sticky;
    top: 16px;
    min-height: max(480px, calc(100dvh - 96px - var(--bar, 0px)));
    &[data-stage="call"] {
      height: max(480px, calc(100dvh - 96px - var(--bar, 0px)));
    }
  }
  @media (max-width: 1179px) {
    &[data-stage="call"] {
      height: max(480px, calc(100dvh - 16px));
    }
  }
`;

interface StageProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

function Content({ model, actions }: StageProps): JSX.Element {
  const { t } = useWords();
  const { stage } = model;
  switch (stage.kind) {
    case "ringing":
      return <Ringing actions={actions} key={stage.offer.id} matter={stage.matter} model={model} offer={stage.offer} />;
    case "answering":
      return (
        <QuietStage
          heading={t("stage.answering.heading")}
          sign={<LoadingSpinner text={t("stage.answering.heading")} textVisibility="hidden" />}
        >
          {null}
        </QuietStage>
      );
    case "call":
      return <Call actions={actions} call={stage.call} key={stage.call.id} model={model} />;
    case "wrap_up":
      return <WrapUp actions={actions} ended={stage.ended} model={model} view={stage.wrapUp} />;
    case "summary":
      return <Summary actions={actions} ended={stage.ended} model={model} />;
    case "offer_gone":
      return <OfferGone actions={actions} gone={stage.gone} model={model} />;
    case "nothing":
      return <Nothing model={model} />;
  }
}

/** The one place where the eye rests: whatever happens with a customer happens here. */
export function StageView({ model, actions }: StageProps): JSX.Element {
  const { t } = useWords();
  const place = useRef<HTMLElement>(null);
  const { kind } = model.stage;
  const before = useRef(kind);
  useEffect(() => {
    // What had the focus has gone with the former stage: the keyboard goes on from the new one.
    if (before.current !== kind && (document.activeElement === null || document.activeElement === document.body)) {
      place.current?.focus();
    }
    before.current = kind;
  }, [kind]);
  return (
    <Place aria-label={t("stage.label")} data-stage={kind} ref={place} tabIndex={-1}>
      <Content actions={actions} model={model} />
    </Place>
  );
}
