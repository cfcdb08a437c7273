/**
 * What stands in the same place on every screen: where one is, above; back, start over and help, below; and beside
 * them the language, the size of the text and the contrast. The lower bar is within reach on a standing screen.
 */

import type { JSX, ReactNode } from "react";
import styled, { css } from "styled-components";
import { IconArrowLeft, IconRefresh } from "suomifi-ui-components";
import type { CustomerEvent } from "../model/events";
import { languages } from "../model/language";
import type { ScreenName, Visit } from "../model/state";
import { ContrastIcon, HandIcon, LargerTextIcon } from "./icons";
import { LOW, NARROW, PORTRAIT } from "./theme";
import { speechIn, useSpeech } from "./words";

/** Where there is little room the page is read as a whole, the bar at its end; else only the middle scrolls. */
const whole = css`
  height: auto;
  min-height: 100dvh;
`;

const Page = styled.div`
  display: grid;
  grid-template-rows: auto minmax(0, 1fr) auto;
  grid-template-columns: minmax(0, 1fr);
  height: 100dvh;
  ${LOW} {
    ${whole}
  }
  ${NARROW} {
    ${whole}
  }
`;

const Band = styled.header`
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 2rem;
  padding: 0.7rem var(--side);
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
  min-height: 0;
  overflow: hidden auto;
`;

/** Its text does not grow with the rest, so that it is the same on every screen and in every size. */
const Bar = styled.nav`
  font-size: var(--bar);
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0.6em 1.2em;
  padding: 0.8em var(--side);
  background: var(--paper);
  border-top: 2px solid var(--line);
  ${PORTRAIT} {
    padding: 0.9em 1.4em;
  }
  ${NARROW} {
    padding: 0.8em var(--side);
  }
`;

const Group = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 0.5em;
`;

const Always = styled(Group)`
  ${PORTRAIT} {
    flex: 1 1 100%;
    & > button {
      flex: 1 1 8em;
      min-height: max(96px, 3.4em);
    }
  }
`;

const Manner = styled(Group)`
  margin-left: auto;
  & > div {
    gap: 0.3em;
  }
  ${PORTRAIT} {
    flex: 1 1 100%;
    justify-content: space-between;
    margin: 0;
    gap: 0;
    & button {
      padding-inline: 0.55em;
    }
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
  gap: 0.5em;
  min-height: max(76px, 3em);
  padding: 0.3em 0.75em;
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
  &[aria-pressed="true"],
  &[aria-pressed="true"]:hover:not(:disabled) {
    ${pressed}
  }
  &:disabled {
    border-color: var(--line);
    color: var(--quiet);
    cursor: default;
    opacity: 0.55;
  }
`;

const ALONE: readonly ScreenName[] = ["starting", "out_of_order", "enrolment", "key_stopped", "no_key", "superseded"];

export interface FrameProps {
  screen: ScreenName;
  visit: Visit;
  point: string | null;
  /** Whether the advisor has been asked to come. */
  helpAsked: boolean;
  send: (event: CustomerEvent) => void;
  children: ReactNode;
}

export function Frame({ screen, visit, point, helpAsked, send, children }: FrameProps): JSX.Element {
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
            <IconRefresh />
            {t("device.startOver")}
          </BarButton>
          <BarButton
            $strong={true}
            {...(helpAsked && { "aria-pressed": true })}
            onClick={() => send({ type: "ask_help" })}
            type="button"
          >
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
  const choosing = visit.stage.kind === "choosing" && visit.stage.askedAt === null;
  return choosing && visit.trail.length > 1 && screen !== "idle" && !ALONE.includes(screen);
}
