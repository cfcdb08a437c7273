import type { JSX } from "react";
import type { ConsoleModel } from "../../model/model";
import type { Status } from "../../model/status";
import { useWords } from "../../words/i18n";
import { NoLineSign, PauseSign, ReadySign } from "../parts/icons";
import { brand, success } from "../theme";
import { QuietStage, StageQuiet, StageText } from "./frame";

function headingKey(status: Status) {
  switch (status.kind) {
    case "no_line":
      return "no_line" as const;
    case "paused":
      return status.reason === "arrived" || status.reason === "missed" ? status.reason : ("paused" as const);
    default:
      return "ready" as const;
  }
}

function helpKey(status: Status) {
  switch (status.kind) {
    case "no_line":
      return "no_line_help" as const;
    case "paused":
      return status.reason === "missed" ? ("missed_help" as const) : ("paused_help" as const);
    default:
      return "ready_help" as const;
  }
}

const SIGNS = {
  no_line: NoLineSign,
  paused: PauseSign,
  arrived: ReadySign,
  missed: PauseSign,
  ready: ReadySign,
} as const;

/** Nobody rings: what will come here, and how many wait. */
export function Nothing({ model }: { readonly model: ConsoleModel }): JSX.Element | null {
  const { t } = useWords();
  if (model.status === null) {
    return null;
  }
  const heading = headingKey(model.status);
  const Sign = SIGNS[heading];
  const waiting = model.rings.reduce((sum, ring) => sum + ring.waiting.length, 0);
  return (
    <QuietStage
      heading={t(`stage.nothing.${heading}`)}
      ink={heading === "ready" ? success : brand}
      sign={<Sign size={48} />}
    >
      <StageText>{t(`stage.nothing.${helpKey(model.status)}`)}</StageText>
      {model.status.kind !== "no_line" && model.rings.length > 0 && (
        <StageQuiet>
          {waiting === 0 ? t("stage.nothing.queue_none") : t("stage.nothing.queue", { count: waiting })}
        </StageQuiet>
      )}
    </QuietStage>
  );
}
