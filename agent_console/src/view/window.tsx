import type { DemoView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { Wall } from "./boards/wall";
import { ConsoleView } from "./console_view";
import { GlobalStyle } from "./global_style";
import { Header } from "./header";
import { Loading, SignedOut, Superseded } from "./pages";

interface WindowProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly demo: DemoView | null;
  readonly questionMark: boolean;
  /** The address asks for the wall. */
  readonly wall: boolean;
}

function Content({ model, actions, demo, questionMark, wall }: WindowProps): JSX.Element {
  switch (model.page) {
    case "signed_out":
      return <SignedOut actions={actions} demo={demo} />;
    case "superseded":
      return <Superseded actions={actions} inCall={model.stage.kind === "call"} />;
    case "loading":
      return (
        <>
          <Header actions={actions} model={model} />
          <Loading model={model} />
        </>
      );
    case "console":
      return wall && model.sections.includes("rings") ? (
        <Wall model={model} />
      ) : (
        <ConsoleView actions={actions} model={model} questionMark={questionMark} />
      );
  }
}

/** The whole window. */
export function Window(props: WindowProps): JSX.Element {
  return (
    <>
      <GlobalStyle />
      <Content {...props} />
    </>
  );
}
