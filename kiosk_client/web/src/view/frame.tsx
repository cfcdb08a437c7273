/**
 * What stands in the same place on every screen: where one is, above; back, start over and help, below; and beside
 * them the language, the size of the text and the contrast. The lower bar is within reach on a standing screen.
 */

import type { JSX, ReactNode } from "react";
import styled, { css } from "styled-components";
import { IconArrowLeft, IconHome } from "suomifi-ui-components";
import type { CustomerEvent } from "../model/events";
import { languages } from "../model/language";
import type { ScreenName, Visit } from "../model/state";
import { ContrastIcon, HandIcon, LargerTextIcon } from "./icons";
import { LOW, PORTRAIT, TARGET } from "./theme";
import { speechIn, useSpeech } from "./words";

const Page = styled.div`
  display: grid;
  grid-template-rows: auto minmax(0, 1fr) auto;
  grid-template-columns: minmax(0, 1fr);
  min-height: 100dvh;
`;

const Band = styled.header`
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 2rem;
  padding: 0.7rem 2rem;
  background: var(--brand);
  color: var(--on-brand);
  & strong {
    font-weight: 600;
  }
`;

const Main = styled.main`
  display: flex;
  flex-direction: column;
  min-width: 0;
`;

const Bar = styled.nav`
  position: sticky;
  bottom: 0;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0.6rem 1.2rem;
  padding: 0.8rem 2rem;
  background: var(--paper);
  border-top: 2px solid var(--line);
  ${PORTRAIT} {
    padding: 0.9rem 1.4rem;
  }
  ${LOW} {
    position: static;
  }
`;

const Group = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
`;

const Always = styled(Group)`
  ${PORTRAIT} {
    flex: 1 1 100%;
    & > button {
      flex: 1 1 12rem;
      min-height: max(96px, 3.4rem);
    }
  }
`;

const Manner = styled(Group)`
  margin-left: auto;
  ${PORTRAIT} {
    flex: 1 1 100%;
    justify-content: space-between;
    margin: 0;
  }
`;

const pressed = css`
  background: var(--action);
  border-color: var(--action);
  color: var(--on-action);
`;

const BarButton = styled.button<{ $strong?: boolean }>`
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.5rem;
  min-height: ${TARGET};
  padding: 0.3rem 0.9rem;
  border: 2px solid ${({ $strong }) => ($strong ? "var(--action)" : "transparent")};
  border-radius: 0.25rem;
  background: transparent;
  color: var(--action);
  font-weight: 600;
  line-height: 1.15;
  cursor: pointer;
  & .fi-icon {
    flex: none;
    width: 1.1em;
    height: 1.1em;
  }
  & .fi-icon-base-fill {
    fill: currentcolor;
  }
  & > svg {
    width: 1.3em;
    height: 1.3em;
  }
  &:hover:not(:disabled) {
    background: var(--tint);
  }
  &[aria-pressed="true"] {
    ${pressed}
  }
  &:disabled {
    border-color: var(--line);
    color: var(--quiet);
    cursor: default;
    opacity: 0.55;
  }
`;

const ALONE: readonly ScreenName[] = ["starting", "out_of_order", "not_enrolled", "superseded"];

export interface FrameProps {
  screen: ScreenName;
  visit: Visit;
  point: string | null;
  send: (event: CustomerEvent) => void;
  children: ReactNode;
}

export function Frame({ screen, visit, point, send, children }: FrameProps): JSX.Element {
  const { t } = useSpeech();
  return (
    <Page>
      <Band>
        <strong>{t("device.name")}</strong>
        {point === null ? null : <span>{point}</span>}
      </Band>
      <Main data-screen={screen}>{children}</Main>
      <Bar aria-label={t("device.controls")}>
        <Always>
          <BarButton
            $strong={true}
            disabled={!canGoBack(screen, visit)}
            onClick={() => send({ type: "back" })}
            type="button"
          >
            <IconArrowLeft />
            {t("device.back")}
          </BarButton>
          <BarButton
            $strong={true}
            disabled={screen === "language" || ALONE.includes(screen)}
            onClick={() => send({ type: "start_over" })}
            type="button"
          >
            <IconHome />
            {t("device.startOver")}
          </BarButton>
          <BarButton $strong={true} onClick={() => send({ type: "ask_help" })} type="button">
            <HandIcon />
            {t("device.help")}
          </BarButton>
        </Always>
        <Manner>
          {screen === "language" ? null : <Languages send={send} visit={visit} />}
          <Group>
            <BarButton aria-pressed={visit.large} onClick={() => send({ type: "toggle_large" })} type="button">
              <LargerTextIcon />
              {t("device.larger")}
            </BarButton>
            <BarButton aria-pressed={visit.contrast} onClick={() => send({ type: "toggle_contrast" })} type="button">
              <ContrastIcon />
              {t("device.contrast")}
            </BarButton>
          </Group>
        </Manner>
      </Bar>
    </Page>
  );
}

function Languages({ visit, send }: Pick<FrameProps, "visit" | "send">): JSX.Element {
  const { t } = useSpeech();
  return (
    <Group aria-label={t("device.language")} role="group">
      {languages.map((language) => (
        <BarButton
          aria-pressed={visit.language === language}
          key={language}
          lang={language}
          onClick={() => send({ type: "change_language", language })}
          type="button"
        >
          {speechIn(language).t("device.languageName")}
        </BarButton>
      ))}
    </Group>
  );
}

function canGoBack(screen: ScreenName, visit: Visit): boolean {
  if (screen === "waiting" || screen === "call") {
    return true;
  }
  const choosing = visit.stage.kind === "choosing" && !visit.stage.asking;
  return choosing && visit.trail.length > 1 && screen !== "idle" && !ALONE.includes(screen);
}
