/** The page: the frame, the screen that the state says, and what lies over it. */

import { type JSX, useEffect, useRef } from "react";
import { advisorTold } from "../model/advisor";
import { currentStep, screenOf } from "../model/state";
import { AskedScreen } from "./asked";
import { CallScreen } from "./call";
import { LanguageScreen, ProvidersScreen, ServicesScreen } from "./choosing";
import { DevicesScreen } from "./devices";
import { OpenDialog } from "./dialogs";
import { IdleScreen, MovedScreen } from "./ending";
import { EnrolmentScreen } from "./enrolment";
import { Frame } from "./frame";
import { GoodbyeScreen } from "./goodbye";
import { MatterScreen } from "./matter";
import { NeedScreen } from "./need";
import type { ScreenProps } from "./props";
import { KeyStoppedScreen, NoKeyScreen, OutOfOrderScreen, StartingScreen, SupersededScreen } from "./stopped";
import { GlobalStyle } from "./theme";
import { WaitingScreen } from "./waiting";
import { Speaking } from "./words";

export function KioskView(props: ScreenProps): JSX.Element {
  const { state, now, send } = props;
  const { visit } = state;
  const screen = screenOf(state, now);
  const point = state.snapshot?.terminal.point ?? state.catalogue?.terminal.point ?? null;
  useDocument(props);
  useFocusOnNewScreen(`${screen} ${visit.trail.length}`);
  return (
    <Speaking language={visit.language}>
      <GlobalStyle />
      <Frame
        helpAsked={visit.stage.kind === "live" && advisorTold(visit.stage, now)?.kind === "called"}
        point={point?.names[visit.language] ?? null}
        screen={screen}
        send={send}
        visit={visit}
      >
        <Screen {...props} />
      </Frame>
      <OpenDialog {...props} />
    </Speaking>
  );
}

function Screen(props: ScreenProps): JSX.Element {
  const { state, now } = props;
  const { stage } = state.visit;
  switch (screenOf(state, now)) {
    case "starting":
      return <StartingScreen />;
    case "out_of_order":
      return <OutOfOrderScreen />;
    case "enrolment":
    case "key_stopped":
    case "no_key":
      return <AccessScreen {...props} />;
    case "superseded":
      return <SupersededScreen {...props} />;
    case "idle":
      return <IdleScreen {...props} />;
    case "waiting":
      return stage.kind === "live" ? <WaitingScreen {...props} stage={stage} /> : <StartingScreen />;
    case "call":
      return stage.kind === "live" ? <CallScreen {...props} stage={stage} /> : <StartingScreen />;
    case "asked":
      return stage.kind === "asked" ? <AskedScreen {...props} stage={stage} /> : <StartingScreen />;
    case "moved":
      return stage.kind === "moved" ? <MovedScreen {...props} stage={stage} /> : <StartingScreen />;
    case "goodbye":
      return stage.kind === "goodbye" ? <GoodbyeScreen {...props} stage={stage} /> : <StartingScreen />;
    default:
      return <StepScreen {...props} />;
  }
}

function AccessScreen(props: ScreenProps): JSX.Element {
  const { access } = props.state;
  switch (access.kind) {
    case "asking":
    case "enrolling":
      return <EnrolmentScreen {...props} access={access} />;
    case "stopped":
      return <KeyStoppedScreen {...props} why={access.why} />;
    case "unable":
      return <NoKeyScreen {...props} why={access.why} />;
    case "open":
      return <StartingScreen />;
    default:
      return access satisfies never;
  }
}

function StepScreen(props: ScreenProps): JSX.Element {
  const step = currentStep(props.state.visit);
  switch (step.at) {
    case "language":
      return <LanguageScreen {...props} />;
    case "need":
      return <NeedScreen {...props} />;
    case "providers":
      return <ProvidersScreen {...props} step={step} />;
    case "services":
      return <ServicesScreen {...props} step={step} />;
    case "matter":
      return <MatterScreen {...props} service={step.service} />;
    case "devices":
      return <DevicesScreen {...props} service={step.service} />;
    default:
      return step satisfies never;
  }
}

/** The root element carries what style sheets, hyphenation and screen readers need to know. */
function useDocument({ state }: ScreenProps): void {
  const { language, contrast, large } = state.visit;
  useEffect(() => {
    const root = document.documentElement;
    root.lang = language;
    root.dataset["contrast"] = String(contrast);
    root.dataset["large"] = String(large);
  }, [language, contrast, large]);
}

/** A new screen is read from its heading, and seen from its top. The first one is left alone. */
function useFocusOnNewScreen(screen: string): void {
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) {
      return;
    }
    shown.current = screen;
    const main = document.querySelector("main");
    main?.scrollTo(0, 0);
    window.scrollTo(0, 0);
    // A screen with a field has put the focus there itself.
    if (!main?.querySelector("input")) {
      main?.querySelector("h1")?.focus({ preventScroll: true });
    }
  }, [screen]);
}
