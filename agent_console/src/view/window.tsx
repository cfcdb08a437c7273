import type { JSX } from "react";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { leftOpen, type SignIn } from "../model/sign_in";
import { Wall } from "./boards/wall";
import { ConsoleView } from "./console_view";
import { GlobalStyle } from "./global_style";
import { Header } from "./header";
import { Loading, Superseded } from "./pages";
import { SignedOut } from "./signed_out";

interface WindowProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly signIn: SignIn;
  /** The code of a refused sign-in. */
  readonly refusal: string | null;
  readonly questionMark: boolean;
  /** The address asks for the wall. */
  readonly wall: boolean;
}

function Content({ model, actions, signIn, refusal, questionMark, wall }: WindowProps): JSX.Element {
  switch (model.page) {
    case "signed_out":
      return (
        <SignedOut
          actions={actions}
          ended={model.state.snapshot === null ? null : leftOpen(model.stage.kind)}
          refusal={refusal}
          signIn={signIn}
        />
      );
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
