/** How it ended: a call, or an offer that stopped ringing. */

import type { JSX } from "react";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import { concludable } from "../../model/conclude";
import type { ConsoleModel } from "../../model/model";
import type { EndedCall, GoneOffer } from "../../model/stage";
import { durationOf, timeOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { FailureNote } from "../parts/failure_note";
import { ActSign, HangUp, NoticeSign, ReadySign } from "../parts/icons";
import { nameOf } from "../parts/words_of";
import { alert, brand, success } from "../theme";
import { Conclude } from "./conclude";
import { QuietStage, StageQuiet, StageText } from "./frame";

interface EndsProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

/** The way back for one whom the server has paused, else the way on. */
function Onward({ model, actions, label }: EndsProps & { readonly label: string }): JSX.Element {
  const { t } = useWords();
  const missed = model.status?.kind === "paused" && model.status.reason === "missed";
  return (
    <div style={{ display: "flex", flexWrap: "wrap", justifyContent: "center", gap: 12, marginTop: 12 }}>
      {missed && <Button onClick={actions.makeReady}>{t("stage.gone.back")}</Button>}
      <Button onClick={actions.endRead} variant={missed ? "secondary" : "default"}>
        {label}
      </Button>
    </div>
  );
}

const OUTCOME_SIGNS = { served: ReadySign, interrupted: ActSign, not_connected: ActSign } as const;

export function Summary({ model, actions, ended }: EndsProps & { readonly ended: EndedCall }): JSX.Element {
  const { t, language } = useWords();
  const outcome = ended.outcome ?? "served";
  const Sign = ended.outcome === null ? HangUp : OUTCOME_SIGNS[outcome];
  const ready = model.state.snapshot?.presence?.state === "ready";
  const call = concludable(model.state.snapshot?.call ?? null);
  return (
    <QuietStage
      heading={t(`stage.summary.${outcome}`)}
      ink={outcome === "served" ? success : alert}
      sign={<Sign size={48} />}
    >
      {ended.matter !== null && <StageText>{nameOf(ended.matter.service, language)}</StageText>}
      {ended.seconds > 0 && (
        <StageText data-duration={ended.seconds}>
          {t("stage.summary.duration", { duration: durationOf(ended.seconds * 1000, language) })}
        </StageText>
      )}
      <StageQuiet>{t(`stage.summary.${outcome}_help`)}</StageQuiet>
      <StageQuiet>{t(ready ? "stage.summary.next_ready" : "stage.summary.next_paused")}</StageQuiet>
      {call !== null && (
        <Conclude
          actions={actions}
          call={call}
          key={call.id}
          keys={t("conclude.keys_call")}
          model={model}
          onEnter={actions.concluding.save}
          taking={false}
        />
      )}
      <Onward actions={actions} label={t("stage.summary.next")} model={model} />
      <FailureNote actions={actions} place="offer" state={model.state} />
    </QuietStage>
  );
}

/** The words of an offer that rang out; "missed" alone are those of who is paused for it. */
export function goneKey(gone: Pick<GoneOffer, "why">) {
  return gone.why === "missed" ? ("missed_offer" as const) : gone.why;
}

function afterwards(model: ConsoleModel) {
  const { status } = model;
  if (status?.kind === "paused") {
    return status.reason === "missed" ? ("missed" as const) : ("paused" as const);
  }
  return "still_ready" as const;
}

/**
 * What becomes of a customer whom I did not take, and when I am asked again. Who else may take them is not told: that
 * changes while they wait, as people come on duty and the ring's steps widen.
 */
function nextKeys({ why }: GoneOffer) {
  return why === "missed" || why === "declined" || why === "conflict_of_interest"
    ? (["stage.next.customer", `stage.next.${why}`] as const)
    : [];
}

export function OfferGone({ model, actions, gone }: EndsProps & { readonly gone: GoneOffer }): JSX.Element {
  const { t, language } = useWords();
  const why = goneKey(gone);
  const help = [
    gone.unconfirmed ? t("stage.gone.unconfirmed") : null,
    // That the time ran out is then said already.
    gone.unconfirmed && gone.why === "missed" ? null : t(`stage.gone.${why}_help`),
    ...nextKeys(gone).map((key) => t(key)),
  ];
  return (
    <QuietStage
      heading={t(`stage.gone.${why}`)}
      ink={gone.why === "missed" ? alert : brand}
      sign={<NoticeSign size={48} />}
    >
      <StageQuiet>
        {[t("stage.gone.at", { time: timeOf(gone.at, language) }), gone.matter && nameOf(gone.matter.service, language)]
          .filter(Boolean)
          .join(" · ")}
      </StageQuiet>
      <StageText>{help.filter(Boolean).join(" ")}</StageText>
      <StageText>{t(`stage.gone.${afterwards(model)}`)}</StageText>
      <Onward actions={actions} label={t("stage.gone.ok")} model={model} />
    </QuietStage>
  );
}
