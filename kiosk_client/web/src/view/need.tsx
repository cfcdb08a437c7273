/** What the customer needs, in their own words. */

import { type CatalogueService, needSearch } from "@palvelurinki/call_kit";
import { type JSX, type RefObject, useEffect, useId, useMemo, useRef } from "react";
import styled from "styled-components";
import { IconClose, IconSearch } from "suomifi-ui-components";
import { CHOICES_A_SCREEN, exampleServices, providerOf } from "../model/catalogue";
import { Intro } from "./head";
import { Keyboard } from "./keyboard";
import { Body, Choice, ChoiceList, Column, Note, Secondary, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { PORTRAIT, WIDE } from "./theme";
import { useSpeech } from "./words";

const Layout = styled(Body)`
  ${PORTRAIT} {
    gap: 1.2rem;
    padding-top: 1.3rem;
  }
  ${WIDE} {
    display: grid;
    grid-template: "field found" auto "keys found" auto "other found" 1fr / minmax(0, 1.25fr) minmax(0, 1fr);
    gap: 1rem 2.5rem;
    align-items: start;
  }
`;

const Found = styled(Column)`
  gap: 0.7rem;
  ${WIDE} {
    grid-area: found;
  }
  ${PORTRAIT} {
    flex: 1;
  }
`;

const Place = styled.div<{ $area: string }>`
  & > button {
    width: 100%;
  }
  ${WIDE} {
    grid-area: ${({ $area }) => $area};
  }
`;

const Results = styled(ChoiceList)`
  ${WIDE} {
    grid-template-columns: minmax(0, 1fr);
    gap: 0.45rem;
  }
`;

/** Nothing jumps while results come and go: the place of the largest set is kept. */
const Reserved = styled.div`
  ${PORTRAIT} {
    min-height: 15rem;
  }
`;

export function NeedScreen(props: ScreenProps): JSX.Element {
  const { state, send } = props;
  const { t, language } = useSpeech();
  const { catalogue, visit } = state;
  const field = useRef<HTMLInputElement>(null);
  const search = useMemo(() => catalogue && needSearch(catalogue), [catalogue]);
  const query = visit.query.trim();
  const found = useMemo(
    () => (search ? search.find(query, language, CHOICES_A_SCREEN) : []),
    [search, query, language],
  );
  useEffect(() => field.current?.focus(), []);
  const write = (text: string): void => send({ type: "write_query", query: text });
  return (
    <>
      <Intro text={t("need.text")} title={t("need.title")} />
      <Layout>
        <Place $area="field">
          <Field field={field} onText={write} text={visit.query} />
        </Place>
        <Found>
          <Reserved>
            {catalogue === null ? (
              <Note tone="plain">{t("need.loading")}</Note>
            ) : (
              <Matches
                services={query === "" ? exampleServices(catalogue, language) : found}
                {...props}
                query={query}
              />
            )}
          </Reserved>
        </Found>
        <Place $area="other">
          <Secondary onClick={() => send({ type: "open_providers" })}>{t("need.byProvider")}</Secondary>
        </Place>
        <Place $area="keys">
          <Keyboard onText={write} text={visit.query} />
        </Place>
      </Layout>
    </>
  );
}

const Heading = styled(Subtitle)`
  margin-bottom: 0.6rem;
`;

function Matches(props: ScreenProps & { services: CatalogueService[]; query: string }): JSX.Element {
  const { services, query, state, send } = props;
  const { t, name } = useSpeech();
  if (services.length === 0) {
    return (
      <Note tone="warning">
        <Subtitle>{t("need.nothing", { query })}</Subtitle>
        <p>{t("need.nothingAdvice")}</p>
      </Note>
    );
  }
  return (
    <>
      <div role="status">
        <Heading>{t(query === "" ? "need.examples" : "need.found")}</Heading>
      </div>
      <Results $columns={2}>
        {services.map((service) => {
          const provider = providerOf(state.catalogue, service.provider);
          return (
            <li key={service.id}>
              <Choice
                onPress={() => send({ type: "open_service", service: service.id })}
                title={name(service.names)}
                {...(provider && { detail: name(provider.names) })}
              />
            </li>
          );
        })}
      </Results>
    </>
  );
}

/* ---- The field -------------------------------------------------------------------------------------------- */

const Label = styled.label`
  display: block;
  margin-bottom: 0.35rem;
  font-weight: 600;
`;

const FieldBox = styled.div`
  display: flex;
  align-items: center;
  gap: 0.6rem;
  padding-left: 1rem;
  border: 3px solid var(--action);
  border-radius: 0.3rem;
  background: var(--paper);
  &:focus-within {
    outline: 4px solid var(--focus);
    outline-offset: 2px;
  }
  & > .fi-icon {
    flex: none;
    width: 1.3rem;
    height: 1.3rem;
  }
  & .fi-icon-base-fill {
    fill: var(--action);
  }
`;

const Input = styled.input`
  flex: 1;
  min-width: 0;
  height: max(88px, 3.2rem);
  padding: 0;
  border: 0;
  background: transparent;
  font-size: 1.4rem;
  user-select: text;
  &:focus-visible {
    outline: none;
  }
`;

const Clear = styled.button`
  align-self: stretch;
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  padding: 0 1rem;
  border: 0;
  background: transparent;
  color: var(--action);
  font-weight: 600;
  cursor: pointer;
  & .fi-icon {
    width: 0.9rem;
    height: 0.9rem;
  }
`;

function Field(props: {
  field: RefObject<HTMLInputElement | null>;
  text: string;
  onText: (text: string) => void;
}): JSX.Element {
  const { t } = useSpeech();
  const id = useId();
  return (
    <>
      <Label htmlFor={id}>{t("need.field")}</Label>
      <FieldBox>
        <IconSearch />
        <Input
          autoComplete="off"
          enterKeyHint="search"
          id={id}
          // The page has its own keys; the device's would cover the results.
          inputMode="none"
          maxLength={60}
          onChange={(event) => props.onText(event.target.value)}
          ref={props.field}
          spellCheck={false}
          type="text"
          value={props.text}
        />
        {props.text === "" ? null : (
          <Clear
            onClick={() => {
              props.onText("");
              props.field.current?.focus();
            }}
            type="button"
          >
            <IconClose />
            {t("need.clear")}
          </Clear>
        )}
      </FieldBox>
    </>
  );
}
