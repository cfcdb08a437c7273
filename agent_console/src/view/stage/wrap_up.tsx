import type { WrapUpView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import { concludable } from "../../model/conclude";
import type { ConsoleModel } from "../../model/model";
import type { EndedCall } from "../../model/stage";
import { clockOf, durationOf, secondOf } from "../../model/time";
import { type WrapUp as Left, wrapUpOf } from "../../model/wrap_up";
import { useWords } from "../../words/i18n";
import { FailureNote } from "../parts/failure_note";
import { ActSign, ReadySign } from "../parts/icons";
import { PauseChoice } from "../parts/pause_choice";
import { RingTimer } from "../parts/ring_timer";
import { momentOf, nameOf } from "../parts/words_of";
import { alert, brand, quiet, success } from "../theme";
import { Conclude } from "./conclude";
import { StageHeading, StageQuiet, TimedStage, TimedSubject, TimedTop } from "./frame";

const Outcome = styled.p<{ $good: boolean }>`
  display: flex;
  align-items: center;
  gap: 8px;
  color: ${({ $good }) => ($good ? success : alert)};
  font-size: 18px;
  font-weight: 600;
`;

const Nearly = styled.p`
  display: flex;
  align-items: center;
  gap: 8px;
  color: ${alert};
  font-weight: 600;
`;

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 12px 16px;
  width: 100%;
  && button {
    flex: 1 1 200px;
    max-width: 280px;
    min-height: 60px;
    font-size: 18px;
  }
`;

const Choice = styled.div`
  width: 100%;
  max-width: 420px;
`;

const Rules = styled.div`
  display: grid;
  justify-items: center;
  gap: 4px;
  text-align: center;
  color: ${quiet};
`;

interface WrapUpProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly view: WrapUpView;
  readonly ended: EndedCall | null;
}

/** How the call ended, for whoever saw it; a fresh page knows only that something is being finished. */
function HowItEnded({ ended }: { readonly ended: EndedCall }): JSX.Element {
  const { t, language } = useWords();
  const outcome = ended.outcome ?? "served";
  const good = outcome === "served";
  const said = [
    ended.matter === null ? null : nameOf(ended.matter.service, language),
    ended.seconds > 0 ? t("stage.summary.duration", { duration: durationOf(ended.seconds * 1000, language) }) : null,
  ];
  return (
    <>
      <Outcome $good={good} data-outcome={outcome}>
        {good ? <ReadySign /> : <ActSign />}
        {t(`stage.summary.${outcome}`)}
      </Outcome>
      <p data-duration={ended.seconds}>{said.filter(Boolean).join(" · ")}</p>
      {!good && <StageQuiet>{t(`stage.summary.${outcome}_help`)}</StageQuiet>}
    </>
  );
}

/** From here on a moment is told to the second: to the minute it could be the present one. */
const TO_THE_SECOND_MS = 120_000;

function Controls({
  model,
  actions,
  left,
}: Pick<WrapUpProps, "model" | "actions"> & { readonly left: Left }): JSX.Element {
  const { t } = useWords();
  const more = left.moreS % 60 === 0 ? t("stage.wrap_up.more_help") : `+${left.moreS} ${t("stage.ringing.seconds")}`;
  const { status } = model;
  const busy = model.state.pending.has("status");
  return (
    <Buttons>
      <Button
        aria-disabled={busy}
        aria-keyshortcuts="Enter Alt+R"
        disabled={!status?.canMakeReady}
        onClick={() => (busy ? undefined : actions.makeReady())}
      >
        {t("stage.wrap_up.ready")}
      </Button>
      <Button
        aria-disabled={busy}
        aria-keyshortcuts="Alt+T"
        disabled={!status?.canExtend}
        onClick={() => (busy ? undefined : actions.extendWrapUp())}
        variant="secondary"
      >
        {left.atMost ? t("stage.wrap_up.more") : `${t("stage.wrap_up.more")}, ${more}`}
      </Button>
      <Button
        aria-keyshortcuts="Alt+P"
        disabled={!status?.canPause}
        onClick={() => actions.open("pausing")}
        variant="secondary"
      >
        {t("stage.wrap_up.pause")}
      </Button>
    </Buttons>
  );
}

function Limits({ model, left }: Pick<WrapUpProps, "model"> & { readonly left: Left }): JSX.Element {
  const { t, language } = useWords();
  if (model.state.connection.kind === "offline") {
    return <Rules>{t("stage.wrap_up.explain_lost")}</Rules>;
  }
  const at = (iso: string): string =>
    Date.parse(iso) - model.now < TO_THE_SECOND_MS
      ? t("moment.at", { time: secondOf(iso, language) })
      : momentOf(iso, model.now, t, language);
  return (
    <Rules>
      <p>{t("stage.wrap_up.explain", { until: at(left.until) })}</p>
      <p data-most={left.most}>
        {left.atMost ? t("stage.wrap_up.at_most") : t("stage.wrap_up.most", { until: at(left.most) })}
      </p>
      <p>{t(left.atMost ? "stage.wrap_up.keys_at_most" : "stage.wrap_up.keys")}</p>
    </Rules>
  );
}

/** The call is over and its finishing goes on: nothing rings until I say so or the time is over. */
export function WrapUp({ model, actions, view, ended }: WrapUpProps): JSX.Element {
  const { t, language } = useWords();
  const left = wrapUpOf(view, model.now);
  // Whole seconds rounded up, so that the last one is not shown as none.
  const leftMs = Math.ceil(left.leftMs / 1000) * 1000;
  const call = concludable(model.state.snapshot?.call ?? null);
  const pausing = model.state.open === "pausing";
  return (
    <TimedStage $ink={brand} data-nearly-over={left.nearlyOver}>
      <TimedTop>
        <RingTimer
          label={t("stage.wrap_up.left", { duration: durationOf(leftMs, language) })}
          last={left.nearlyOver}
          share={left.share}
          size={40}
        >
          {clockOf(leftMs)}
        </RingTimer>
        <TimedSubject>
          <StageHeading>{t("stage.wrap_up.heading")}</StageHeading>
          {ended !== null && <HowItEnded ended={ended} />}
          {left.nearlyOver && (
            <Nearly>
              <ActSign size={20} />
              {t("stage.wrap_up.nearly")}
            </Nearly>
          )}
        </TimedSubject>
      </TimedTop>
      {call !== null && !pausing && (
        <Conclude
          actions={actions}
          call={call}
          key={call.id}
          keys={t("conclude.keys")}
          model={model}
          onEnter={actions.makeReady}
          taking={true}
        />
      )}
      {pausing ? (
        <Choice>
          <PauseChoice actions={actions} model={model} />
        </Choice>
      ) : (
        <Controls actions={actions} left={left} model={model} />
      )}
      <FailureNote actions={actions} place="status" state={model.state} />
      <Limits left={left} model={model} />
    </TimedStage>
  );
}
