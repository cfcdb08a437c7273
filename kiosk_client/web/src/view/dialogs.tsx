/** What can open over a screen: help, and the questions before leaving. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import { IconError } from "suomifi-ui-components";
import { type AdvisorTold, advisorTold } from "../model/advisor";
import { advisorIn } from "./advisor";
import { Dialog } from "./dialog";
import { HandIcon } from "./icons";
import { Danger, Line, Note, Primary, Quiet, Secondary } from "./parts";
import type { ScreenProps } from "./props";
import { useSpeech } from "./words";

export function OpenDialog(props: ScreenProps): JSX.Element | null {
  const { dialog } = props.state.visit;
  if (dialog === null) {
    return null;
  }
  if (dialog === "help") {
    const { stage } = props.state.visit;
    const told = stage.kind === "live" ? advisorTold(stage, props.now) : null;
    return told === null || told.kind === "gone" ? <Help {...props} /> : <Asked {...props} told={told} />;
  }
  return <Leaving {...props} words={dialog === "leave" ? "leave" : "hangUp"} />;
}

/** The advisor has been asked for, or is here. */
function Asked({ told, send }: ScreenProps & { told: AdvisorTold }): JSX.Element {
  const speech = useSpeech();
  const { t } = speech;
  const close = (): void => send({ type: "close_dialog" });
  return (
    <Dialog
      actions={
        <>
          <Primary onClick={close}>{t("help.close")}</Primary>
          {told.kind === "called" ? (
            <Secondary onClick={() => send({ type: "take_help_back" })}>{t("advisor.takeBack")}</Secondary>
          ) : null}
        </>
      }
      onClose={close}
      title={advisorIn(speech, told)}
    >
      <Line>
        <HandIcon />
        {t(told.kind === "here" ? "advisor.hereText" : "advisor.calledText")}
      </Line>
    </Dialog>
  );
}

function Help({ state, send }: ScreenProps): JSX.Element {
  const { t, name, language } = useSpeech();
  const close = (): void => send({ type: "close_dialog" });
  const point = state.snapshot?.terminal.point ?? state.catalogue?.terminal.point ?? null;
  return (
    <Dialog actions={<Primary onClick={close}>{t("help.close")}</Primary>} onClose={close} title={t("help.title")}>
      <Line>
        <HandIcon />
        {t("help.wave")}
      </Line>
      <p>{t("help.say")}</p>
      {state.visit.stage.kind !== "live" || state.visit.problem === null ? null : (
        <Note icon={<IconError />} tone="bad">
          <p>{errorText(language, state.visit.problem.code)}</p>
        </Note>
      )}
      {point === null ? null : <Quiet>{t("help.here", { point: name(point.names) })}</Quiet>}
    </Dialog>
  );
}

function Leaving({ send, words }: ScreenProps & { words: "leave" | "hangUp" }): JSX.Element {
  const { t } = useSpeech();
  const close = (): void => send({ type: "close_dialog" });
  return (
    <Dialog
      actions={
        <>
          <Primary onClick={close}>{t(`${words}.stay`)}</Primary>
          <Danger onClick={() => send({ type: "confirm" })}>{t(`${words}.confirm`)}</Danger>
        </>
      }
      onClose={close}
      title={t(`${words}.title`)}
    >
      <p>{t(`${words}.text`)}</p>
    </Dialog>
  );
}
