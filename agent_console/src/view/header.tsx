import type { JSX } from "react";
import styled from "styled-components";
import { IconHelp, IconLogout } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { LANGUAGES, type Language } from "../model/time";
import { useWords } from "../words/i18n";
import { CONTENT_ID } from "./content_id";
import { FailureNote } from "./parts/failure_note";
import { RingLogo } from "./parts/icons";
import { nameOf } from "./parts/words_of";
import { SignOut } from "./sign_out";
import { brand, focusRing, highlight, highlightPale, ink, line, middle, paper, quiet } from "./theme";

const Bar = styled.header`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 16px;
  padding: 6px 16px;
  background: ${paper};
  border-top: 4px solid ${brand};
  border-bottom: 1px solid ${line};
  ${middle} {
    min-height: 60px;
    flex-wrap: nowrap;
  }
`;

/** Seen when it has the focus: the keyboard's way past the header. */
const Skip = styled.a`
  position: absolute;
  left: 16px;
  top: -100px;
  z-index: 1;
  padding: 8px 16px;
  background: ${paper};
  color: ${highlight};
  &:focus {
    top: 10px;
  }
  ${focusRing}
`;

const Brand = styled.span`
  display: flex;
  align-items: center;
  gap: 8px;
  color: ${brand};
  font-size: 20px;
  font-weight: 600;
`;

const Sections = styled.nav`
  display: flex;
  flex-wrap: wrap;
  align-self: stretch;
  gap: 0 4px;
  order: 1;
  width: 100%;
  ${middle} {
    order: 0;
    width: auto;
    margin: -6px 0;
  }
`;

const SectionLink = styled.button`
  min-height: 40px;
  padding: 4px 10px;
  border: 0;
  border-bottom: 3px solid transparent;
  background: none;
  color: ${ink};
  font-size: 16px;
  cursor: pointer;
  &[aria-current="page"] {
    border-bottom-color: ${highlight};
    color: ${highlight};
    font-weight: 600;
  }
  &:hover {
    background: ${highlightPale};
  }
  ${focusRing}
`;

const Person = styled.div`
  margin-left: auto;
  min-width: 0;
  font-size: 14px;
  line-height: 1.25;
  text-align: right;
  overflow-wrap: anywhere;
  strong {
    display: block;
    font-size: 16px;
    font-weight: 600;
  }
  span {
    color: ${quiet};
  }
`;

const Tools = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0 2px;
`;

const Tool = styled.button`
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-height: 36px;
  padding: 4px 8px;
  border: 0;
  border-radius: 2px;
  background: none;
  color: ${ink};
  font-size: 15px;
  white-space: nowrap;
  cursor: pointer;
  &[aria-pressed="true"] {
    color: ${highlight};
    font-weight: 600;
    text-decoration: underline;
    text-decoration-thickness: 2px;
    text-underline-offset: 4px;
  }
  &:hover {
    background: ${highlightPale};
  }
  ${focusRing}
`;

const Divider = styled.span`
  width: 1px;
  height: 24px;
  margin: 0 6px;
  background: ${line};
`;

const LANGUAGE_NAMES: Record<Language, string> = { fi: "Suomi", sv: "Svenska", en: "English" };

interface HeaderProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

export function LanguageSwitch({ actions }: { readonly actions: Pick<ConsoleActions, "chooseLanguage"> }): JSX.Element {
  const { t, language } = useWords();
  return (
    <Tools aria-label={t("app.language")} role="group">
      {LANGUAGES.map((each) => (
        <Tool
          aria-pressed={each === language}
          key={each}
          lang={each}
          onClick={() => actions.chooseLanguage(each)}
          type="button"
        >
          {LANGUAGE_NAMES[each]}
        </Tool>
      ))}
    </Tools>
  );
}

function SectionMenu({ model, actions }: HeaderProps): JSX.Element {
  const { t } = useWords();
  return (
    <Sections aria-label={t("app.sections")}>
      {model.sections.map((section) => (
        <SectionLink
          aria-current={section === model.section ? "page" : undefined}
          key={section}
          onClick={() => actions.chooseSection(section)}
          type="button"
        >
          {t(`section.${section}`)}
        </SectionLink>
      ))}
    </Sections>
  );
}

/** Who I am, what I look at, and in which language. */
export function Header({ model, actions }: HeaderProps): JSX.Element {
  return (
    <>
      <Top actions={actions} model={model} />
      <FailureNote actions={actions} place="account" state={model.state} />
      {model.state.open === "signing_out" && <SignOut actions={actions} model={model} />}
    </>
  );
}

function Top({ model, actions }: HeaderProps): JSX.Element {
  const { t, language } = useWords();
  const staff = model.state.snapshot?.staff;
  return (
    <Bar>
      <Skip href={`#${CONTENT_ID}`}>{t("app.skip")}</Skip>
      <Brand>
        <RingLogo size={28} />
        {t("app.name")}
      </Brand>
      {model.sections.length > 1 && <SectionMenu actions={actions} model={model} />}
      {staff && (
        <Person>
          <strong>{staff.name}</strong>
          <span>{nameOf(staff.organisation, language)}</span>
        </Person>
      )}
      <Tools>
        <LanguageSwitch actions={actions} />
        <Divider />
        <Tool aria-keyshortcuts="?" aria-label={t("app.shortcuts")} onClick={() => actions.open("help")} type="button">
          <IconHelp aria-hidden="true" />
        </Tool>
        <Tool aria-haspopup="dialog" onClick={() => actions.open("signing_out")} type="button">
          <IconLogout aria-hidden="true" />
          {t("app.sign_out")}
        </Tool>
      </Tools>
    </Bar>
  );
}
