/** The first screen, and the way by provider and service. */

import type { JSX } from "react";
import styled from "styled-components";
import {
  IconArrowLeft,
  IconArrowRight,
  IconBriefcase,
  IconBuildingAdministrative,
  IconChatBubbles,
  IconDoctor,
  IconFamily,
  IconFinance,
  IconIdBadge,
  IconRegister,
  IconScale,
} from "suomifi-ui-components";
import { type Page, pageOf, providerOf, providersWithServices, servicesOf } from "../model/catalogue";
import { type Language, languages } from "../model/language";
import type { Step } from "../model/state";
import { Intro } from "./head";
import { Body, Choice, ChoiceList, Note, Quiet, Row, Secondary } from "./parts";
import type { ScreenProps } from "./props";
import { WIDE } from "./theme";
import { speechIn, useSpeech } from "./words";

/* ---- Language --------------------------------------------------------------------------------------------- */

const Picture = styled.div`
  flex: none;
  padding: 0.6rem;
  border-radius: 50%;
  background: var(--on-brand);
  line-height: 0;
  & .fi-icon {
    width: 6.5rem;
    height: 6.5rem;
  }
`;

const Welcome = styled(Body)`
  justify-content: center;
  gap: 1.6rem;
  ${WIDE} {
    flex-direction: row;
    flex-wrap: wrap;
    align-items: stretch;
    align-content: center;
  }
`;

const LanguageButton = styled.button`
  flex: 0 1 auto;
  display: flex;
  flex-direction: column;
  justify-content: center;
  gap: 0.5rem;
  min-height: 8.5rem;
  padding: 1.3rem 2rem;
  border: 3px solid transparent;
  border-left: 0.7rem solid var(--action);
  border-radius: 0.4rem;
  background: var(--paper);
  box-shadow: var(--edge);
  text-align: left;
  cursor: pointer;
  &:hover,
  &:active {
    border-color: var(--action);
  }
  & strong {
    font-size: 2.1rem;
    font-weight: 600;
    line-height: 1.1;
  }
  & span {
    font-size: 1.15rem;
    color: var(--quiet);
  }
  ${WIDE} {
    flex: 1 1 18rem;
    min-height: 15rem;
  }
`;

export function LanguageScreen({ send }: ScreenProps): JSX.Element {
  return (
    <>
      <Intro
        picture={
          <Picture>
            <IconChatBubbles />
          </Picture>
        }
        text={greetings(["sv", "en"])}
        title={greetings(["fi"])}
      />
      <Welcome>
        {languages.map((language) => (
          <Start key={language} language={language} onPress={() => send({ type: "start", language })} />
        ))}
      </Welcome>
    </>
  );
}

/** Whoever comes is greeted in their own language before any is chosen. */
function greetings(chosen: Language[]): JSX.Element[] {
  return chosen.map((language, place) => (
    <span key={language} lang={language}>
      {place === 0 ? "" : " · "}
      {speechIn(language).t("language.title")}
    </span>
  ));
}

function Start({ language, onPress }: { language: Language; onPress: () => void }): JSX.Element {
  const { t } = speechIn(language);
  return (
    <LanguageButton lang={language} onClick={onPress} type="button">
      <strong>{t("device.languageName")}</strong>
      <span>{t("language.text")}</span>
    </LanguageButton>
  );
}

/* ---- Providers and services ------------------------------------------------------------------------------- */

const ProviderPicture = styled.span`
  flex: none;
  line-height: 0;
  & .fi-icon.fi-icon {
    width: 2.6rem;
    height: 2.6rem;
  }
`;

// Drawn for what they do, by the names that configurations give them; no authority's own mark is used.
const PICTURES: [RegExp, JSX.Element][] = [
  [/kela/, <IconFamily key="kela" />],
  [/vero/, <IconFinance key="vero" />],
  [/poliisi/, <IconIdBadge key="poliisi" />],
  [/dvv|maistraatti|vaesto/, <IconRegister key="dvv" />],
  [/tyo|^te-/, <IconBriefcase key="tyo" />],
  [/oikeus|ulosotto/, <IconScale key="oikeus" />],
  [/terveys|hyvinvointi/, <IconDoctor key="terveys" />],
];

function pictureOf(provider: string): JSX.Element {
  const found = PICTURES.find(([pattern]) => pattern.test(provider))?.[1];
  return <ProviderPicture>{found ?? <IconBuildingAdministrative />}</ProviderPicture>;
}

export function ProvidersScreen(props: ScreenProps & { step: Extract<Step, { at: "providers" }> }): JSX.Element {
  const { state, step, send } = props;
  const { t, language, name } = useSpeech();
  const page = pageOf(state.catalogue ? providersWithServices(state.catalogue, language) : [], step.page);
  return (
    <>
      <Intro title={t("choices.providers")} />
      <Body>
        {page.items.length === 0 ? <Note tone="plain">{t("choices.none")}</Note> : null}
        <ChoiceList $columns={2} $roomy={true}>
          {page.items.map((provider) => (
            <li key={provider.id}>
              <Choice
                onPress={() => send({ type: "open_provider", provider: provider.id })}
                picture={pictureOf(provider.id)}
                title={name(provider.names)}
              />
            </li>
          ))}
        </ChoiceList>
        <Pager page={page} send={send} />
      </Body>
    </>
  );
}

export function ServicesScreen(props: ScreenProps & { step: Extract<Step, { at: "services" }> }): JSX.Element {
  const { state, step, send } = props;
  const { t, language, name } = useSpeech();
  const provider = providerOf(state.catalogue, step.provider);
  const page = pageOf(state.catalogue ? servicesOf(state.catalogue, step.provider, language) : [], step.page);
  return (
    <>
      <Intro title={t("choices.services")} {...(provider && { text: name(provider.names) })} />
      <Body>
        {page.items.length === 0 ? <Note tone="plain">{t("choices.none")}</Note> : null}
        <ChoiceList $columns={2} $roomy={true}>
          {page.items.map((service) => (
            <li key={service.id}>
              <Choice onPress={() => send({ type: "open_service", service: service.id })} title={name(service.names)} />
            </li>
          ))}
        </ChoiceList>
        <Pager page={page} send={send} />
      </Body>
    </>
  );
}

const PagerRow = styled(Row)`
  align-items: center;
  justify-content: space-between;
  & > p {
    flex: 0 0 auto;
    margin: 0 auto;
    text-align: center;
  }
  & > button {
    flex: 0 1 13rem;
  }
`;

function Pager({ page, send }: { page: Page<unknown> } & Pick<ScreenProps, "send">): JSX.Element | null {
  const { t } = useSpeech();
  if (page.count === 1) {
    return null;
  }
  return (
    <PagerRow>
      <Secondary
        disabled={page.number === 0}
        icon={<IconArrowLeft />}
        onClick={() => send({ type: "turn_page", page: page.number - 1 })}
      >
        {t("choices.previous")}
      </Secondary>
      <Quiet aria-live="polite">{t("choices.page", { number: page.number + 1, count: page.count })}</Quiet>
      <Secondary
        disabled={page.number === page.count - 1}
        iconRight={<IconArrowRight />}
        onClick={() => send({ type: "turn_page", page: page.number + 1 })}
      >
        {t("choices.more")}
      </Secondary>
    </PagerRow>
  );
}
