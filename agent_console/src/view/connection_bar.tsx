import type { JSX } from "react";
import styled from "styled-components";
import type { ConsoleModel } from "../model/model";
import { useWords } from "../words/i18n";
import { Clock } from "./parts/clock";
import { NoLineSign } from "./parts/icons";
import { ink, warning, warningPale } from "./theme";

const Bar = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  padding: 8px 16px;
  background: ${warningPale};
  border-bottom: 3px solid ${warning};
  color: ${ink};
  strong {
    font-weight: 600;
  }
`;

const Since = styled.span`
  margin-left: auto;
`;

/** Says that the line is lost, for how long, and what still works. */
export function ConnectionBar({ model }: { readonly model: ConsoleModel }): JSX.Element | null {
  const { t } = useWords();
  const { connection, clockOffsetMs } = model.state;
  if (connection.kind !== "offline") {
    return null;
  }
  const inCall = model.stage.kind === "call";
  return (
    <Bar aria-label={t("status.no_line")} data-connection="offline" role="region">
      <NoLineSign />
      <strong>{t("line.lost")}</strong>
      {inCall && <span>{t("line.call_goes_on")}</span>}
      <span>{model.status === null || inCall ? t("line.last_known") : t("line.no_new")}</span>
      <Since>
        {t("line.duration")} <Clock now={model.now} since={connection.since + clockOffsetMs} />
      </Since>
    </Bar>
  );
}
