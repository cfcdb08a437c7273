/** What can open over a screen: help, and the questions before leaving. */

import type { JSX } from "react";
import { Dialog } from "./dialog";
import { HandIcon } from "./icons";
import { Danger, Line, Primary, Quiet } from "./parts";
import type { ScreenProps } from "./props";
import { useSpeech } from "./words";

export function OpenDialog(props: ScreenProps): JSX.Element | null {
  const { dialog } = props.state.visit;
  if (dialog === null) {
    return null;
  }
  return dialog === "help" ? (
    <Help {...props} />
  ) : (
    <Leaving {...props} words={dialog === "leave" ? "leave" : "hangUp"} />
  );
}

function Help({ state, send }: ScreenProps): JSX.Element {
  const { t, name } = useSpeech();
  const close = (): void => send({ type: "close_dialog" });
  const point = state.snapshot?.terminal.point ?? state.catalogue?.terminal.point ?? null;
  return (
    <Dialog actions={<Primary onClick={close}>{t("help.close")}</Primary>} onClose={close} title={t("help.title")}>
      <Line>
        <HandIcon />
        {t("help.wave")}
      </Line>
      <p>{t("help.say")}</p>
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
