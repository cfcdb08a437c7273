import type { JSX } from "react";
import styled from "styled-components";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { useWords } from "../words/i18n";
import { Announcer } from "./announcer";
import { EmptyBoard } from "./boards/empty_board";
import { PointBoard } from "./boards/point_board";
import { RingBoard } from "./boards/ring_board";
import { TerminalsBoard } from "./boards/terminals_board";
import { ConnectionBar } from "./connection_bar";
import { CONTENT_ID } from "./content_id";
import { Calls } from "./desk/calls";
import { Desk } from "./desk/desk";
import { DevicesPanel } from "./devices_panel";
import { Header } from "./header";
import { Help } from "./help";
import { Matter } from "./matter";
import { RingsRail } from "./rings_rail";
import { StageView } from "./stage/stage_view";
import { StatusPanel } from "./status_panel";
import { middle, unseen, wide } from "./theme";

const Main = styled.main`
  padding: 16px;
`;

/** In one column, whoever rings or is in a call stands first; else my own status does. */
const Work = styled.main<{ $stageFirst: boolean }>`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  grid-template-areas: ${({ $stageFirst }) =>
    $stageFirst ? '"stage" "matter" "status" "rings"' : '"status" "stage" "rings" "matter"'};
  align-items: start;
  gap: 16px;
  padding: 16px;
  ${middle} {
    grid-template-columns: 300px minmax(0, 1fr);
    grid-template-rows: auto auto 1fr;
    grid-template-areas: "status stage" "rings stage" "rings matter";
  }
  ${wide} {
    grid-template-columns: 320px minmax(0, 1fr) 300px;
    grid-template-rows: auto 1fr;
    grid-template-areas: "status stage matter" "rings stage matter";
  }
`;

const Area = styled.div<{ $name: string }>`
  grid-area: ${({ $name }) => $name};
  display: grid;
  gap: 16px;
  min-width: 0;
`;

const Title = styled.h1`
  ${unseen}
`;

interface ConsoleViewProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly questionMark: boolean;
}

function Workplace({ model, actions }: Omit<ConsoleViewProps, "questionMark">): JSX.Element {
  const { t } = useWords();
  const { kind } = model.stage;
  const stageFirst = kind === "ringing" || kind === "answering" || kind === "call" || kind === "wrap_up";
  // In a call the picture and the controls stand on the stage; what fails is told here all the same.
  const showDevices = kind !== "call" || model.devices.failure !== null;
  return (
    <Work $stageFirst={stageFirst} id={CONTENT_ID}>
      <Title>{t("section.work")}</Title>
      <Area $name="status">
        <StatusPanel actions={actions} model={model} />
        {showDevices && <DevicesPanel actions={actions} model={model} />}
      </Area>
      <Area $name="stage" style={{ alignSelf: "stretch", alignContent: "start" }}>
        <StageView actions={actions} model={model} />
      </Area>
      <Area $name="rings">
        <RingsRail model={model} />
      </Area>
      <Area $name="matter">
        <Matter actions={actions} model={model} />
      </Area>
    </Work>
  );
}

function Board({ model, actions }: Omit<ConsoleViewProps, "questionMark">): JSX.Element {
  const { t } = useWords();
  switch (model.section) {
    case "rings":
      return <RingBoard actions={actions} model={model} />;
    case "desk":
      return <Desk actions={actions} model={model} />;
    case "points":
      return <PointBoard model={model} />;
    case "terminals":
      return <TerminalsBoard actions={actions} model={model} />;
    case "interpreting":
      return (
        <EmptyBoard heading={t("interpreting.heading")}>
          {t("interpreting.empty")} {t("interpreting.help")}
        </EmptyBoard>
      );
    default:
      return <EmptyBoard heading={t("other.heading")}>{t("other.help")}</EmptyBoard>;
  }
}

/** The console: who I am above, below it the part that I look at. */
export function ConsoleView({ model, actions, questionMark }: ConsoleViewProps): JSX.Element {
  return (
    <>
      <Header actions={actions} model={model} />
      <ConnectionBar model={model} />
      {model.sections.includes("desk") && model.section !== "desk" && (
        <Calls actions={actions.desk} desk={model.desk} onShow={() => actions.chooseSection("desk")} />
      )}
      {model.section === "work" ? (
        <Workplace actions={actions} model={model} />
      ) : (
        <Main data-section={model.section} id={CONTENT_ID}>
          <Board actions={actions} model={model} />
        </Main>
      )}
      <Announcer model={model} />
      {model.state.open === "help" && <Help actions={actions} questionMark={questionMark} sections={model.sections} />}
    </>
  );
}
